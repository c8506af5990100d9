import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { whoServes } from '@peerset/cassandra-adapter';
import { afterEach, describe, expect, test } from 'vitest';
import { node, nodes, peer } from '../cass-nodes.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(address: string, port = 0): Promise<number> {
  const server = createServer((socket) => socket.end()).listen(port, address);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('who serves CQL', () => {
  test('those that accept a connection on one of their addresses, in the order of the peers', async () => {
    const port = await serve('127.0.91.3');
    await serve('127.0.91.1', port);
    const peers = [
      peer(node(0), ['127.0.91.1']),
      peer(node(1), ['127.0.91.2']),
      peer(node(2), ['127.0.91.4', '127.0.91.3']),
      peer(node(3), []),
    ];
    expect(await whoServes(peers, { port })).toEqual(['cass-0', 'cass-2']);
  });

  test('nobody of nobody', async () => {
    expect(await whoServes([])).toEqual([]);
  });

  test('a thousand are asked at once', async () => {
    const port = await serve('127.0.92.1');
    const peers = nodes(1_000).map((each, index) => peer(each, [index % 2 === 0 ? '127.0.92.1' : '127.0.92.2']));
    expect(await whoServes(peers, { port })).toEqual(peers.filter((_, index) => index % 2 === 0).map(({ name }) => name));
  });

  test.each([0, 65_536, 1.5, Number.NaN])('refuses the port %s', async (port) => {
    await expect(whoServes([peer(node(0))], { port })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path: 'port' }] });
  });
});
