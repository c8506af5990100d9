import { once } from 'node:events';
import { request } from 'node:http';
import type { Agent, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Names who shall answer. It forwards to nobody: two pods that see different peers would send a request round and round. */
export const ADDRESSEE = 'x-addressee';
/** Longer than an answer takes, and short enough for the one who waits. */
const LIMIT_MS = 2_000;

/** Whom to ask, and through which connections. */
export interface AskedPeer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly agent: Agent;
}

/** What a peer answers to a GET. Rejects when it cannot be reached in time, or answers anything but 200: that it is somebody else, for one. */
export async function askPeer({ name, address, port, agent }: AskedPeer, path: string): Promise<string> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const asked = request({ host: address, port, path, agent, signal, headers: { [ADDRESSEE]: name } }).end();
  // `once` rejects with an error that comes before; one that comes later is the response's.
  const [response]: IncomingMessage[] = await once(asked, 'response');
  if (response === undefined) throw new Error(`${name} gives no response`);
  asked.on('error', () => {});
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`${name} answers ${response.statusCode}`);
  return body;
}
