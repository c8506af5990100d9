import { constants } from 'node:os';

/** What the command ends with. On a signal it is 128 and the signal's number: 130 for SIGINT, 143 for SIGTERM. */
export const exitCodes = {
  done: 0,
  /** The world failed: DNS is silent, nobody is there, a file cannot be written. Why stands on stderr. */
  failed: 1,
  /** The command line or a `PEERSET_*` variable is wrong. */
  usage: 2,
  /** Not enough peers in time. */
  notReady: 3,
} as const;

/** The process was told to stop. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }

  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/** The command line cannot be used as it is. The message names the flag, the value and the rule. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
