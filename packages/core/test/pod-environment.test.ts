import { describe, expect, test } from 'vitest';
import { NAMESPACE_FILE, readPodEnvironment } from '../src/service/pod-environment.ts';
import type { PodEnvironmentOverrides } from '../src/service/pod-environment.ts';
import { hostnameLabel, placeFromHosts, placeFromResolvConf } from '../src/service/pod-files.ts';

const hosts = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
10.244.1.7\tcolor-ss-0.color-svc.hosts-ns.svc.hosts.example\tcolor-ss-0
`;
const resolvConf = `search resolv-ns.svc.resolv.example svc.resolv.example resolv.example
nameserver 10.96.0.10
options ndots:5
`;
const files: Readonly<Record<string, string>> = { [NAMESPACE_FILE]: 'account-ns\n', '/etc/hosts': hosts, '/etc/resolv.conf': resolvConf };

/** Those of the files that are not named. */
function filesWithout(...paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));
}

/** A pod with these files and variables, and nothing of the machine the test runs on. */
function environment(overrides: PodEnvironmentOverrides, texts: Readonly<Record<string, string>> = {}) {
  return readPodEnvironment({ env: {}, readText: (path) => texts[path], ...overrides });
}

describe('readPodEnvironment', () => {
  test.each([
    { name: 'prefers the override', overrides: { namespace: 'Red', env: { POD_NAMESPACE: 'blue' } }, want: ['red', 'option'] },
    { name: 'takes POD_NAMESPACE', overrides: { env: { POD_NAMESPACE: 'blue' } }, want: ['blue', 'env'] },
    { name: 'takes the service-account file', overrides: { env: { POD_NAMESPACE: '' } }, want: ['account-ns', 'service-account'] },
    { name: 'takes the search list', without: [NAMESPACE_FILE], want: ['resolv-ns', 'resolv.conf'] },
    { name: 'takes its own line of hosts', without: [NAMESPACE_FILE, '/etc/resolv.conf'], want: ['hosts-ns', 'hosts'] },
    { name: 'passes over an empty file', texts: { [NAMESPACE_FILE]: ' \n' }, want: ['resolv-ns', 'resolv.conf'] },
    {
      name: 'keeps what is no namespace, to be refused by name',
      overrides: { env: { POD_NAMESPACE: 'Bad_Name' } },
      want: ['bad_name', 'env'],
    },
  ])('namespace: $name', ({ overrides = {}, texts = {}, without = [], want }) => {
    const { namespace } = environment(overrides, { ...filesWithout(...without), ...texts });
    expect([namespace?.value, namespace?.from]).toEqual(want);
  });

  test.each([
    { name: 'prefers the override', overrides: { clusterDomain: 'K8s.Local.' }, want: ['k8s.local', 'option'] },
    { name: 'takes its own line of hosts', overrides: {}, want: ['hosts.example', 'hosts'] },
    { name: 'takes the search list', overrides: {}, without: ['/etc/hosts'], want: ['resolv.example', 'resolv.conf'] },
    {
      name: "does not believe another pod's line",
      overrides: { podName: 'color-ss-1' },
      without: [],
      want: ['resolv.example', 'resolv.conf'],
    },
    { name: 'guesses', overrides: {}, without: Object.keys(files), want: ['cluster.local', 'default'] },
  ])('cluster domain: $name', ({ overrides, without = [], want }) => {
    const { clusterDomain } = environment(overrides, filesWithout(...without));
    expect([clusterDomain.value, clusterDomain.from]).toEqual(want);
  });

  test.each([
    { name: 'prefers the override', overrides: { podName: 'A-0', env: { POD_NAME: 'b-0' } }, want: ['a-0', 'option'] },
    { name: 'prefers POD_NAME', overrides: { env: { POD_NAME: 'b-0', HOSTNAME: 'c-0' } }, want: ['b-0', 'env'] },
    { name: 'takes HOSTNAME', overrides: { env: { HOSTNAME: 'c-0' } }, want: ['c-0', 'env'] },
    { name: 'takes the first label of an FQDN', overrides: { env: { HOSTNAME: 'c-0.svc.ns.svc.cluster.local' } }, want: ['c-0', 'env'] },
    { name: 'passes over a HOSTNAME that is no label', overrides: { env: { HOSTNAME: 'my_laptop' } }, want: [undefined, undefined] },
    { name: 'knows none', overrides: {}, want: [undefined, undefined] },
  ])('pod name: $name', ({ overrides, want }) => {
    const { podName } = environment(overrides);
    expect([podName?.value, podName?.from]).toEqual(want);
  });

  test('finds its line of hosts by HOSTNAME where POD_NAME is another', () => {
    const env = { POD_NAME: 'web.v1-x', HOSTNAME: 'color-ss-0' };
    expect(environment({ env }, { '/etc/hosts': hosts }).clusterDomain.value).toBe('hosts.example');
  });

  test('reads no file for what the overrides say', () => {
    const asked: string[] = [];
    const readText = (path: string): undefined => void asked.push(path);
    readPodEnvironment({ namespace: 'a', clusterDomain: 'b', env: {}, readText });
    expect(asked).toEqual([]);
  });

  test('is frozen, and reads the machine it runs on without failing', () => {
    const found = readPodEnvironment();
    expect(Object.isFrozen(found) && Object.isFrozen(found.clusterDomain)).toBe(true);
    expect(found.clusterDomain.value).not.toBe('');
  });
});

describe('placeFromHosts', () => {
  const own = '10.244.1.7 color-ss-0.color-svc.red.svc.cluster.local color-ss-0';
  const place = { namespace: 'red', clusterDomain: 'cluster.local' };
  test.each([
    { name: 'reads its own line', text: own, known: ['color-ss-0'], want: place },
    { name: 'reads a line with the bare hostname while no hostname is known', text: own, known: [], want: place },
    { name: 'refuses a line without it while no hostname is known', text: own.replace(/ color-ss-0$/, ''), known: [], want: undefined },
    { name: 'refuses the line of another pod', text: own, known: ['color-ss-1'], want: undefined },
    { name: 'finds its line among host aliases', text: `10.0.0.9 x.y.z.svc.other x\n${own}`, known: ['color-ss-0'], want: place },
    {
      name: 'reads tabs, CRLF, upper case and trailing dots',
      text: '10.244.1.7\tColor-SS-0.Color-Svc.Red.SVC.Cluster.Local.\tColor-SS-0\r\n',
      known: ['color-ss-0'],
      want: place,
    },
    { name: 'reads a line with a comment', text: `${own} # mine`, known: ['color-ss-0'], want: place },
    { name: 'passes over a comment', text: `# ${own}`, known: ['color-ss-0'], want: undefined },
    {
      name: 'refuses a name that does not end in svc and a domain',
      text: '10.244.1.7 color-ss-0.a.b.svc color-ss-0',
      known: ['color-ss-0'],
      want: undefined,
    },
    {
      name: 'refuses a name with a bad label',
      text: '10.244.1.7 color-ss-0.a_b.red.svc.cluster.local color-ss-0',
      known: ['color-ss-0'],
      want: undefined,
    },
    { name: 'finds nothing in nothing', text: '', known: [], want: undefined },
    { name: 'finds nothing in noise', text: '\0\u{FFFF}\n....\n10.0.0.1', known: [], want: undefined },
  ])('$name', ({ text, known, want }) => {
    expect(placeFromHosts(text, known)).toEqual(want);
  });
});

describe('placeFromResolvConf', () => {
  const place = { namespace: 'red', clusterDomain: 'cluster.local' };
  test.each([
    { name: 'reads the search list of a pod', text: 'search red.svc.cluster.local svc.cluster.local cluster.local', want: place },
    {
      name: 'reads tabs, CRLF, upper case and trailing dots',
      text: 'nameserver 10.96.0.10\r\nsearch\tRed.SVC.Cluster.Local.\r\n',
      want: place,
    },
    { name: 'takes the last search line', text: 'search blue.svc.old\nsearch red.svc.cluster.local', want: place },
    { name: 'takes a domain line after it', text: 'search blue.svc.old\ndomain red.svc.cluster.local', want: place },
    { name: 'passes over comments', text: '# search a.svc.b\n; search c.svc.d\nsearch red.svc.cluster.local # mine', want: place },
    { name: 'finds the entry behind others', text: 'search corp.example red.svc.cluster.local', want: place },
    { name: 'takes the domain alone', text: 'search svc.cluster.local cluster.local', want: { ...place, namespace: undefined } },
    { name: 'prefers an entry with a namespace', text: 'search svc.cluster.local red.svc.cluster.local', want: place },
    { name: "finds nothing in a node's list", text: 'search eu-west-1.compute.internal', want: undefined },
    { name: 'finds nothing in an svc without a domain', text: 'search red.svc', want: undefined },
    { name: 'refuses an entry with a bad label', text: 'search bad_name.svc.cluster.local', want: undefined },
    { name: 'finds nothing without a search line', text: 'nameserver 10.96.0.10\noptions search', want: undefined },
    { name: 'finds nothing in nothing', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(placeFromResolvConf(text)).toEqual(want);
  });
});

describe('hostnameLabel', () => {
  test.each([
    { name: 'lowers', text: ' Color-SS-0\n', want: 'color-ss-0' },
    { name: 'takes the first label', text: 'color-ss-0.color-svc', want: 'color-ss-0' },
    { name: 'refuses what is no label', text: '_', want: undefined },
    { name: 'refuses nothing', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(hostnameLabel(text)).toBe(want);
  });
});
