import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import type { Cluster, HeadlessService, StatefulSet } from '@peerset/testkit';
import { discoverPeers, watchPeers } from '../src/index.ts';
import type { Change, PeerWatcher, RoundReport, WatchOptions } from '../src/index.ts';

const ALL = ['color-ss-0', 'color-ss-1', 'color-ss-2'];

let cluster: Cluster;
let service: HeadlessService;
let set: StatefulSet;
const open: PeerWatcher[] = [];

beforeEach(async () => {
  cluster = await startCluster();
  service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
  set = service.statefulSet('color-ss', { replicas: 3 });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((watcher) => watcher.close()));
  await cluster.close();
});

/** A watcher in a hurry: the least intervals, and a short window. */
function watch(options: Partial<WatchOptions> = {}): PeerWatcher & { changes: Change[] } {
  const watcher = watchPeers({
    service: service.host,
    servers: cluster.servers,
    pollIntervalMs: 250,
    settlingIntervalMs: 100,
    lookupTimeoutMs: 500,
    leaveAfterMs: 1_000,
    ...options,
  });
  open.push(watcher);
  const changes: Change[] = [];
  watcher.on('change', (change) => void changes.push(change));
  return Object.assign(watcher, { changes });
}

const names = (watcher: PeerWatcher): readonly string[] => watcher.snapshot.peers.map(({ name }) => name);

describe('a watcher against a DNS server', () => {
  test('finds the peers with names, ordinals, hosts, addresses and port, in one round', async () => {
    const snapshot = await watch().ready({ peers: 3 });
    expect(snapshot.peers).toEqual(set.pods.map(({ name, ordinal, host, addresses }) => ({ name, ordinal, host, addresses, port: 27017 })));
    expect(snapshot).toMatchObject({ revision: 1, service: { host: service.host, name: 'color-svc', namespace: 'default' } });
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.peers) && Object.isFrozen(snapshot.peers[0])).toBe(true);
  });

  test('discoverPeers finds declared peers once, and leaves no query behind', async () => {
    const snapshot = await discoverPeers({ service: service.host, servers: cluster.servers, statefulSet: 'color-ss', replicas: 3 });
    expect(snapshot.peers.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2]);
  });

  test('dual stack: one peer has the addresses of both families, IPv4 first', async () => {
    const dual = cluster.headlessService('dual-svc', { ports: [{ port: 9042 }] });
    const pods = dual.statefulSet('dual-ss', { replicas: 2, families: ['ipv4', 'ipv6'] }).pods;
    const snapshot = await watch({ service: dual.host }).ready({ peers: 2 });
    expect(snapshot.peers.map(({ addresses }) => addresses)).toEqual(pods.map(({ addresses }) => addresses));
    expect(snapshot.peers[0]?.addresses).toHaveLength(2);
  });

  test('a Service without ports: the StatefulSet’s ordinals give the names', async () => {
    const bare = cluster.headlessService('bare-svc');
    bare.statefulSet('bare-ss', { replicas: 3 });
    const snapshot = await watch({ service: bare.host, statefulSet: 'bare-ss' }).ready({ peers: 3 });
    expect(snapshot.peers).toMatchObject([0, 1, 2].map((ordinal) => ({ name: `bare-ss-${ordinal}`, ordinal, port: undefined })));
  });

  test('a Deployment: dashed names, without ordinals', async () => {
    const web = cluster.headlessService('web-svc', { ports: [{ port: 80 }] });
    const { pods } = web.deployment('web', { replicas: 2 });
    const snapshot = await watch({ service: web.host }).ready({ peers: 2 });
    expect(new Set(snapshot.peers.map(({ name }) => name))).toEqual(
      new Set(pods.map(({ addresses }) => addresses[0]?.replaceAll('.', '-'))),
    );
    expect(snapshot.peers.every(({ ordinal }) => ordinal === undefined)).toBe(true);
  });

  test('portName: the SRV records of that port give the port', async () => {
    const two = cluster.headlessService('two-svc', {
      ports: [
        { name: 'db', port: 27017 },
        { name: 'metrics', port: 9216 },
      ],
    });
    two.statefulSet('two-ss', { replicas: 1 });
    expect((await watch({ service: two.host }).ready()).peers[0]?.port).toBeUndefined();
    expect((await watch({ service: two.host, portName: 'metrics' }).ready()).peers[0]?.port).toBe(9216);
    expect((await watch({ service: two.host, port: 1234 }).ready()).peers[0]?.port).toBe(1234);
  });

  test('truncated answer, TCP works: the full list', async () => {
    const big = cluster.headlessService('big-svc', { ports: [{ port: 1 }] });
    big.statefulSet('big-ss', { replicas: 150, podManagementPolicy: 'Parallel' });
    const snapshot = await watch({ service: big.host }).ready({ peers: 150 });
    expect(snapshot.peers.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(cluster.queries.some(({ transport }) => transport === 'tcp')).toBe(true);
  });

  test('scale up, restart, scale down: join, move, leave', async () => {
    const watcher = watch();
    await watcher.ready({ peers: 3 });
    set.scale(5);
    await watcher.ready({ peers: 5 });
    const [before] = set.pod(1).addresses;
    set.pod(1).restart();
    await expect
      .poll(() => watcher.changes.flatMap(({ moved }) => moved), { timeout: 10_000 })
      .toMatchObject([{ peer: { name: 'color-ss-1' }, from: [before] }]);
    set.scale(3);
    // The window is 1 s, and five contradicting rounds.
    await expect.poll(() => names(watcher), { timeout: 10_000 }).toEqual(ALL);
    expect(watcher.changes.flatMap(({ left }) => left.map(({ name }) => name))).toEqual(['color-ss-3', 'color-ss-4']);
  });

  test.each(['servfail', 'silence'] as const)('%s for seconds: nothing changes, then everything is well again', async (kind) => {
    const watcher = watch({ staleAfterMs: 1_000 });
    await watcher.ready({ peers: 3 });
    const fault = cluster.fault({ kind });
    await expect.poll(() => watcher.status.phase, { timeout: 10_000 }).toBe('stale');
    expect(names(watcher)).toEqual(ALL);
    fault.clear();
    await expect.poll(() => watcher.status.phase, { timeout: 10_000 }).not.toBe('stale');
    expect(watcher.changes).toHaveLength(1);
  });

  test('foreign address: refused, and what is inside allowedAddresses let in', async () => {
    const local = await startCluster({ addresses: 'loopback' });
    try {
      const near = local.headlessService('near-svc', { ports: [{ port: 1 }] });
      near.statefulSet('near-ss', { replicas: 2 });
      const refusing = watch({ service: near.host, servers: local.servers });
      await refusing.refresh();
      await refusing.refresh();
      expect(refusing.snapshot.peers).toEqual([]);
      const allowing = watch({ service: near.host, servers: local.servers, allowedAddresses: ['127.0.0.0/8'] });
      expect((await allowing.ready({ peers: 2 })).peers[0]?.addresses[0]).toMatch(/^127\./);
    } finally {
      await local.close();
    }
  });

  test('NOT_HEADLESS: a Service with a cluster IP is told apart at once', async () => {
    cluster.clusterIpService('vip-svc').deployment('vip', { replicas: 2 });
    const watcher = watch({ service: 'vip-svc.default.svc.cluster.local' });
    await expect(watcher.ready()).rejects.toMatchObject({ code: 'NOT_HEADLESS' });
    expect(watcher.snapshot.peers).toEqual([]);
  });

  test('close during a round with a silent server returns at once, and leaves no socket', async () => {
    cluster.fault({ kind: 'silence' });
    const watcher = watch({ lookupTimeoutMs: 10_000 });
    await expect.poll(() => cluster.queries.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    const startedAtMs = performance.now();
    await watcher.close();
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    const asked = cluster.queries.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cluster.queries).toHaveLength(asked);
  });

  test('a closed DNS port: nobody joins, and the failures are counted', async () => {
    const watcher = watch({ servers: ['127.0.0.1:1'] });
    await watcher.refresh();
    expect(watcher.snapshot.peers).toEqual([]);
    expect(watcher.status.failuresInARow).toBeGreaterThan(0);
  });
});

describe('a list that needs TCP', () => {
  test.each([
    { name: 'refused', tcp: 'refused' as const },
    { name: 'silent', tcp: 'silent' as const },
  ])('truncated answer, TCP $name: nothing changes, and TCP_BLOCKED names TCP 53 and NetworkPolicy', async ({ tcp }) => {
    const watcher = watch({ lookupTimeoutMs: 200 });
    await watcher.ready({ peers: 3 });
    const fault = cluster.fault({ kind: 'truncate', tcp, types: ['A', 'AAAA'] });
    await expect
      .poll(() => watcher.status.problems.find(({ code }) => code === 'TCP_BLOCKED'), { timeout: 10_000 })
      .toMatchObject({ hint: expect.stringMatching(/TCP port 53 .*NetworkPolicy/) });
    expect(names(watcher)).toEqual(ALL);
    expect(watcher.changes).toHaveLength(1);
    fault.clear();
    await expect.poll(() => watcher.status.problems, { timeout: 10_000 }).toEqual([]);
  });

  test('TCP_BLOCKED is told while declared peers are missing, too', async () => {
    cluster.fault({ kind: 'truncate', tcp: 'silent', types: ['A', 'AAAA'] });
    const watcher = watch({ lookupTimeoutMs: 200, statefulSet: 'color-ss', replicas: 3 });
    await expect
      .poll(() => watcher.status.problems.map(({ code }) => code), { timeout: 20_000 })
      .toEqual(['LOOKUPS_FAILING', 'TCP_BLOCKED']);
  });

  test('a server that is silent altogether is not mistaken for that', async () => {
    const watcher = watch({ lookupTimeoutMs: 200 });
    await watcher.ready({ peers: 3 });
    cluster.fault({ kind: 'silence' });
    await expect.poll(() => watcher.status.failuresInARow, { timeout: 10_000 }).toBeGreaterThan(6);
    expect(watcher.status.problems.map(({ code }) => code)).toEqual(['LOOKUPS_FAILING']);
  });
});

describe('an answer with TTL 0, served stale', () => {
  test('is asked for again once; where the second is the same in two rounds, the zone has TTL 0 and is asked once', async () => {
    const stale = await startCluster({ ttlSeconds: 0 });
    try {
      const old = stale.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
      old.statefulSet('color-ss', { replicas: 3 });
      const watcher = watch({ servers: stale.servers, family: 'ipv4' });
      await watcher.ready({ peers: 3 });
      const rounds = await nextRounds(watcher, 1);
      expect(rounds[0]?.lookups[0]).toMatchObject({ type: 'A', outcome: 'found', ttlSeconds: 0 });
      const before = stale.queries.length;
      const later = await nextRounds(watcher, 5);
      expect(later.flatMap(({ lookups }) => lookups.map(({ attempts }) => attempts))).toEqual([1, 1, 1, 1, 1]);
      expect(stale.queries.length - before).toBeLessThanOrEqual(6);
      const first = stale.queries.filter(({ name, type }) => name === old.host && type === 'A').slice(0, 2);
      const pauseMs = (first[1]?.atMs ?? 0) - (first[0]?.atMs ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(100);
    } finally {
      await Promise.all(open.splice(0).map((watcher) => watcher.close()));
      await stale.close();
    }
  });

  test('is nothing that a zone with a TTL is asked twice for', async () => {
    const watcher = watch({ family: 'ipv4' });
    await watcher.ready({ peers: 3 });
    const before = cluster.queries.length;
    await nextRounds(watcher, 5);
    // The sixth round may have begun.
    expect(cluster.queries.slice(before).filter(({ name }) => name === service.host).length).toBeLessThanOrEqual(6);
  });

  test('is not asked for again after close', async () => {
    const stale = await startCluster({ ttlSeconds: 0 });
    try {
      stale.headlessService('color-svc').statefulSet('color-ss', { replicas: 1 });
      const watcher = watch({ servers: stale.servers, family: 'ipv4' });
      await expect.poll(() => stale.queries.length, { interval: 5 }).toBe(1);
      await watcher.close();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(stale.queries).toHaveLength(1);
      expect(watcher.snapshot.peers).toEqual([]);
    } finally {
      await stale.close();
    }
  });
});

/** The next rounds that the watcher makes. */
async function nextRounds(watcher: PeerWatcher, count: number): Promise<readonly RoundReport[]> {
  const rounds: RoundReport[] = [];
  await new Promise<void>((resolve) => {
    const stop = watcher.on('round', (round) => {
      rounds.push(round);
      if (rounds.length === count) {
        stop();
        resolve();
      }
    });
  });
  return rounds;
}
