import { follow, systemClock } from '@peerset/core';
import type { Change, Clock, Follower, PeerWatcher } from '@peerset/core';
import type { Log } from '../log.ts';
import { changeRecord } from '../records/change-record.ts';
import { failureOf, sizeText } from './command-end.ts';
import type { CommandEnd } from './command-end.ts';
import { hookEnvironment } from './hook-environment.ts';
import type { Environment } from './hook-environment.ts';
import { runCommand } from './run-command.ts';
import type { CommandReport } from './run-command.ts';

/** What is run for changes, and within which bounds. */
export interface HookOptions {
  readonly watcher: PeerWatcher;
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /** The longest run. 1 to 2147483647, or Infinity. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** What the command's environment is made of, see `hookEnvironment`. Default: that of this process, at each run. */
  readonly env?: Environment;
  /** What runs are timed by, processes being real. Default: the machine's. */
  readonly clock?: Clock;
}

/** What has been run so far. */
export interface HookCounts {
  /** Runs begun. */
  readonly runs: number;
  /** Runs that ended with exit code 0. */
  readonly successes: number;
  /** Runs that failed, those at the limit included, those that closing ended not. */
  readonly failures: number;
  /** Runs that did not end within the limit. */
  readonly timeouts: number;
  readonly isRunning: boolean;
}

/** A command that runs for changes. */
export interface Hook {
  readonly counts: HookCounts;
  /** Resolves when the newest change is handled and nothing runs; rejects when that will never be, since it is closed. */
  idle(): Promise<void>;
  /** Ends the command that runs, with all of its process group: SIGTERM, and SIGKILL half a second later. Idempotent. */
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
const CLOSED = 'was stopped, since the watch ends,';

/**
 * Runs a command for changes, as `follow` runs a handler: one at a time, latest wins, each change from what was last handled well. A run
 * that fails is logged, and made up for a second later with what is there then. A run is handled when the command ends with exit code 0; it gets
 * a `ChangeRecord` as one line of JSON on its standard input. Neither its arguments nor its environment are logged.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a time limit that is none.
 */
export function openHook(options: HookOptions): Hook {
  return new RunningHook(options);
}

class RunningHook implements Hook {
  readonly #options: HookOptions;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #follower: Follower;
  #counts: HookCounts = Object.freeze({ runs: 0, successes: 0, failures: 0, timeouts: 0, isRunning: false });

  constructor(options: HookOptions) {
    const { watcher, command, timeoutMs, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#name = command[0] ?? '';
    this.#follower = follow(watcher, (change, { signal }) => this.#handle(change, signal), {
      timeoutMs,
      retryMs: RETRY_MS,
      // Told when the run has ended, with what it came to.
      onError: () => {},
    });
  }

  get counts(): HookCounts {
    return this.#counts;
  }

  idle(): Promise<void> {
    return this.#follower.idle();
  }

  close(): Promise<void> {
    return this.#follower.close();
  }

  async #handle(change: Change, signal: AbortSignal): Promise<void> {
    const beganMs = this.#clock.nowMs();
    this.#count({ runs: this.#counts.runs + 1, isRunning: true });
    const { end, leftOutBytes } = await this.#run(change, signal);
    const durationMs = Math.round(this.#clock.nowMs() - beganMs);
    this.#count({ isRunning: false });
    const { log } = this.#options;
    const details = { command: this.#name, revision: change.snapshot.revision, durationMs };
    if (leftOutBytes > 0) log.warn({ ...details, leftOutBytes }, `${sizeText(leftOutBytes)} of output of hook ${this.#name} left out`);
    const failure = this.#settle(end, signal);
    if (failure === undefined) log.info({ ...details, ...end }, `hook ${this.#name} done in ${durationMs} ms`);
    else if (failure === CLOSED) log.info({ ...details, ...end }, `hook ${this.#name} ${failure} after ${durationMs} ms`);
    else log.error({ ...details, ...end }, `hook ${this.#name} ${failure} after ${durationMs} ms; another run follows in ${RETRY_MS} ms`);
    if (failure !== undefined) throw new Error(failure);
  }

  #run(change: Change, signal: AbortSignal): Promise<CommandReport> {
    const { command, env = process.env, log } = this.#options;
    const record = changeRecord(change, Date.now());
    return runCommand({
      command,
      env: hookEnvironment(record, env),
      input: `${JSON.stringify(record)}\n`,
      onLine: (hook, line) => log.info({ hook }, line),
      signal,
      clock: this.#clock,
    });
  }

  /** Counts how a run ended. Why it has failed, if it has. */
  #settle(end: CommandEnd, signal: AbortSignal): string | undefined {
    const isTimeout = signal.aborted && isTimeoutError(signal.reason);
    if (signal.aborted && !isTimeout) return CLOSED;
    const failure = isTimeout ? `did not end within ${this.#options.timeoutMs} ms, and was stopped` : failureOf(end);
    const { successes, failures, timeouts } = this.#counts;
    if (failure === undefined) this.#count({ successes: successes + 1 });
    else this.#count({ failures: failures + 1, timeouts: timeouts + Number(isTimeout) });
    return failure;
  }

  #count(news: Partial<HookCounts>): void {
    this.#counts = Object.freeze({ ...this.#counts, ...news });
  }
}

function isTimeoutError(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
