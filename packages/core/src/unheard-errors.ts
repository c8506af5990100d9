import { valueText } from './option-issues.ts';

/** Failures of code that a caller brought, where the caller listens to none. */
export interface UnheardErrors {
  /** Tells the process by a warning, which ends nothing. The first of failures in a row speaks for all of them. */
  tell(error: unknown): void;
  /** It went well: the next failure is worth a word again. */
  end(): void;
}

/** @param subject - What failed, and where it could have been listened to: the beginning of the warning. */
export function unheardErrors(subject: string, code: string): UnheardErrors {
  let isTold = false;
  return {
    tell(error) {
      if (isTold) return;
      isTold = true;
      process.emitWarning(`${subject}: ${error instanceof Error ? error.message : valueText(error)}`, { type: 'PeersetWarning', code });
    },
    end() {
      isTold = false;
    },
  };
}
