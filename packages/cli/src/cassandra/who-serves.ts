import { connect } from 'node:net';
import type { Peer } from '@peerset/core';

const LIMIT_MS = 1_000;

/**
 * The names of those that accept connections on their CQL port. Cassandra opens it last, after it has joined: whoever has it open is in the
 * ring, whereas DNS shows pods here that have not even started it.
 */
export async function whoServes(peers: readonly Peer[], port: number): Promise<readonly string[]> {
  const asked = peers.map(async ({ name, addresses }) => {
    const answers = await Promise.all(addresses.map((address) => isOpen(address, port)));
    return answers.includes(true) ? [name] : [];
  });
  return (await Promise.all(asked)).flat();
}

async function isOpen(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: LIMIT_MS });
    const finish = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once('connect', () => finish(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => finish(false));
  });
}
