import { setImmediate as turn } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';
import { startCluster, virtualClock } from '@peerset/testkit';
import type { Cluster, StatefulSet, VirtualClock } from '@peerset/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendTo } from '../guide/code/ask-again.ts';
import { greetsWhoComesBack } from '../guide/code/greeter-cluster.ts';
import { greetsEveryPeer } from '../guide/code/greeter-fixed.ts';
import { keepConnections } from '../guide/code/keep-connections.ts';
import { logProblems } from '../guide/code/log-problems.ts';
import { collectMetrics } from '../guide/code/metrics.ts';
import { printChanges } from '../guide/code/print-changes.ts';
import { currentUri, keepBackends } from '../guide/code/publish-uri.ts';
import { waitForQuorum } from '../guide/code/start-up.ts';
import { keepsWhoIsUnreadyForAWhile } from '../guide/code/virtual-time.ts';
import { watchFromStart } from '../guide/code/wait-then-watch.ts';

const SEEN = { timeout: 10_000 };
let cluster: Cluster;
let set: StatefulSet;
let options: WatchOptions;

beforeEach(async () => {
  cluster = await startCluster();
  const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
  set = service.statefulSet('color-ss', { replicas: 2 });
  const pace = { pollIntervalMs: 250, settlingIntervalMs: 100, leaveAfterMs: 0 };
  options = { service: service.host, statefulSet: 'color-ss', servers: cluster.servers, ...pace };
});

afterEach(() => cluster.close());

const addressOf = (ordinal: number): string => set.pod(ordinal).addresses.join();
const refuse = (): Promise<void> => Promise.reject(new Error('connection refused'));

async function passUntil(clock: VirtualClock, isOver: () => boolean): Promise<void> {
  for (; !isOver(); await clock.advance(100)) await turn();
}

describe('watching-peers.md', () => {
  test('one connection a peer: opened at once, replaced when it moves, closed when it leaves and at the end', async () => {
    const told: string[] = [];
    const watcher = keepConnections(options, ({ name, addresses }) => {
      told.push(`open ${name} ${addresses.join()}`);
      return { close: () => void told.push(`close ${name} ${addresses.join()}`) };
    });
    await watcher.ready({ peers: 2 });
    const [first, second] = [addressOf(0), addressOf(1)];
    expect(told).toEqual([`open color-ss-0 ${first}`, `open color-ss-1 ${second}`]);

    set.pod(1).restart();
    await expect.poll(() => told.slice(2), SEEN).toEqual([`close color-ss-1 ${second}`, `open color-ss-1 ${addressOf(1)}`]);
    const moved = addressOf(1);
    set.scale(1);
    await expect.poll(() => told.slice(4), SEEN).toEqual([`close color-ss-1 ${moved}`]);
    await watcher.close();
    expect(told.slice(5)).toEqual([`close color-ss-0 ${first}`]);
  });

  test('one line a change', async () => {
    const lines: string[] = [];
    const watcher = watchPeers(options);
    const printing = printChanges(watcher, (line) => lines.push(line));
    await expect.poll(() => lines.at(-1), SEEN).toBe('revision 1: +color-ss-0 +color-ss-1');
    set.pod(1).restart();
    await expect.poll(() => lines.at(-1), SEEN).toBe('revision 2: ~color-ss-1');
    await watcher.close();
    await printing;
  });

  test('a string that changes with the members only, and a task that is told of every address', async () => {
    await using watcher = watchPeers(options);
    const uri = currentUri(watcher);
    const uris: string[] = [];
    uri.on('change', (value) => uris.push(value));
    const told: (readonly string[])[] = [];
    const follower = keepBackends(watcher, (addresses) => Promise.resolve(void told.push(addresses)));
    await watcher.ready({ peers: 2 });
    set.pod(1).restart();
    await expect.poll(() => told.at(-1)?.toSorted(), SEEN).toEqual([addressOf(0), addressOf(1)].toSorted());
    await follower.idle();
    expect(uri.value).toMatch(/^mongodb:\/\/color-ss-0\.[^,]+,color-ss-1\..*replicaSet=rs0$/);
    expect(uris).toEqual([uri.value]);
  });

  test('a failed message is sent again where the peer has moved, and only then', async () => {
    await using watcher = watchPeers({ ...options, pollIntervalMs: 60_000, settlingIntervalMs: 60_000 });
    await watcher.ready({ peers: 2 });
    await expect(sendTo(watcher, 'color-ss-1', refuse)).rejects.toThrow('connection refused');

    set.pod(1).restart();
    const tried: string[] = [];
    await sendTo(watcher, 'color-ss-1', ({ addresses }) => {
      tried.push(addresses.join());
      return addresses.join() === addressOf(1) ? Promise.resolve() : refuse();
    });
    expect(tried).toHaveLength(2);
    await expect(sendTo(watcher, 'color-ss-7', refuse)).rejects.toThrow('color-ss-7 is not a peer');
  });
});

describe('waiting-at-start-up.md', () => {
  test('a majority is enough', async () => {
    const clock = virtualClock();
    let isOver = false;
    const waiting = waitForQuorum({ ...options, replicas: 3, clock }, () => {}).finally(() => void (isOver = true));
    await passUntil(clock, () => isOver);
    expect((await waiting).peers).toHaveLength(2);
  });

  test('without one it says who is missing, why, and what was asked', async () => {
    const clock = virtualClock();
    const lines: string[] = [];
    let isOver = false;
    const waiting = waitForQuorum({ ...options, replicas: 5, clock }, (line) => lines.push(line)).catch((error: unknown) => {
      isOver = true;
      return error;
    });
    await passUntil(clock, () => isOver);
    expect(await waiting).toMatchObject({ code: 'PEERS_NOT_READY' });
    expect(lines[0]).toMatch(/^2 peers, missing color-ss-2, color-ss-3, color-ss-4: \S/);
    expect(lines).toContain(`  A ${options.service}: found`);
  });

  test('the watcher of the start goes on', async () => {
    await using watcher = await watchFromStart({ ...options, self: 'color-ss-1' });
    expect(watcher.self?.name).toBe('color-ss-1');
  });

  test('a Service that is not headless fails at once', async () => {
    cluster.clusterIpService('web', { ports: [{ port: 80 }] });
    const starting = watchFromStart({ service: 'web.default.svc.cluster.local', servers: cluster.servers, self: 'web-0' });
    await expect(starting).rejects.toMatchObject({ code: 'NOT_HEADLESS' });
  });
});

describe('testing-your-app.md', () => {
  test.each([
    { name: 'a fixed list', run: greetsEveryPeer },
    { name: 'a cluster', run: greetsWhoComesBack },
    { name: 'a virtual clock', run: keepsWhoIsUnreadyForAWhile },
  ])('$name: what it asserts holds', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('metrics.md', () => {
  test('what is wrong is logged for any watcher, once', async () => {
    const lines: string[] = [];
    const stop = logProblems((line) => lines.push(line));
    const service = 'nothing.default.svc.cluster.local';
    await using watcher = watchPeers({ ...options, service });
    await expect.poll(() => watcher.status.problems.length, SEEN).toBe(1);
    await watcher.refresh();
    stop();
    expect(lines.filter((line) => line.startsWith(`${service}: DNS knows no`))).toHaveLength(1);
  });

  test('the series count what the watcher does', async () => {
    await using watcher = watchPeers({ ...options, replicas: 3 });
    const metrics = collectMetrics(watcher);
    await watcher.ready({ peers: 2 });
    set.pod(0).restart();
    await expect.poll(metrics, SEEN).toContain('peerset_moves_total{namespace="default",service="color-svc"} 1\n');
    const lines = metrics().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'peerset_peers{namespace="default",service="color-svc"} 2',
        'peerset_missing_peers{namespace="default",service="color-svc"} 1',
        'peerset_joins_total{namespace="default",service="color-svc"} 2',
        'peerset_phase{namespace="default",service="color-svc",phase="settling"} 1',
        'peerset_phase{namespace="default",service="color-svc",phase="stale"} 0',
        expect.stringMatching(/^peerset_lookups_total\{namespace="default",service="color-svc",outcome="found"\} [1-9]/),
      ]),
    );
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^peerset_[a-z_]+\{[a-z]+="[^"]+"(,[a-z]+="[^"]+")*\} [\d.e-]+$/);
  });
});
