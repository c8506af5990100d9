import type { Cluster } from '@peerset/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeLateHosts } from '../../src/client/close-late-hosts.ts';
import { Scene, startStage } from './client-stage.ts';

describe('a client that is shut down while it reads who is there', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startStage();
  });
  afterAll(() => cluster.close());

  /** Connections that nodes still have once it is over. */
  async function leftOpen(name: string, end: (client: Awaited<ReturnType<Scene['plainClient']>>) => void): Promise<number> {
    const scene = await Scene.start(cluster, name);
    const client = await scene.plainClient();
    const control: object = Reflect.get(client, 'controlConnection');
    const readPeers: (...args: unknown[]) => Promise<unknown> = Reflect.get(control, 'setPeersInfo').bind(control);
    const over = new Promise<void>((resolve) => {
      Reflect.set(control, 'setPeersInfo', async (...args: unknown[]) => {
        await client.shutdown();
        end(client);
        const result = await readPeers(...args);
        resolve();
        return result;
      });
    });
    await scene.fake.moveAll();
    const load = setInterval(() => void client.execute('SELECT node').catch(() => {}), 50);
    await over;
    clearInterval(load);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const open = scene.fake.connectionCounts.reduce((sum, count) => sum + count, 0);
    // Whatever is left must not outlive the test.
    closeLateHosts(client);
    return open;
  }

  test('leaves connections open for ever, as the driver has it, and none once its late hosts are closed', async () => {
    expect(await leftOpen('late-driver', () => {})).toBeGreaterThan(0);
    expect(await leftOpen('late-closed', closeLateHosts)).toBe(0);
  });
});
