import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inPairs } from './in-turn.ts';
import { fromPairs } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { serviceOf } from './services.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
/** Programs of nothing: one that ends, and one that stays. */
const EMPTY: readonly string[] = ['--eval', ''];
const IDLE: readonly string[] = ['--eval', 'setInterval(() => {}, 60_000)'];

export interface CommandCostOptions {
  readonly peers: number;
  readonly servers: readonly string[];
  /** Starts that count. */
  readonly starts: number;
  /** Processes of each kind whose memory is looked at, and for how long they have run then. */
  readonly watches: number;
  readonly runMs: number;
}

/** What the built command costs: the time from its start to its first answer, and the memory of one that watches. */
export async function measureCommand({ peers, servers, starts, watches, runMs }: CommandCostOptions): Promise<readonly Measurement[]> {
  const { host } = serviceOf(peers);
  const dns = [host, '--server', servers.join(',')];
  const walls = await inPairs(
    { floor: async () => await lifeMs(EMPTY), ours: async () => await firstAnswerMs([COMMAND, 'resolve', ...dns]) },
    { rounds: starts, warmUp: 2 },
  );
  const memory = async (args: readonly string[]): Promise<Measurement> => {
    const pairs = await Promise.all(Array.from({ length: watches }, () => residentMiB(IDLE, [COMMAND, 'watch', ...dns, ...args], runMs)));
    const work = `peerset watch${args.length > 0 ? ' with --listen' : ''}, ${peers} peers, after ${runMs / 1_000} s (memory)`;
    return fromPairs({ work, unit: 'MiB', bar: { kind: 'at-most', value: 80 } }, pairs);
  };
  return [
    fromPairs({ work: 'peerset resolve, start to first answer (wall)', unit: 'ms', bar: { kind: 'at-most', value: 250 } }, walls),
    ...(await Promise.all([memory([]), memory(['--listen', '127.0.0.1:0'])])),
  ];
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function lifeMs(args: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  await once(start(args), 'exit');
  return performance.now() - startedAtMs;
}

async function firstAnswerMs(args: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  const child = start(args);
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('there is nothing to read');
  const first = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`${args.join(' ')} ended without an answer`);
  const durationMs = performance.now() - startedAtMs;
  await ended;
  return durationMs;
}

/** What two processes that run side by side hold of the memory. */
async function residentMiB(floor: readonly string[], ours: readonly string[], runMs: number): Promise<{ floor: number; ours: number }> {
  const children = [start(floor), start(ours)];
  await sleep(runMs);
  const [first = Number.NaN, second = Number.NaN] = children.map(({ pid }) => residentOf(pid));
  await Promise.all(
    children.map(async (child) => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }),
  );
  return { floor: first, ours: second };
}

/** As the system counts it. */
function residentOf(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
}
