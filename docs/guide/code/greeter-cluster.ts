import { deepStrictEqual } from 'node:assert/strict';
import { startCluster } from '@peerset/testkit';
import { greetPeers } from './greeter.ts';

export async function greetsWhoComesBack(): Promise<void> {
  const cluster = await startCluster();
  const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
  const set = service.statefulSet('color-ss', { replicas: 2 });

  const heard: string[] = [];
  const options = { service: service.host, servers: cluster.servers, pollIntervalMs: 250, settlingIntervalMs: 100, leaveAfterMs: 0 };
  const close = greetPeers(options, (text) => heard.push(text));
  await hears(heard, 'hello, color-ss-1');

  set.pod(1).restart(); // a new address at once: the same peer, nobody to greet
  set.pod(0).setReady(false); // gone for longer than the leave window
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  set.pod(0).setReady(true);
  await hears(heard, 'welcome back, color-ss-0');

  deepStrictEqual(heard, ['hello, color-ss-0', 'hello, color-ss-1', 'welcome back, color-ss-0']);
  await close();
  await cluster.close();
}

async function hears(heard: readonly string[], text: string): Promise<void> {
  while (!heard.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
}
