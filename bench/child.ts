import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Measurement } from './measurement.ts';
import type { Comparison } from './report.ts';

/** This program again, as another process with a part of its own. */
function start(part: string, args: readonly string[]): ChildProcess {
  const [, program = ''] = process.argv;
  return fork(program, [part, ...args]);
}

/** Starts the DNS server. Resolves with its addresses and its end. */
export async function startDnsServer(
  sizes: readonly number[],
  services: number,
): Promise<{ servers: readonly string[]; stop: () => void }> {
  const child = start('dns-server', [services, ...sizes].map(String));
  const servers: unknown = await firstMessage(child, 'the DNS server');
  if (!Array.isArray(servers)) throw new Error('the DNS server did not say where it is');
  return { servers: servers.map(String), stop: () => child.disconnect() };
}

/** Runs a part in a process of its own: what one leaves behind (compiled code, garbage) is nothing to the next. */
export async function runApart<Result>(
  part: string,
  args: readonly string[],
  isResult: (message: unknown) => message is Result,
): Promise<Result> {
  const child = start(part, args);
  const ended = once(child, 'exit');
  const result = await firstMessage(child, part);
  await ended;
  if (!isResult(result)) throw new Error(`${part} sent something that is no result`);
  return result;
}

export function isMeasurements(message: unknown): message is readonly Measurement[] {
  return hasAll(message, 'work', 'ours');
}

export function isComparisons(message: unknown): message is readonly Comparison[] {
  return hasAll(message, 'what', 'values');
}

function hasAll(message: unknown, ...keys: readonly string[]): boolean {
  return Array.isArray(message) && message.every((each) => typeof each === 'object' && each !== null && keys.every((key) => key in each));
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
