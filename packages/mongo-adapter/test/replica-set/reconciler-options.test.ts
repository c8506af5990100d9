import { watchPeers, staticSource } from '@peerset/core';
import { afterAll, describe, expect, test } from 'vitest';
import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import type { ReplicaSetReconcilerOptions } from '@peerset/mongo-adapter';

const watcher = watchPeers({
  service: 'color-svc.db.svc.cluster.local',
  source: staticSource([{ name: 'color-ss-0', addresses: ['10.0.0.1'] }]),
});
class NoClient {
  connect(): never {
    throw new Error('nobody connects here');
  }
  db(): never {
    return this.connect();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}
const good: ReplicaSetReconcilerOptions = {
  watcher,
  driver: { MongoClient: NoClient },
  set: 'rs0',
  statefulSet: 'color-ss',
  replicas: 3,
  podName: 'color-ss-0',
};
const planted = { username: 'u', password: 'planted\n' };

afterAll(() => watcher.close());

describe('options of a reconciler', () => {
  test('the good ones are taken, and nothing is sent', async () => {
    await using reconciler = new ReplicaSetReconciler(good);
    expect(reconciler.metrics).toEqual({ ticks: 0, applied: 0, failed: 0, dropped: 0, failuresInARow: 0, plan: undefined });
  });

  test.each<{ name: string; options: Record<string, unknown>; says: string }>([
    { name: 'no watcher', options: { watcher: undefined }, says: 'watcher: undefined is refused' },
    { name: 'no driver', options: { driver: {} }, says: 'driver: an object is refused' },
    { name: 'an empty set', options: { set: '' }, says: 'set: "" is refused' },
    { name: 'no StatefulSet', options: { statefulSet: undefined }, says: 'statefulSet: undefined is refused' },
    { name: 'no replicas', options: { replicas: 0 }, says: 'replicas: 0 is refused, must be an integer from 1 to 50' },
    { name: 'too many replicas', options: { replicas: 51 }, says: 'replicas: 51 is refused' },
    { name: 'replicas that are text', options: { replicas: '3' }, says: 'replicas: "3" is refused' },
    { name: 'another pod', options: { podName: 'other-0' }, says: 'podName: "other-0" is refused, must be color-ss-<ordinal>' },
    { name: 'a pod without an ordinal', options: { podName: 'color-ss-x' }, says: 'podName: "color-ss-x" is refused' },
    { name: 'a port out of range', options: { port: 0 }, says: 'port: 0 is refused' },
    { name: 'a local port out of range', options: { localPort: 70_000 }, says: 'localPort: 70000 is refused' },
    {
      name: 'an interval too short',
      options: { intervalMs: 99 },
      says: 'intervalMs: 99 is refused, must be an integer from 100 to 600000',
    },
    { name: 'no time at all', options: { reachTimeoutMs: 0 }, says: 'reachTimeoutMs: 0 is refused' },
    { name: 'an unknown key', options: { force: true }, says: 'force: [hidden] is refused, must be one of' },
    {
      name: 'a priority out of range',
      options: { attributes: { 0: { priority: 2_000 } } },
      says: 'attributes.0.priority: 2000 is refused',
    },
    { name: 'a password with a line break', options: { credentials: planted }, says: 'credentials.password: [hidden] is refused' },
    { name: 'an unknown option of the string', options: { uriOptions: { ssl: true } }, says: 'ssl' },
  ])('$name: refused by name, value and rule', ({ options, says }) => {
    const make = (): unknown => new ReplicaSetReconciler({ ...good, ...options });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringContaining(says) }));
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining('planted') }));
  });

  test('declare refuses what is no size, and keeps what was declared', async () => {
    await using reconciler = new ReplicaSetReconciler(good);
    expect(() => reconciler.declare(51)).toThrow('replicas: 51 is refused');
    expect(() => reconciler.declare(5)).not.toThrow();
  });
});
