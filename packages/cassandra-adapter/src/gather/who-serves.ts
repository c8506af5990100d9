import { connect } from 'node:net';
import type { Peer } from '@peerset/core';
import { rangeIssues, refuse } from '../check-options.ts';

const defaultCqlPort = 9_042;
const answerLimitMs = 1_000;

/**
 * The names of those that accept connections on their CQL port: for `joined` of `planSeeds`. Cassandra opens it last, after it has joined, so
 * that whoever has it open is in the ring, whereas DNS may show pods that have not even started it. All are asked at once, for a second at
 * most; whoever does not answer is not in the list.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a port that is none.
 */
export async function whoServes(
  peers: readonly Peer[],
  { port = defaultCqlPort }: { readonly port?: number | undefined } = {},
): Promise<readonly string[]> {
  refuse(rangeIssues('port', port, [1, 65_535]));
  const asked = peers.map(async ({ name, addresses }) => {
    const answers = await Promise.all(addresses.map((address) => isOpen(address, port)));
    return answers.includes(true) ? [name] : [];
  });
  return (await Promise.all(asked)).flat();
}

async function isOpen(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerLimitMs });
    const finish = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once('connect', () => finish(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => finish(false));
  });
}
