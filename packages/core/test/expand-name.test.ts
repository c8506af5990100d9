import { describe, expect, test } from 'vitest';
import { expandName } from '../src/service/expand-name.ts';
import { readPodEnvironment } from '../src/service/pod-environment.ts';
import { thrownIssues } from './thrown-issues.ts';

const pod = readPodEnvironment({ namespace: 'default', env: {}, readText: () => undefined });
const laptop = readPodEnvironment({ env: {}, readText: () => undefined });

describe('expandName', () => {
  test.each([
    { name: 'reads one label as a Service', text: 'color-svc', want: 'color-svc.default.svc.cluster.local' },
    { name: 'reads two labels as pod and Service', text: 'color-ss-0.color-svc', want: 'color-ss-0.color-svc.default.svc.cluster.local' },
    { name: 'reads three labels with a namespace', text: 'color-ss-0.color-svc.red', want: 'color-ss-0.color-svc.red.svc.cluster.local' },
    { name: 'adds the cluster domain to svc', text: 'color-svc.red.svc', want: 'color-svc.red.svc.cluster.local' },
    { name: 'adds the cluster domain to a pod under svc', text: 'a-0.b.red.svc', want: 'a-0.b.red.svc.cluster.local' },
    { name: 'normalises a name of the cluster domain', text: 'A-0.B.Red.svc.Cluster.Local.', want: 'a-0.b.red.svc.cluster.local' },
    { name: 'does not expand what ends in the cluster domain', text: 'dns-version.cluster.local', want: 'dns-version.cluster.local' },
  ])('$name', ({ text, want }) => {
    expect(expandName(text, pod)).toBe(want);
  });

  test('needs no namespace where the name has one', () => {
    expect(expandName('color-ss-0.color-svc.red', laptop)).toBe('color-ss-0.color-svc.red.svc.cluster.local');
  });

  test.each([
    { name: 'refuses an address', text: '10.244.1.7', path: 'name', value: '"10.244.1.7"', rule: 'must be a name, this is an address' },
    { name: 'refuses nothing', text: '', path: 'name', value: '""', rule: 'must have no empty label' },
    { name: 'refuses a bad label', text: 'color_svc', path: 'name', value: '"color_svc"', rule: expect.stringContaining('RFC 1123') },
    {
      name: 'refuses four labels of another domain',
      text: 'db.eu.example.com',
      path: 'name',
      value: '"db.eu.example.com"',
      rule: 'must end in svc or in cluster.local, with more labels than pod.service.namespace',
    },
    {
      name: 'refuses a name that gets too long',
      text: `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(50)}.svc`,
      path: 'name',
      value: expect.any(String),
      rule: 'must give a name of at most 253 characters, this has 260',
    },
    {
      name: 'refuses a short name without a namespace',
      text: 'color-svc',
      environment: laptop,
      path: 'namespace',
      value: 'undefined',
      rule: expect.stringContaining('POD_NAMESPACE'),
    },
  ])('$name', ({ text, environment = pod, path, value, rule }) => {
    expect(thrownIssues(() => expandName(text, environment))).toEqual([{ path, value, rule }]);
  });
});
