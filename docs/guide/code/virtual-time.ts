import { deepStrictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import { startCluster, virtualClock } from '@peerset/testkit';

/** Ten seconds in which nobody is ready, then a scale-down: more than a minute of a cluster's life in about a second. */
export async function keepsWhoIsUnreadyForAWhile(): Promise<void> {
  const clock = virtualClock();
  const cluster = await startCluster({ clock });
  const service = cluster.headlessService('color-svc');
  const set = service.statefulSet('color-ss', { replicas: 3, podManagementPolicy: 'Parallel' });
  const watcher = watchPeers({ service: service.host, statefulSet: 'color-ss', servers: cluster.servers, clock });
  const left: string[] = [];
  watcher.on('leave', ({ name }) => left.push(name));
  await passUntil(() => watcher.status.phase === 'settled');

  for (const pod of set.pods) pod.setReady(false);
  const unreadyMs = clock.nowMs();
  await passUntil(() => clock.nowMs() >= unreadyMs + 10_000);
  deepStrictEqual(watcher.status.unconfirmed, ['color-ss-0', 'color-ss-1', 'color-ss-2']);
  for (const pod of set.pods) pod.setReady(true);
  await passUntil(() => watcher.status.unconfirmed.length === 0);
  deepStrictEqual(left, []);

  set.scale(2);
  await passUntil(() => left.length > 0);
  deepStrictEqual(left, ['color-ss-2']);
  await watcher.close();
  await cluster.close();

  /** A quarter of a second a step; questions and answers are real, and take a real millisecond. */
  async function passUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await clock.advance(250);
      await sleep(1);
    }
  }
}
