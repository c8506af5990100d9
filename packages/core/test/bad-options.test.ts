import { describe, expect, test } from 'vitest';
import { parseWatchOptions } from '../src/parse-options.ts';
import { NAMESPACE_FILE } from '../src/service/pod-environment.ts';
import type { PodEnvironmentOverrides } from '../src/service/pod-environment.ts';
import { thrownIssues } from './thrown-issues.ts';

/** A pod of namespace `default`, and nothing of the machine the test runs on. */
const pod: PodEnvironmentOverrides = { env: { POD_NAMESPACE: 'default' }, readText: () => undefined };
const nowhere: PodEnvironmentOverrides = { env: {}, readText: () => undefined };
const service = 'color-svc';

/** Called as by a caller without types. */
function issuesOf(input: unknown, environment = pod) {
  return thrownIssues(() => Reflect.apply(parseWatchOptions, undefined, [input, environment]));
}

const label63 = 'a'.repeat(63);
const serverRule = 'must be ip, ip:port or [ipv6]:port, with a port from 1 to 65535';
const labelText = 'must consist of labels of a-z, 0-9 and -, that begin and end with a letter or digit (RFC 1123)';

describe('parseWatchOptions refuses', () => {
  test('reports everything that is wrong at once', () => {
    const issues = issuesOf({ service: '', polIntervalMs: 1, port: 0, staleAfterMs: 2_000, replicas: 3 });
    expect(issues.map(({ path }) => path).toSorted()).toEqual(['polIntervalMs', 'port', 'replicas', 'service', 'staleAfterMs']);
  });

  test.each([
    ['family', 'ipv4'],
    ['servers', ['127.0.0.1']],
    ['allowedAddresses', ['10.0.0.0/8']],
    ['lookupTimeoutMs', 1_000],
  ])('%s beside a source, which would not get it', (path, value) => {
    const source = { look: () => Promise.reject(new Error('unused')), close: () => {} };
    expect(issuesOf({ service, source, [path]: value })).toMatchObject([
      { path, rule: 'belongs to the source where one is given: pass it to dnsSource' },
    ]);
  });

  test.each([
    { name: 'no object', input: 'color-svc', path: 'options', value: '"color-svc"', rule: 'must be an object with at least service' },
    { name: 'null', input: null, path: 'options', value: 'null', rule: 'must be an object with at least service' },
    { name: 'a list', input: ['color-svc'], path: 'options', value: '["color-svc"]', rule: 'must be an object with at least service' },
    { name: 'no service', input: {}, path: 'service', value: 'undefined', rule: "must be a Service's name, such as color-svc" },
    { name: 'an empty service', input: { service: '' }, path: 'service', value: '""', rule: "must be a Service's name, such as color-svc" },
    {
      name: 'an address',
      input: { service: '10.244.1.7' },
      path: 'service',
      value: '"10.244.1.7"',
      rule: "must be a Service's name, this is an address",
    },
    {
      name: 'an IPv6 address',
      input: { service: 'fd00::1' },
      path: 'service',
      value: '"fd00::1"',
      rule: "must be a Service's name, this is an address",
    },
    {
      name: 'a label of 64 characters',
      input: { service: `${label63}a` },
      path: 'service',
      value: `"${label63}a"`,
      rule: 'must have labels of at most 63 characters, one has 64',
    },
    {
      name: 'three labels, with an explanation',
      input: { service: 'a.b.c' },
      path: 'service',
      value: '"a.b.c"',
      rule: 'three labels are read as service.namespace.svc, so the third must be svc and not c',
    },
    { name: 'a name with spaces', input: { service: ' color-svc' }, path: 'service', value: '" color-svc"', rule: labelText },
    {
      name: 'an unknown option',
      input: { service, colour: 'red' },
      path: 'colour',
      value: '"red"',
      rule: expect.stringMatching(/^there is no such option, the options are service, namespace, /),
    },
    {
      name: 'a misspelt option, with what was meant',
      input: { service, polIntervalMS: 9 },
      path: 'polIntervalMS',
      value: '9',
      rule: 'there is no such option, did you mean pollIntervalMs?',
    },
    {
      name: 'an option of a later version',
      input: { service, zonesFirst: '/x' },
      path: 'zonesFirst',
      value: '"/x"',
      rule: expect.stringContaining('there is no such option'),
    },
    {
      name: 'an empty path',
      input: { service, lastKnownFile: '' },
      path: 'lastKnownFile',
      value: '""',
      rule: 'must be the path of a file',
    },
    {
      name: 'the path of a directory',
      input: { service, lastKnownFile: '/var/lib/' },
      path: 'lastKnownFile',
      value: '"/var/lib/"',
      rule: 'must be the path of a file',
    },
    {
      name: 'a path that no system takes',
      input: { service, lastKnownFile: 'a\0b' },
      path: 'lastKnownFile',
      value: String.raw`"a\u0000b"`,
      rule: 'must be the path of a file',
    },
    {
      name: 'pollIntervalMs NaN',
      input: { service, pollIntervalMs: Number.NaN },
      path: 'pollIntervalMs',
      value: 'NaN',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'pollIntervalMs Infinity',
      input: { service, pollIntervalMs: Infinity },
      path: 'pollIntervalMs',
      value: 'Infinity',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'a number as text',
      input: { service, pollIntervalMs: '5000' },
      path: 'pollIntervalMs',
      value: '"5000"',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'a fraction',
      input: { service, pollIntervalMs: 250.5 },
      path: 'pollIntervalMs',
      value: '250.5',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'null for an option',
      input: { service, pollIntervalMs: null },
      path: 'pollIntervalMs',
      value: 'null',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'polls closer than 250 ms',
      input: { service, pollIntervalMs: 249 },
      path: 'pollIntervalMs',
      value: '249',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'polls rarer than an hour',
      input: { service, pollIntervalMs: 3_600_001 },
      path: 'pollIntervalMs',
      value: '3600001',
      rule: 'must be a whole number of milliseconds from 250 to 3600000',
    },
    {
      name: 'a settling interval under 100 ms',
      input: { service, settlingIntervalMs: 99 },
      path: 'settlingIntervalMs',
      value: '99',
      rule: 'must be a whole number of milliseconds from 100 to 60000',
    },
    {
      name: 'settling slower than polling',
      input: { service, pollIntervalMs: 500, settlingIntervalMs: 501 },
      path: 'settlingIntervalMs',
      value: '501',
      rule: 'must not be above pollIntervalMs, which is 500',
    },
    {
      name: 'a lookup timeout over 10 s',
      input: { service, lookupTimeoutMs: 10_001 },
      path: 'lookupTimeoutMs',
      value: '10001',
      rule: 'must be a whole number of milliseconds from 100 to 10000',
    },
    {
      name: 'leaveAfterMs below 0',
      input: { service, leaveAfterMs: -1 },
      path: 'leaveAfterMs',
      value: '-1',
      rule: "must be 'auto' or a whole number of milliseconds from 0 to 3600000",
    },
    {
      name: 'leaveAfterMs never',
      input: { service, leaveAfterMs: 'never' },
      path: 'leaveAfterMs',
      value: '"never"',
      rule: "must be 'auto' or a whole number of milliseconds from 0 to 3600000",
    },
    {
      name: 'staleness before the second poll',
      input: { service, staleAfterMs: 9_999 },
      path: 'staleAfterMs',
      value: '9999',
      rule: 'must not be below twice pollIntervalMs, which is 10000',
    },
    {
      name: 'staleness under a second',
      input: { service, staleAfterMs: 999 },
      path: 'staleAfterMs',
      value: '999',
      rule: 'must be a whole number of milliseconds from 1000 to 86400000',
    },
    { name: 'replicas without statefulSet', input: { service, replicas: 3 }, path: 'replicas', value: '3', rule: 'needs statefulSet' },
    {
      name: 'firstOrdinal without statefulSet',
      input: { service, firstOrdinal: 1 },
      path: 'firstOrdinal',
      value: '1',
      rule: 'needs statefulSet',
    },
    {
      name: 'more replicas than an answer holds',
      input: { service, statefulSet: 'a', replicas: 4_001 },
      path: 'replicas',
      value: '4001',
      rule: 'must be a whole number from 0 to 4000',
    },
    {
      name: 'replicas below 0',
      input: { service, statefulSet: 'a', replicas: -1 },
      path: 'replicas',
      value: '-1',
      rule: 'must be a whole number from 0 to 4000',
    },
    {
      name: 'ordinals beyond int32',
      input: { service, statefulSet: 'a', replicas: 2, firstOrdinal: 2_147_483_647 },
      path: 'firstOrdinal',
      value: '2147483647',
      rule: 'must keep the last ordinal, 2147483648, within 2147483647',
    },
    {
      name: 'a StatefulSet that is no label',
      input: { service, statefulSet: 'color_ss' },
      path: 'statefulSet',
      value: '"color_ss"',
      rule: labelText,
    },
    {
      name: 'an empty StatefulSet',
      input: { service, statefulSet: '' },
      path: 'statefulSet',
      value: '""',
      rule: 'must be a label of a-z, 0-9 and -',
    },
    {
      name: 'a StatefulSet whose last pod has no room in a label',
      input: { service, statefulSet: 'a'.repeat(61), replicas: 11 },
      path: 'statefulSet',
      value: `"${'a'.repeat(61)}"`,
      rule: 'must leave room for ordinals: with -10 it has 64 characters, a label has at most 63',
    },
    { name: 'port 0', input: { service, port: 0 }, path: 'port', value: '0', rule: 'must be a whole number from 1 to 65535' },
    { name: 'port 65536', input: { service, port: 65_536 }, path: 'port', value: '65536', rule: 'must be a whole number from 1 to 65535' },
    {
      name: 'port and portName together',
      input: { service, port: 1, portName: 'mongo' },
      path: 'portName',
      value: '"mongo"',
      rule: 'contradicts port: give one of the two',
    },
    {
      name: 'a port name as in an SRV name',
      input: { service, portName: '_mongo' },
      path: 'portName',
      value: '"_mongo"',
      rule: 'must be the name of a port of the Service: a label of at most 62 characters, without _',
    },
    {
      name: 'an unknown family',
      input: { service, family: 'ipv5' },
      path: 'family',
      value: '"ipv5"',
      rule: 'must be auto, ipv4, ipv6 or dual',
    },
    {
      name: 'servers that are no list',
      input: { service, servers: '10.96.0.10' },
      path: 'servers',
      value: '"10.96.0.10"',
      rule: 'must be a list of 1 to 16',
    },
    { name: 'an empty list of servers', input: { service, servers: [] }, path: 'servers', value: '[]', rule: 'must be a list of 1 to 16' },
    {
      name: 'seventeen servers',
      input: { service, servers: Array.from({ length: 17 }, (_, i) => `10.0.0.${i + 1}`) },
      path: 'servers',
      value: expect.stringMatching(/^\["10\.0\.0\.1",.*\.\.\.$/),
      rule: 'must be a list of 1 to 16',
    },
    {
      name: 'a server that is no address',
      input: { service, servers: ['10.96.0.10', 'kube-dns'] },
      path: 'servers.1',
      value: '"kube-dns"',
      rule: serverRule,
    },
    {
      name: 'a server with port 0',
      input: { service, servers: ['10.96.0.10:0'] },
      path: 'servers.0',
      value: '"10.96.0.10:0"',
      rule: serverRule,
    },
    { name: 'a server that is no text', input: { service, servers: [53] }, path: 'servers.0', value: '53', rule: serverRule },
    {
      name: 'an empty list of allowed blocks',
      input: { service, allowedAddresses: [] },
      path: 'allowedAddresses',
      value: '[]',
      rule: 'must be a list of 1 to 64',
    },
    {
      name: 'an allowed address without a prefix',
      input: { service, allowedAddresses: ['10.244.1.7'] },
      path: 'allowedAddresses.0',
      value: '"10.244.1.7"',
      rule: 'must be a CIDR block, such as 10.244.0.0/16, or 10.244.1.7/32 for one address',
    },
    {
      name: 'self that is no label',
      input: { service, self: 'color-ss-0.color-svc' },
      path: 'self',
      value: '"color-ss-0.color-svc"',
      rule: labelText,
    },
    {
      name: 'a trailing dot behind a label',
      input: { service, self: 'color-ss-0.' },
      path: 'self',
      value: '"color-ss-0."',
      rule: labelText,
    },
    { name: 'persistent as text', input: { service, persistent: 'no' }, path: 'persistent', value: '"no"', rule: 'must be true or false' },
    {
      name: 'a source without methods',
      input: { service, source: {} },
      path: 'source',
      value: '{}',
      rule: 'must have the methods look and close',
    },
    {
      name: 'a clock that is a function',
      input: { service, clock: Date.now },
      path: 'clock',
      value: '[function]',
      rule: 'must have the methods nowMs and sleep',
    },
    { name: 'random as a number', input: { service, random: 0.5 }, path: 'random', value: '0.5', rule: 'must be a function' },
    {
      name: 'a controller in place of its signal',
      input: { service, signal: new AbortController() },
      path: 'signal',
      value: '{}',
      rule: 'must be an AbortSignal',
    },
    {
      name: 'onListenerError that is no function',
      input: { service, onListenerError: 'log' },
      path: 'onListenerError',
      value: '"log"',
      rule: 'must be a function',
    },
    { name: 'a namespace that is no label', input: { service, namespace: 'a.b' }, path: 'namespace', value: '"a.b"', rule: labelText },
    {
      name: 'two namespaces',
      input: { service: 'color-svc.red', namespace: 'blue' },
      path: 'namespace',
      value: '"blue"',
      rule: 'must agree with service, which says red',
    },
    {
      name: 'two cluster domains',
      input: { service: 'a.b.svc.c', clusterDomain: 'd' },
      path: 'clusterDomain',
      value: '"d"',
      rule: 'must agree with service, which says c',
    },
    {
      name: 'a cluster domain that begins with a dot',
      input: { service, clusterDomain: '.cluster.local' },
      path: 'clusterDomain',
      value: '".cluster.local"',
      rule: 'must be labels joined by dots, such as cluster.local',
    },
    {
      name: 'a Service whose FQDN is too long',
      input: { service, clusterDomain: `${label63}.${label63}.${label63}.${label63.slice(3)}` },
      path: 'service',
      value: expect.any(String),
      rule: 'must give names of at most 253 characters, this has 274',
    },
    {
      name: 'pods whose FQDN is too long',
      input: {
        service,
        clusterDomain: `${label63}.${label63}.${label63}.a23456789.a23456789.a23456`,
        statefulSet: label63.slice(3),
        replicas: 1,
      },
      path: 'statefulSet',
      value: expect.any(String),
      rule: 'must give names of at most 253 characters, this has 303',
    },
  ])('$name', ({ input, path, value, rule }) => {
    expect(issuesOf(input)).toEqual([{ path, value, rule }]);
  });

  test.each([
    {
      name: 'a Service without any namespace',
      environment: nowhere,
      path: 'namespace',
      value: 'undefined',
      rule: `must be given where the pod does not say it, looked for in service, POD_NAMESPACE, ${NAMESPACE_FILE}, the search list of /etc/resolv.conf and /etc/hosts`,
    },
    {
      name: 'a bad POD_NAMESPACE',
      environment: { ...nowhere, env: { POD_NAMESPACE: 'Bad_Name' } },
      path: 'env POD_NAMESPACE',
      value: '"bad_name"',
      rule: labelText,
    },
    {
      name: 'a bad POD_NAME',
      environment: { ...pod, env: { POD_NAMESPACE: 'default', POD_NAME: 'bad_name' } },
      path: 'env POD_NAME',
      value: '"bad_name"',
      rule: labelText,
    },
    {
      name: 'a bad service-account file',
      environment: { env: {}, readText: (path: string) => (path === NAMESPACE_FILE ? 'a b' : undefined) },
      path: `file ${NAMESPACE_FILE}`,
      value: '"a b"',
      rule: labelText,
    },
  ])('$name', ({ environment, path, value, rule }) => {
    expect(issuesOf({ service }, environment)).toEqual([{ path, value, rule }]);
  });
});
