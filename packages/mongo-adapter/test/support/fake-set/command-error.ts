import type { Fields } from './wire-message.ts';

/** Codes that a server answers with, by name. */
const codes = {
  UnknownError: 8,
  BadValue: 2,
  Unauthorized: 13,
  AuthenticationFailed: 18,
  AlreadyInitialized: 23,
  MaxTimeMSExpired: 50,
  CommandNotFound: 59,
  NodeNotFound: 74,
  NoReplicationEnabled: 76,
  InvalidReplicaSetConfig: 93,
  NotYetInitialized: 94,
  NewReplicaSetConfigurationIncompatible: 103,
  NodeNotElectable: 104,
  InconsistentReplicaSetNames: 108,
  ConfigurationInProgress: 109,
  CannotInitializeNodeWithData: 110,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  CurrentConfigNotCommittedYet: 308,
  NotWritablePrimary: 10_107,
  InterruptedAtShutdown: 11_600,
  InterruptedDueToReplStateChange: 11_602,
  NotPrimaryNoSecondaryOk: 13_435,
  NotPrimaryOrSecondary: 13_436,
  CannotWriteYet: 17_405,
} as const;

export type CodeName = keyof typeof codes;

/** Errors of a member that leads no more, or is about to stop. */
const retryable: ReadonlySet<number> = new Set([
  codes.PrimarySteppedDown,
  codes.NotWritablePrimary,
  codes.InterruptedAtShutdown,
  codes.InterruptedDueToReplStateChange,
  codes.NotPrimaryNoSecondaryOk,
  codes.NotPrimaryOrSecondary,
]);

/** A command that is refused. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(codeName: CodeName, message: string) {
    super(message);
    this.code = codes[codeName];
    this.codeName = codeName;
  }

  /** Whether a write may be sent again after it. */
  get isRetryable(): boolean {
    return retryable.has(this.code);
  }

  get reply(): Fields {
    return { ok: 0, errmsg: this.message, code: this.code, codeName: this.codeName };
  }
}

/** The same for a code that a test asks for. */
export function errorOfCode(code: number): CommandError {
  const [name] = Object.entries(codes).find(([, value]) => value === code) ?? [];
  if (name === undefined) throw new Error(`the fake set knows no error ${code}: add it to its codes`);
  return new CommandError(name as CodeName, `${name}, because a test wants it`);
}

/** Throws unless it holds. */
export function demand(isMet: boolean, codeName: CodeName, message: string): asserts isMet {
  if (!isMet) throw new CommandError(codeName, message);
}
