import { codeOf } from '@peerset/core/kit';
import { listenAddressText } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** The address of `--listen` cannot be had. The message names the flag, the address and the reason; the command ends with 1. */
export class ListenError extends Error {
  override readonly name: string = 'ListenError';
  /** The system's word for it: `EADDRINUSE`. */
  readonly code: string;

  constructor(address: ListenAddress, cause: Error) {
    const code = codeOf(cause);
    super(`--listen ${listenAddressText(address)}: ${REASONS[code] ?? cause.message}`, { cause });
    this.code = code;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; give another one, or 0 for a free one',
  EADDRNOTAVAIL: 'this machine has no such address; :PORT listens on all it has',
  EACCES: 'this user may not listen there; ports below 1024 often take more rights',
  EAFNOSUPPORT: 'this machine has no addresses of that family',
  ENOTFOUND: 'no such name',
};
