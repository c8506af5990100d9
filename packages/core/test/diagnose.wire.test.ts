import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import type { Cluster, FaultOptions, HeadlessService, StatefulSet } from '@peerset/testkit';
import { diagnoseIn } from '../src/diagnose.ts';
import { diagnose, staticSource } from '../src/index.ts';
import type { Diagnosis, Finding, WatchOptions } from '../src/index.ts';
import type { PodEnvironmentOverrides } from '../src/service/pod-environment.ts';

const HOST = 'color-svc.default.svc.cluster.local';
const DECLARED = { statefulSet: 'color-ss', replicas: 3 };

let cluster: Cluster;
let service: HeadlessService;
let set: StatefulSet;
const open: Cluster[] = [];

async function another(options: Parameters<typeof startCluster>[0] = {}): Promise<Cluster> {
  const other = await startCluster(options);
  open.push(other);
  return other;
}

beforeEach(async () => {
  cluster = await another();
  service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
  set = service.statefulSet('color-ss', { replicas: 3 });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** In a pod of namespace `default`, with nothing of the machine the test runs on. */
async function examine(options: Partial<WatchOptions> = {}, environment: PodEnvironmentOverrides = {}): Promise<Diagnosis> {
  return diagnoseIn(
    { service: HOST, servers: cluster.servers, random: () => 0.5, ...options },
    { env: { POD_NAMESPACE: 'default' }, readText: () => undefined, ...environment },
  );
}

/** `error WRONG_NAMESPACE`, one text for each finding. */
function told({ findings }: Diagnosis): readonly string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

/** Sockets and timers that are open in this process. */
function held(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => /Timeout|Connect|TCPSocket|QueryReq/.test(kind));
}

/** Passes UDP on to a server, and has nobody listen for TCP. */
async function startUdpRelay(target: string): Promise<{ server: string; close(): void }> {
  const [, port] = target.split(':');
  const relay = createSocket('udp4');
  relay.on('message', (message, client) => {
    const inner = createSocket('udp4');
    inner.on('message', (reply) => {
      relay.send(reply, client.port, client.address);
      inner.close();
    });
    inner.send(message, Number(port), '127.0.0.1');
  });
  relay.bind(0, '127.0.0.1');
  await once(relay, 'listening');
  return { server: `127.0.0.1:${relay.address().port}`, close: () => relay.close() };
}

function theOne({ findings }: Diagnosis): Finding {
  const [finding, ...others] = findings;
  expect(others).toEqual([]);
  if (finding === undefined) throw new Error('nothing was found');
  return finding;
}

describe('a Service that is well', () => {
  test('is healthy, with nothing to say', async () => {
    const diagnosis = await examine(DECLARED);
    expect(diagnosis).toEqual({ healthy: true, findings: [] });
    expect(Object.isFrozen(diagnosis) && Object.isFrozen(diagnosis.findings)).toBe(true);
  });

  test.each<{ name: string; prepare: () => Partial<WatchOptions> }>([
    { name: 'without a word of what must be there', prepare: () => ({}) },
    { name: 'by a named port', prepare: () => ({ portName: 'db' }) },
    {
      name: 'of a Deployment',
      prepare: () => {
        const web = cluster.headlessService('web-svc', { ports: [{ port: 80 }] });
        web.deployment('web', { replicas: 2 });
        return { service: web.host };
      },
    },
    {
      name: 'with both families',
      prepare: () => {
        const dual = cluster.headlessService('dual-svc', { ports: [{ port: 9042 }] });
        dual.statefulSet('dual-ss', { replicas: 3, families: ['ipv4', 'ipv6'] });
        return { service: dual.host, family: 'dual', statefulSet: 'dual-ss', replicas: 3 };
      },
    },
    {
      name: 'of IPv6 alone',
      prepare: () => {
        const six = cluster.headlessService('six-svc', { ports: [{ port: 9042 }] });
        six.statefulSet('six-ss', { replicas: 3, families: ['ipv6'] });
        return { service: six.host, statefulSet: 'six-ss', replicas: 3 };
      },
    },
    {
      name: 'that lists unready pods',
      prepare: () => {
        const early = cluster.headlessService('early-svc', { ports: [{ port: 1 }], publishNotReadyAddresses: true });
        early.statefulSet('early-ss', { replicas: 3, readyAfterMs: 3_600_000, podManagementPolicy: 'Parallel' });
        return { service: early.host, statefulSet: 'early-ss', replicas: 3, self: 'early-ss-0' };
      },
    },
  ])('is healthy $name', async ({ prepare }) => {
    expect(await examine(prepare())).toEqual({ healthy: true, findings: [] });
  });

  test('is healthy by a name that leaves no room for more', async () => {
    const [label, clusterDomain] = ['a'.repeat(63), `${'b'.repeat(60)}.${'c'.repeat(55)}`];
    const other = await another({ clusterDomain });
    const long = other.headlessService(label, { namespace: label, ports: [{ name: 'db', port: 1 }] });
    long.statefulSet('a', { replicas: 1 });
    expect(`a-0.${long.host}`.length).toBe(252);
    expect(await examine({ service: long.host, servers: other.servers })).toEqual({ healthy: true, findings: [] });
  });

  test('with 1,000 members is healthy, in less than 10 s: what SRV cannot hold is told as good to know', async () => {
    const big = cluster.headlessService('big-svc', { ports: [{ port: 1 }] });
    big.statefulSet('big-ss', { replicas: 1_000, podManagementPolicy: 'Parallel' });
    const startedAtMs = performance.now();
    const diagnosis = await examine({ service: big.host, statefulSet: 'big-ss', replicas: 1_000 });
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    expect(diagnosis).toMatchObject({ healthy: true, findings: [{ code: 'ANSWER_MAY_BE_CUT', severity: 'info' }] });
  });

  test('is asked each question once, and nothing that would make a cache deny a peer', async () => {
    set.scale(2);
    cluster.clearQueries();
    await examine(DECLARED);
    const asked = cluster.queries.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((question) => question.includes('color-ss-2'))).toEqual([`NAPTR color-ss-2.${HOST}`]);
  });
});

describe('a planted mistake', () => {
  test('WRONG_NAMESPACE: the namespace does not exist, and the Service is where the pod is', async () => {
    const diagnosis = await examine({ service: 'color-svc.prod.svc.cluster.local' });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'WRONG_NAMESPACE',
      severity: 'error',
      message:
        'there is no namespace prod in the cluster domain cluster.local, but there is a Service color-svc in namespace default, where this pod is',
      remedy: "pass namespace: 'default', or color-svc.default as service",
    });
    expect(theOne(diagnosis).evidence).toContainEqual(
      expect.objectContaining({ name: 'prod.svc.cluster.local', type: 'A', code: 'ENOTFOUND', server: cluster.servers[0] }),
    );
  });

  test('WRONG_NAMESPACE: the namespace does not exist, and nothing is known of another', async () => {
    const diagnosis = await examine({ service: 'color-svc.prod.svc.cluster.local' }, { env: {} });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'WRONG_NAMESPACE',
      remedy: expect.stringContaining('kubectl get services --all-namespaces'),
    });
  });

  test('NO_SUCH_SERVICE_OR_NONE_READY: the namespace exists, but the Service is where the pod is', async () => {
    expect(theOne(await examine({ service: 'color-svc.kube-system.svc.cluster.local' }))).toMatchObject({
      code: 'NO_SUCH_SERVICE_OR_NONE_READY',
      message: expect.stringContaining('a Service color-svc is in namespace default, where this pod is'),
    });
  });

  test.each<{ name: string; options: Partial<WatchOptions>; environment: PodEnvironmentOverrides; says: string }>([
    {
      name: 'by the name of the API server',
      options: { service: 'color-svc.default.svc.other.example' },
      environment: {},
      says: 'the cluster domain is not other.example but cluster.local: the API server is called kubernetes.default.svc.cluster.local',
    },
    {
      name: 'by what clusters are usually called',
      options: { service: 'color-svc.default.svc.other.example' },
      environment: { env: {} },
      says: 'the cluster domain is not other.example but cluster.local: the DNS servers serve cluster.local',
    },
  ])('WRONG_CLUSTER_DOMAIN: $name', async ({ options, environment, says }) => {
    const vip = cluster.clusterIpService('kubernetes', { ports: [{ port: 443 }] });
    const env = { POD_NAMESPACE: 'default', KUBERNETES_SERVICE_HOST: vip.addresses[0] };
    expect(theOne(await examine(options, { env, ...environment }))).toMatchObject({
      code: 'WRONG_CLUSTER_DOMAIN',
      severity: 'error',
      message: says,
      remedy: "pass clusterDomain: 'cluster.local', or color-svc.default.svc.cluster.local as service",
    });
  });

  test('WRONG_CLUSTER_DOMAIN: by the search list of the pod', async () => {
    const other = await another({ clusterDomain: 'k8s.example' });
    const diagnosis = await examine(
      { servers: other.servers },
      { readText: (path) => (path === '/etc/resolv.conf' ? 'search default.svc.k8s.example svc.k8s.example k8s.example' : undefined) },
    );
    expect(theOne(diagnosis)).toMatchObject({ code: 'WRONG_CLUSTER_DOMAIN', message: expect.stringContaining('but k8s.example') });
  });

  test('WRONG_CLUSTER_DOMAIN: a guess that the API server contradicts', async () => {
    const other = await another({ clusterDomain: 'k8s.example' });
    const vip = other.clusterIpService('kubernetes', { ports: [{ port: 443 }], families: ['ipv6'] });
    const env = { POD_NAMESPACE: 'default', KUBERNETES_SERVICE_HOST: vip.addresses[0] };
    const diagnosis = await examine({ service: 'color-svc', servers: other.servers }, { env });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'WRONG_CLUSTER_DOMAIN',
      message: expect.stringContaining('not cluster.local but k8s.example'),
    });
  });

  test('a guessed cluster domain that the servers serve is no finding', async () => {
    expect(await examine({ service: 'color-svc' })).toEqual({ healthy: true, findings: [] });
  });

  test('WRONG_CLUSTER_DOMAIN: nothing that is asked serves it, as where a pod asks the resolver of its node', async () => {
    cluster.fault({ kind: 'nxdomain' });
    expect(theOne(await examine())).toMatchObject({
      code: 'WRONG_CLUSTER_DOMAIN',
      message: 'the DNS servers that were asked serve no cluster domain cluster.local',
      remedy: expect.stringContaining('dnsPolicy'),
    });
  });

  test.each([
    { name: 'no Service', plant: () => service.delete() },
    { name: 'no pod', plant: () => set.delete() },
    { name: 'nobody ready', plant: () => set.pods.forEach((pod) => pod.setReady(false)) },
  ])('NO_SUCH_SERVICE_OR_NONE_READY: $name', async ({ plant }) => {
    plant();
    const finding = theOne(await examine({ ...DECLARED, self: 'color-ss-0' }));
    expect(finding).toMatchObject({ code: 'NO_SUCH_SERVICE_OR_NONE_READY', severity: 'error' });
    expect(finding.message).toBe(`DNS knows no ${HOST}: there is no such Service, or none of its pods is ready`);
    for (const words of [
      'kubectl -n default get service color-svc',
      'kubectl -n default get endpointslices -l kubernetes.io/service-name=color-svc',
      'publishNotReadyAddresses: true',
    ]) {
      expect(finding.remedy).toContain(words);
    }
  });

  test('NO_SUCH_SERVICE_OR_NONE_READY: the other family', async () => {
    expect(theOne(await examine({ family: 'ipv6' }))).toMatchObject({
      code: 'NO_SUCH_SERVICE_OR_NONE_READY',
      message: expect.stringContaining('has no address of the kind that was asked for'),
      remedy: expect.stringContaining('family'),
    });
  });

  test('NOT_HEADLESS: a Service with a cluster IP', async () => {
    const vip = cluster.clusterIpService('vip-svc');
    vip.deployment('vip', { replicas: 2 });
    expect(theOne(await examine({ service: vip.host, ...DECLARED }))).toMatchObject({
      code: 'NOT_HEADLESS',
      severity: 'error',
      message: expect.stringContaining(vip.addresses[0] ?? 'no address'),
      remedy: expect.stringContaining('clusterIP: None'),
    });
  });

  test.each([
    { name: 'without a StatefulSet', options: {}, told: ['warning NO_SRV'] },
    { name: 'with the names of a StatefulSet', options: { statefulSet: 'bare-ss', replicas: 3 }, told: ['info NO_SRV'] },
    { name: 'with some of them', options: { statefulSet: 'bare-ss', replicas: 4 }, told: ['warning PEERS_MISSING', 'info NO_SRV'] },
  ])('NO_SRV: a Service without ports, $name', async ({ options, told: want }) => {
    const bare = cluster.headlessService('bare-svc');
    bare.statefulSet('bare-ss', { replicas: 3 });
    expect(told(await examine({ service: bare.host, ...options }))).toEqual(want);
  });

  test('NO_SRV: no port of that name', async () => {
    expect(theOne(await examine({ portName: 'metrics' }))).toMatchObject({
      code: 'NO_SRV',
      severity: 'warning',
      message: 'Service color-svc has no TCP port with the name metrics: the ports of its peers stay unknown',
    });
  });

  test.each<{ name: string; options: Partial<WatchOptions>; env: Record<string, string>; want: readonly string[] }>([
    { name: 'by the option self', options: { self: 'color-ss-1' }, env: {}, want: ['warning SELF_MISSING'] },
    { name: 'by POD_NAME', options: { statefulSet: 'color-ss' }, env: { POD_NAME: 'color-ss-1' }, want: ['warning SELF_MISSING'] },
    { name: 'by HOSTNAME, like the names that DNS shows', options: {}, env: { HOSTNAME: 'color-ss-1' }, want: ['warning SELF_MISSING'] },
    { name: 'not told twice where it is declared', options: DECLARED, env: { HOSTNAME: 'color-ss-1' }, want: ['warning SELF_MISSING'] },
    { name: 'but not a pod of another set', options: {}, env: { HOSTNAME: 'red-ss-1' }, want: [] },
    { name: 'nor one of a Deployment', options: {}, env: { HOSTNAME: 'web-7d9f8c6b5-x2x4z' }, want: [] },
    { name: 'nor one of another namespace', options: {}, env: { HOSTNAME: 'color-ss-1', POD_NAMESPACE: 'other' }, want: [] },
  ])('SELF_MISSING: this pod is not ready, $name', async ({ options, env, want }) => {
    set.pod(1).setReady(false);
    const diagnosis = await examine(options, { env: { POD_NAMESPACE: 'default', ...env } });
    expect(told(diagnosis)).toEqual(want);
    for (const { message, remedy } of diagnosis.findings) {
      expect(message).toContain('this pod, color-ss-1, is not among the members');
      expect(remedy).toContain('kubectl -n default get pod color-ss-1 -o wide');
    }
  });

  test('PEERS_MISSING: which', async () => {
    set.pod(1).setReady(false);
    expect(theOne(await examine({ statefulSet: 'color-ss', replicas: 4 }))).toMatchObject({
      code: 'PEERS_MISSING',
      severity: 'warning',
      message:
        'color-ss-1, color-ss-3 not in DNS although declared: not ready, not started, or not of Service color-svc; DNS shows color-ss-0, color-ss-2',
    });
  });

  test('PEERS_MISSING: a second Service over the pods of another', async () => {
    const all = cluster.headlessService('all-svc', { ports: [{ port: 1 }], selects: set });
    expect(theOne(await examine({ service: all.host, ...DECLARED }))).toMatchObject({
      code: 'PEERS_MISSING',
      message: expect.stringContaining('it lists its pods by address'),
      remedy: expect.stringContaining('serviceName must be all-svc'),
    });
  });

  test.each<{ name: string; fault: FaultOptions; want: readonly string[] }>([
    { name: 'A alone', fault: { kind: 'nxdomain', types: ['A'], names: HOST }, want: ['error DENIAL_CACHING'] },
    { name: 'SRV alone', fault: { kind: 'nxdomain', types: ['SRV'], names: HOST }, want: ['warning DENIAL_CACHING'] },
    { name: 'a peer', fault: { kind: 'nxdomain', types: ['A', 'AAAA'], names: `color-ss-1.${HOST}` }, want: ['warning DENIAL_CACHING'] },
    {
      name: 'the set, in both families',
      fault: { kind: 'nxdomain', types: ['A', 'AAAA', 'SRV'], names: HOST },
      want: ['error DENIAL_CACHING'],
    },
  ])('DENIAL_CACHING: a cache denies $name', async ({ fault, want }) => {
    cluster.fault(fault);
    const diagnosis = await examine(DECLARED);
    expect(told(diagnosis)).toEqual(want);
    expect(theOne(diagnosis).remedy).toContain('disable denial cluster.local');
  });

  test.each<{ name: string; fault: FaultOptions; code: string }>([
    { name: 'refused', fault: { kind: 'truncate', tcp: 'refused', types: ['A'], names: HOST }, code: 'ECONNREFUSED' },
    { name: 'silent', fault: { kind: 'truncate', tcp: 'silent', types: ['A', 'AAAA'], names: HOST }, code: 'ETIMEOUT' },
  ])('TCP_BLOCKED: a long answer, and TCP $name', async ({ fault, code }) => {
    cluster.fault(fault);
    const diagnosis = await examine({ family: 'ipv4', lookupTimeoutMs: 1_000 });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'TCP_BLOCKED',
      severity: 'error',
      message: expect.stringContaining(`A ${HOST}`),
      evidence: [expect.objectContaining({ type: 'A', code })],
      remedy: expect.stringContaining('TCP port 53'),
    });
  });

  test('FOREIGN_ANSWER: loopback among the addresses', async () => {
    cluster.fault({ kind: 'foreign-address', addresses: ['127.0.0.1'], mode: 'add', names: HOST, types: ['A'] });
    expect(theOne(await examine())).toMatchObject({
      code: 'FOREIGN_ANSWER',
      severity: 'warning',
      message: expect.stringContaining(`A ${HOST}`),
    });
  });

  test('FOREIGN_ANSWER: loopback instead of the addresses', async () => {
    cluster.fault({ kind: 'foreign-address', addresses: ['127.0.0.1'], names: HOST, types: ['A'] });
    expect(theOne(await examine({ family: 'ipv4' }))).toMatchObject({ code: 'FOREIGN_ANSWER', severity: 'error' });
  });

  test('FOREIGN_ANSWER: a server that finds every name', async () => {
    cluster.fault({ kind: 'foreign-address', names: new RegExp(HOST), types: ['A'] });
    expect(told(await examine())).toContain('error FOREIGN_ANSWER');
  });

  test('UNNAMED_ADDRESS: an address that no name of SRV accounts for', async () => {
    const [address = ''] = set.pod(2).addresses;
    cluster.fault({ kind: 'partial', without: ['color-ss-2'], types: ['SRV'] });
    expect(theOne(await examine())).toMatchObject({ code: 'UNNAMED_ADDRESS', message: expect.stringContaining(address) });
  });
});

describe('diagnose', () => {
  test.each<{ name: string; options: object; path: string }>([
    { name: 'no Service', options: {}, path: 'service' },
    { name: 'what is no option', options: { service: HOST, timeoutMs: 1 }, path: 'timeoutMs' },
    { name: 'a source of one’s own', options: { service: HOST, source: staticSource([]) }, path: 'source' },
  ])('rejects with INVALID_OPTIONS for $name', async ({ options, path }) => {
    await expect(Reflect.apply(diagnose, undefined, [options])).rejects.toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path }] });
  });

  test('rejects with the reason of a signal that has aborted, and asks nobody', async () => {
    const reason = new Error('not now');
    await expect(examine({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(cluster.queries).toEqual([]);
  });

  test('rejects at once with the reason of a signal that aborts, and leaves no socket and no timer', async () => {
    cluster.fault({ kind: 'silence' });
    const before = held();
    const abort = new AbortController();
    const running = examine({ signal: abort.signal, lookupTimeoutMs: 10_000 });
    await expect.poll(() => cluster.queries.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    const startedAtMs = performance.now();
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    // A closed socket is gone in the next turns of the loop.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(held()).toEqual(before);
    const asked = cluster.queries.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cluster.queries).toHaveLength(asked);
  });

  test('ends within its limit where hundreds of names are silent', async () => {
    const big = cluster.headlessService('big-svc', { ports: [{ port: 1 }] });
    big.statefulSet('bs', { replicas: 700, podManagementPolicy: 'Parallel' });
    cluster.fault({ kind: 'silence', names: /^bs-/ });
    const startedAtMs = performance.now();
    const diagnosis = await examine({ service: big.host, lookupTimeoutMs: 500 });
    // Asked to the end, 64 at a time, they would take 5.5 s.
    expect(performance.now() - startedAtMs).toBeLessThan(4_500);
    expect(diagnosis.findings[0]).toMatchObject({
      code: 'LOOKUPS_FAILING',
      severity: 'warning',
      message: expect.stringContaining('more questions (ETIMEOUT)'),
    });
    expect(diagnosis.findings[0]?.evidence).toHaveLength(20);
  });

  test('reads the pod it runs in, where nothing else is said', async () => {
    // On this machine there is no pod: the names must all be in the options.
    const diagnosis = await diagnose({ service: HOST, servers: cluster.servers, statefulSet: 'color-ss', replicas: 3 });
    expect(diagnosis).toEqual({ healthy: true, findings: [] });
  });
});

describe('DNS servers', () => {
  test.each<{ name: string; fault: FaultOptions; code: string; remedy: string }>([
    { name: 'is silent', fault: { kind: 'silence' }, code: 'ETIMEOUT', remedy: 'NetworkPolicy' },
    { name: 'fails', fault: { kind: 'servfail' }, code: 'ESERVFAIL', remedy: 'kubectl -n kube-system logs' },
    { name: 'refuses', fault: { kind: 'refused' }, code: 'EREFUSED', remedy: 'does not serve this domain' },
    { name: 'answers garbage', fault: { kind: 'garbage' }, code: 'EBADRESP', remedy: 'the DNS of the cluster' },
  ])('LOOKUPS_FAILING: the only one $name', async ({ fault, code, remedy }) => {
    cluster.fault(fault);
    const diagnosis = await examine({ ...DECLARED, ...(fault.kind === 'silence' && { lookupTimeoutMs: 500 }) });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'LOOKUPS_FAILING',
      severity: 'error',
      message: `DNS gives no usable answer for ${HOST} (${code})`,
      remedy: expect.stringContaining(remedy),
    });
    expect(theOne(diagnosis).evidence).toMatchObject([{ type: 'A', code, server: cluster.servers[0] }, { type: 'AAAA' }]);
  });

  test('LOOKUPS_FAILING: nobody listens, on any', async () => {
    const diagnosis = await examine({ servers: ['127.0.0.1:1', '127.0.0.1:2'] });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'LOOKUPS_FAILING',
      message: `DNS gives no usable answer for ${HOST} (127.0.0.1:1: ECONNREFUSED; 127.0.0.1:2: ECONNREFUSED)`,
    });
  });

  test.each<{ name: string; kind: 'silence' | 'servfail' | 'refused'; code: string }>([
    { name: 'silent', kind: 'silence', code: 'ETIMEOUT' },
    { name: 'failing', kind: 'servfail', code: 'ESERVFAIL' },
    { name: 'refusing', kind: 'refused', code: 'EREFUSED' },
  ])('SERVER_FAILING: one of two is $name', async ({ kind, code }) => {
    const other = await another();
    other.fault({ kind });
    const servers = [...other.servers, ...cluster.servers];
    const diagnosis = await examine({ servers, ...(kind === 'silence' && { lookupTimeoutMs: 500 }) });
    expect(theOne(diagnosis)).toMatchObject({
      code: 'SERVER_FAILING',
      severity: 'warning',
      message: `DNS server ${other.servers[0]} gives no usable answer for ${HOST} (${code})`,
    });
  });

  test('SERVERS_DISAGREE: one lacks a member', async () => {
    const [address = ''] = set.pod(1).addresses;
    const other = await another({ seed: 1 });
    const twin = other.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
    twin.statefulSet('color-ss', { replicas: 3 }).pod(1).setReady(false);
    expect(theOne(await examine({ servers: [...cluster.servers, ...other.servers] }))).toMatchObject({
      code: 'SERVERS_DISAGREE',
      severity: 'warning',
      message: `DNS servers do not agree about ${HOST}: ${cluster.servers[0]} shows 3 addresses, alone ${address}, ${other.servers[0]} shows 2 addresses`,
    });
  });

  test('SERVERS_DISAGREE: one is not of the cluster, and its denial is taken for the truth', async () => {
    const other = await another();
    other.fault({ kind: 'nxdomain' });
    expect(theOne(await examine({ servers: [...other.servers, ...cluster.servers], ...DECLARED }))).toMatchObject({
      code: 'SERVERS_DISAGREE',
      severity: 'error',
      message: `DNS server ${other.servers[0]} does not serve cluster.local, as ${cluster.servers[0]} does: it denies ${HOST}`,
      remedy: expect.stringContaining(`take ${other.servers[0]} out`),
    });
  });

  test('TCP_BLOCKED: a server that takes no TCP, where nothing needs it yet', async () => {
    // UDP on a port of its own, in front of the cluster, without TCP.
    const udpOnly = await startUdpRelay(cluster.servers[0] ?? '');
    try {
      expect(theOne(await examine({ servers: [udpOnly.server] }))).toMatchObject({
        code: 'TCP_BLOCKED',
        severity: 'warning',
        message: expect.stringContaining('takes no TCP connection (ECONNREFUSED)'),
      });
    } finally {
      udpOnly.close();
    }
  });
});
