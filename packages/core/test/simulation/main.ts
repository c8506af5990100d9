// `npm run test:simulation`: a million rounds, in two threads. `PEERSET_SEED=7` plays one history, `PEERSET_ROUNDS=20000` as many rounds.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort } from 'node:worker_threads';
import { playInThreads } from './play-in-threads.ts';
import type { Batch } from './play-in-threads.ts';
import { isOfFive, playRounds } from './play.ts';
import { judge, tellFailure, told } from './report.ts';
import { Total } from './total.ts';

const ROUNDS = 1_000_000;
const THREADS = 2;
/** Speed is measured first, in one thread, once the code is warm. */
const WARM_UP_ROUNDS = 60_000;
const MEASURED_ROUNDS = 60_000;
/** Seeds that the threads do not come to. */
const MEASURED_FROM_SEED = 1_000_001;
/** More failures than this teach nothing new. */
const ENOUGH_FAILURES = 5;

if (isMainThread) process.exitCode = await main();
else servePlays();

async function main(): Promise<number> {
  const seed = process.env['PEERSET_SEED'];
  if (seed !== undefined) return playOne(Number(seed));
  const rounds = Number(process.env['PEERSET_ROUNDS'] ?? ROUNDS);
  const total = new Total();
  const startedAtMs = performance.now();
  const speed = measureSpeed(total, rounds);
  let toldAt = 0;
  const isEnough = (): boolean => total.rounds >= rounds || total.failures.length >= ENOUGH_FAILURES;
  const take = (played: Iterable<ReturnType<typeof playRounds>>): boolean => {
    for (const each of played) total.add(each);
    const tenth = Math.floor((10 * total.rounds) / rounds);
    if (tenth > toldAt) tellProgress(total, startedAtMs);
    toldAt = Math.max(toldAt, tenth);
    return isEnough();
  };
  if (!isEnough()) {
    await playInThreads(new URL(import.meta.url), { threads: Math.min(THREADS, availableParallelism()), firstSeed: 1, take });
  }
  for (const failure of total.failures) console.log(`\n${tellFailure(failure)}`);
  const { lines, passed, failed } = judge(total, speed);
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function tellProgress({ rounds, failures }: Total, startedAtMs: number): void {
  const seconds = (performance.now() - startedAtMs) / 1_000;
  console.log(`${told(rounds)} rounds, ${seconds.toFixed(1)} s, ${told(rounds / seconds)} rounds a second, ${failures.length} failures`);
}

/** Rounds of 5 peers in a second of one core: of processor time, since others may use the machine too. */
function measureSpeed(total: Total, most: number): number {
  let rounds = 0;
  let usage = process.cpuUsage();
  let isWarm = false;
  for (let seed = MEASURED_FROM_SEED; rounds < MEASURED_ROUNDS && total.rounds < most && total.isWhole; seed += 1) {
    if (!isOfFive(seed)) continue;
    const before = total.rounds;
    total.add(playRounds(seed));
    rounds += total.rounds - before;
    if (!isWarm && total.rounds >= WARM_UP_ROUNDS) [isWarm, usage, rounds] = [true, process.cpuUsage(), 0];
  }
  const { user, system } = process.cpuUsage(usage);
  return (rounds * 1_000_000) / (user + system);
}

function playOne(seed: number): number {
  const played = playRounds(seed);
  const isWhole = played.violations.length === 0;
  console.log(isWhole ? `history ${seed}\n${played.deeds.map((deed) => `  ${deed}`).join('\n')}` : tellFailure(played));
  console.log(`${isWhole ? 1 : 0} passed, ${isWhole ? 0 : 1} failed, 0 skipped`);
  return isWhole ? 0 : 1;
}

function servePlays(): void {
  parentPort?.on('message', (batch: Batch | undefined) => {
    if (batch === undefined) parentPort?.close();
    else
      parentPort?.postMessage(
        Array.from({ length: batch.count }, (_, i) => playRounds(batch.from + i)),
        [],
      );
  });
}
