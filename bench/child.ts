import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Measurement } from './measurement.ts';

/** This program again, as another process with a part of its own. */
function start(part: string, args: readonly string[]): ChildProcess {
  const [, program = ''] = process.argv;
  return fork(program, [part, ...args]);
}

/** Starts the DNS server. Resolves with its addresses and its end. */
export async function startDnsServer(sizes: readonly number[]): Promise<{ servers: readonly string[]; stop: () => void }> {
  const child = start('dns-server', sizes.map(String));
  const servers: unknown = await firstMessage(child, 'the DNS server');
  if (!Array.isArray(servers)) throw new Error('the DNS server did not say where it is');
  return { servers: servers.map(String), stop: () => child.disconnect() };
}

/** Measures in a process of its own: what one work leaves behind (compiled code, garbage) is nothing to the next. */
export async function measureApart(part: string, args: readonly string[]): Promise<readonly Measurement[]> {
  const child = start(part, args);
  const ended = once(child, 'exit');
  const measurements = await firstMessage(child, part);
  await ended;
  if (!isMeasurements(measurements)) throw new Error(`${part} sent something that is no measurement`);
  return measurements;
}

function isMeasurements(message: unknown): message is readonly Measurement[] {
  return Array.isArray(message) && message.every((each) => typeof each === 'object' && each !== null && 'work' in each && 'ours' in each);
}

async function firstMessage(child: ChildProcess, what: string): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const early = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${what} ended early, with exit code ${String(code)}`);
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message', { signal }), early]);
    return message;
  } finally {
    waiting.abort();
    early.catch(() => {});
  }
}
