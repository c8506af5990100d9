import { Resolver } from 'node:dns/promises';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../src/index.ts';
import { ZONE } from './ask.ts';

/** What holds the process now. Handles that have been closed go within a turn of the event loop. */
async function resources(): Promise<string[]> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((kind) => /UDP|TCP/.test(kind));
}

const resolverOf = ({ servers }: Cluster): Resolver => {
  const resolver = new Resolver({ timeout: 250, tries: 1 });
  resolver.setServers(servers);
  return resolver;
};

const portOf = ({ servers }: Cluster): number => Number(servers[0]?.split(':')[1]);

describe('close', () => {
  test('leaves no socket, no connection and no timer', async () => {
    const before = await resources();
    const cluster = await startCluster();
    cluster.headlessService('db').statefulSet('db', { replicas: 3, readyAfterMs: 60_000 });
    cluster.fault({ kind: 'delay', delayMs: 60_000, transports: ['tcp'] });
    const connection = connect(portOf(cluster), '127.0.0.1');
    await once(connection, 'connect');
    await expect(resolverOf(cluster).resolve4(`missing.${ZONE}`)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await cluster.close();
    await once(connection, 'close');
    expect(await resources()).toEqual(before);
  });

  test('may be called again, and at the same time', async () => {
    const cluster = await startCluster();
    await Promise.all([cluster.close(), cluster.close()]);
    await cluster.close();
    expect(cluster.world.isClosed).toBe(true);
  });

  test('comes by itself at the end of an await using block', async () => {
    let outside: Cluster | undefined;
    {
      await using cluster = await startCluster();
      outside = cluster;
      expect(outside.world.isClosed).toBe(false);
    }
    expect(outside.world.isClosed).toBe(true);
  });

  test('drops replies that were to come later', async () => {
    const cluster = await startCluster();
    cluster.fault({ kind: 'delay', delayMs: 60_000 });
    const lookup = resolverOf(cluster).resolve4(ZONE);
    while (cluster.queries.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await cluster.close();
    await expect(lookup).rejects.toThrow(/ETIMEOUT|ECONNREFUSED/);
  });

  test('refuses connections afterwards', async () => {
    const cluster = await startCluster();
    await cluster.close();
    await expect(resolverOf(cluster).resolve4(ZONE)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('of the world alone silences the server', async () => {
    await using cluster = await startCluster();
    cluster.world.close();
    await expect(resolverOf(cluster).resolve4(ZONE)).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });
});

describe('startCluster', () => {
  test('refuses a port that is out of range, and options that no world has', async () => {
    await expect(startCluster({ port: 70_000 })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    const misspelt: object = { tll: 5 };
    await expect(startCluster(misspelt)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  test('fails when its UDP port is taken, and leaves nothing', async () => {
    const before = await resources();
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    await expect(startCluster({ port: taken.address().port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
    await once(taken, 'close');
    expect(await resources()).toEqual(before);
  });

  test('fails when its TCP port is taken, and leaves nothing', async () => {
    const before = await resources();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(startCluster({ port: port ?? 0 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
    await once(taken, 'close');
    expect(await resources()).toEqual(before);
  });

  test('gives each cluster a port of its own', async () => {
    await using one = await startCluster();
    await using other = await startCluster();
    expect(portOf(one)).not.toBe(portOf(other));
  });
});
