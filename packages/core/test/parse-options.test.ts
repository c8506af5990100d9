import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import type { ResolvedOptions, WatchOptions } from '../src/options.ts';
import { declaredPeers, parseReplicas, parseWatchOptions } from '../src/parse-options.ts';
import type { PodEnvironmentOverrides } from '../src/service/pod-environment.ts';
import { thrownIssues } from './thrown-issues.ts';

/** A pod of namespace `default`, and nothing of the machine the test runs on. */
const pod: PodEnvironmentOverrides = { env: { POD_NAMESPACE: 'default' }, readText: () => undefined };
const nowhere: PodEnvironmentOverrides = { env: {}, readText: () => undefined };
const host = 'color-svc.default.svc.cluster.local';
const service = 'color-svc';

function parse(options: Partial<WatchOptions>, environment = pod): ResolvedOptions {
  return parseWatchOptions({ service, ...options }, environment);
}

describe('parseWatchOptions', () => {
  test('fills in every default', () => {
    expect(parseWatchOptions({ service }, pod)).toEqual({
      service: { name: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local', host },
      clusterDomainFrom: 'default',
      statefulSet: undefined,
      replicas: undefined,
      firstOrdinal: 0,
      declared: undefined,
      port: undefined,
      portName: undefined,
      family: 'auto',
      servers: undefined,
      allowed: undefined,
      pollIntervalMs: 5_000,
      settlingIntervalMs: 1_000,
      lookupTimeoutMs: 2_000,
      leaveAfterMs: 'auto',
      staleAfterMs: 30_000,
      self: undefined,
      lastKnownFile: undefined,
      persistent: true,
      serviceHostVariable: undefined,
      source: undefined,
      clock: systemClock,
      random: Math.random,
      signal: undefined,
      onListenerError: undefined,
    });
  });

  test('passes on what it is given', () => {
    const common = {
      port: 27_017,
      pollIntervalMs: 250,
      settlingIntervalMs: 100,
      leaveAfterMs: 0,
      staleAfterMs: 86_400_000,
      self: 'color-ss-0',
      persistent: false,
      clock: { nowMs: () => 0, sleep: () => Promise.resolve() },
      random: () => 0,
      signal: new AbortController().signal,
      onListenerError: () => {},
    } as const;
    // A source of one's own takes what says how DNS is asked.
    const asking = { ...common, family: 'dual', lookupTimeoutMs: 10_000 } as const;
    const sourced = { ...common, source: { look: () => Promise.reject(new Error('unused')), close: () => {} } };
    expect(parse(asking)).toMatchObject(asking);
    expect(parse(sourced)).toMatchObject(common);
    expect(parse(sourced).source).toBe(sourced.source);
  });

  test('takes undefined as not given', () => {
    expect(parse({ port: undefined, namespace: undefined, servers: undefined })).toEqual(parse({}));
  });

  test.each([
    {
      name: 'finds the last-known file from wherever it is when it starts',
      given: { lastKnownFile: 'peers.json' },
      want: { lastKnownFile: `${process.cwd()}/peers.json` },
    },
    { name: 'settles no slower than it polls', given: { pollIntervalMs: 500 }, want: { settlingIntervalMs: 500, staleAfterMs: 30_000 } },
    { name: 'goes stale after three polls', given: { pollIntervalMs: 60_000 }, want: { settlingIntervalMs: 1_000, staleAfterMs: 180_000 } },
    {
      name: 'lowers names',
      given: { statefulSet: 'Color-SS', portName: 'Mongo', self: 'Color-SS-0' },
      want: { statefulSet: 'color-ss', portName: 'mongo', self: 'color-ss-0' },
    },
    {
      name: 'writes servers as Node does, each once',
      given: { servers: ['10.96.0.10:53', '10.96.0.10', '[FD00::A]:5353'] },
      want: { servers: ['10.96.0.10', '[fd00::a]:5353'] },
    },
    {
      name: 'accepts a port name longer than IANA allows, as Kubernetes does',
      given: { portName: 'inter-node-communication' },
      want: { portName: 'inter-node-communication' },
    },
    { name: 'declares nobody in a set of 0', given: { statefulSet: 'color-ss', replicas: 0 }, want: { declared: [], replicas: 0 } },
    { name: 'declares nobody without replicas', given: { statefulSet: 'color-ss' }, want: { declared: undefined } },
    {
      name: 'declares ordinals from the first',
      given: { statefulSet: 'color-ss', replicas: 1, firstOrdinal: 3 },
      want: { declared: [{ name: 'color-ss-3', ordinal: 3, host: `color-ss-3.${host}` }] },
    },
    { name: 'takes the namespace in the name', given: { service: 'color-svc.red' }, want: { service: { namespace: 'red' } } },
    { name: 'takes the option namespace', given: { namespace: 'Red' }, want: { service: { namespace: 'red' } } },
    {
      name: 'accepts a namespace said twice',
      given: { service: 'color-svc.red', namespace: 'Red' },
      want: { service: { namespace: 'red' } },
    },
    {
      name: 'takes the cluster domain in the name',
      given: { service: 'Color-Svc.red.svc.K8s.Example.' },
      want: { service: { host: 'color-svc.red.svc.k8s.example' }, clusterDomainFrom: 'option' },
    },
    {
      name: 'takes the option clusterDomain',
      given: { clusterDomain: 'k8s.example.' },
      want: { service: { clusterDomain: 'k8s.example' }, clusterDomainFrom: 'option' },
    },
  ])('$name', ({ given, want }) => {
    expect(parse(given)).toMatchObject(want);
  });

  test('parses allowed blocks', () => {
    expect(parse({ allowedAddresses: ['10.244.1.7/16', '::1/128'] }).allowed?.map(({ text }) => text)).toEqual([
      '10.244.0.0/16',
      '::1/128',
    ]);
  });

  test.each([
    { name: 'knows itself by POD_NAME', env: { POD_NAME: 'color-ss-1', HOSTNAME: 'x' }, want: 'color-ss-1' },
    { name: 'knows itself by HOSTNAME', env: { HOSTNAME: 'color-ss-1' }, want: 'color-ss-1' },
    { name: 'does not know itself by a pod name with dots, which is no hostname', env: { POD_NAME: 'web.v1-x2x4z' }, want: undefined },
  ])('$name', ({ env, want }) => {
    expect(parse({ namespace: 'default' }, { ...nowhere, env }).self).toBe(want);
  });

  test.each([
    { name: 'reads the ClusterIP that kubelet announces', given: {}, env: { POD_NAMESPACE: 'default' }, want: '10.96.7.7' },
    { name: 'does not read it for another namespace', given: { namespace: 'red' }, env: { POD_NAMESPACE: 'default' }, want: undefined },
    { name: 'does not read it where the own namespace is unknown', given: { namespace: 'default' }, env: {}, want: undefined },
  ])('$name', ({ given, env, want }) => {
    expect(parse(given, { ...nowhere, env: { ...env, COLOR_SVC_SERVICE_HOST: '10.96.7.7' } }).serviceHostVariable).toBe(want);
  });

  test('does not take a ClusterIP of None for an address', () => {
    const env = { POD_NAMESPACE: 'default', COLOR_SVC_SERVICE_HOST: 'None' };
    expect(parse({}, { ...nowhere, env }).serviceHostVariable).toBeUndefined();
  });

  test('leaves its input alone and freezes its result', () => {
    const input = { service: 'Color-SVC.', servers: ['10.96.0.10'], allowedAddresses: ['10.0.0.1/8'], statefulSet: 'a', replicas: 1 };
    const copy = structuredClone(input);
    const parsed = parseWatchOptions(Object.freeze(input), pod);
    expect(input).toEqual(copy);
    expect([parsed, parsed.service, parsed.servers, parsed.allowed, parsed.declared].every((part) => Object.isFrozen(part))).toBe(true);
    input.servers.push('10.96.0.11');
    expect(parsed.servers).toEqual(['10.96.0.10']);
  });
});

describe('parseReplicas', () => {
  const options = parse({ statefulSet: 'color-ss', firstOrdinal: 2 });

  test('declares the ordinals of a set of that size', () => {
    expect(parseReplicas(2, options).map(({ name }) => name)).toEqual(['color-ss-2', 'color-ss-3']);
    expect(parseReplicas(0, options)).toEqual([]);
  });

  test.each([
    { name: 'refuses a fraction', replicas: 1.5, value: '1.5', rule: 'must be a whole number from 0 to 4000' },
    { name: 'refuses NaN', replicas: Number.NaN, value: 'NaN', rule: 'must be a whole number from 0 to 4000' },
    { name: 'refuses too many', replicas: 4_001, value: '4001', rule: 'must be a whole number from 0 to 4000' },
    {
      name: 'refuses nothing',
      replicas: undefined,
      value: 'undefined',
      rule: 'must be a whole number from 0 to 4000',
    },
    { name: 'refuses without a StatefulSet', replicas: 3, options: parse({}), value: '3', rule: 'needs the option statefulSet' },
  ])('$name', ({ replicas, options: given = options, value, rule }) => {
    expect(thrownIssues(() => Reflect.apply(parseReplicas, undefined, [replicas, given]))).toEqual([{ path: 'replicas', value, rule }]);
  });

  test('refuses a size whose last pod has no room in a label', () => {
    const tight = parse({ statefulSet: 'a'.repeat(61) });
    expect(parseReplicas(10, tight)).toHaveLength(10);
    expect(thrownIssues(() => parseReplicas(11, tight))).toEqual([expect.objectContaining({ path: 'statefulSet' })]);
  });
});

describe('declaredPeers', () => {
  test.each([
    { name: 'names the declared peers', options: { replicas: 2 }, want: ['color-ss-0', 'color-ss-1'] },
    { name: 'names nobody without replicas', options: {}, want: [] },
    { name: 'takes the options of a watcher', options: { replicas: 1, pollIntervalMs: 1_000 }, want: ['color-ss-0'] },
  ])('$name', ({ options, want }) => {
    const declared = declaredPeers({ service: 'color-svc.default', statefulSet: 'color-ss', ...options });
    expect(declared.map(({ name }) => name)).toEqual(want);
  });
});
