import { readFile, writeFile } from 'node:fs/promises';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import type { Cluster } from '@peerset/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openWriter } from '../../src/write/open-writer.ts';
import type { Writer } from '../../src/write/open-writer.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { names } from './write-scene.ts';

const QUICK = { timeout: 5_000, interval: 10 };

let cluster: Cluster;
let folder: TemporaryFolder;
const closing: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  cluster = await startCluster();
  folder = await temporaryFolder();
  await writeFile(folder.file('names'), 'from before');
});
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
  await cluster.close();
  await folder[Symbol.asyncDispose]();
});

/** A watcher in a hurry, and a writer of the names that it knows. */
function watchAndWrite(service: string, lastKnownFile?: string): { watcher: PeerWatcher; writer: Writer } {
  const times = { pollIntervalMs: 250, settlingIntervalMs: 100, lookupTimeoutMs: 300 };
  const watcher = watchPeers({ service, servers: cluster.servers, lastKnownFile, ...times });
  const writer = openWriter({ watcher, outputs: [{ path: folder.file('names'), render: names }], log: recordedLog() });
  closing.push(writer, watcher);
  return { watcher, writer };
}

const text = (): Promise<string> => readFile(folder.file('names'), 'utf8');

describe('the first write', () => {
  test('waits while DNS is silent, and comes when it answers', async () => {
    const service = cluster.headlessService('db-svc', { ports: [{ name: 'db', port: 27017 }] });
    service.statefulSet('db', { replicas: 2 });
    const silence = cluster.fault({ kind: 'silence' });
    const { watcher } = watchAndWrite(service.host);
    await vi.waitFor(() => expect(watcher.status.failuresInARow).toBeGreaterThan(2), QUICK);
    expect([watcher.status.phase, await text()]).toEqual(['starting', 'from before']);
    silence.clear();
    await vi.waitFor(async () => expect(await text()).toBe('db-0\ndb-1\n'), QUICK);
  });

  test('waits for an answer where the peers are those of the last-known file', async () => {
    const service = cluster.headlessService('db-svc', { ports: [{ name: 'db', port: 27017 }] });
    const set = service.statefulSet('db', { replicas: 2 });
    const lastKnownFile = folder.file('last-known');
    const first = watchPeers({ service: service.host, servers: cluster.servers, lastKnownFile });
    await first.ready({ peers: 2 });
    await first.close();
    const silence = cluster.fault({ kind: 'silence' });
    set.scale(3);
    const { watcher, writer } = watchAndWrite(service.host, lastKnownFile);
    await vi.waitFor(() => expect(watcher.snapshot.peers).toHaveLength(2), QUICK);
    expect([watcher.status.phase, writer.written()[0]?.writes]).toEqual(['stale', 0]);
    silence.clear();
    await vi.waitFor(async () => expect(await text()).toBe('db-0\ndb-1\ndb-2\n'), QUICK);
  });

  test('never comes for a Service that has a cluster IP', async () => {
    const service = cluster.clusterIpService('vip-svc');
    service.deployment('web', { replicas: 2 });
    const { watcher } = watchAndWrite(service.host);
    await vi.waitFor(() => expect(watcher.status.problems.map(({ code }) => code)).toContain('NOT_HEADLESS'), QUICK);
    await vi.waitFor(() => expect(watcher.status.phase).toBe('settled'), QUICK);
    await watcher.refresh();
    expect(await text()).toBe('from before');
  });
});
