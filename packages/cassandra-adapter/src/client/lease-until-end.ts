import { errorMonitor } from 'node:events';

/** Calls back when a stream has ended, failed, with its error, or closed; at once for what is no stream. */
export function leaseUntilEnd(stream: unknown, release: (error?: unknown) => void): void {
  if (!isEmitter(stream)) {
    release();
    return;
  }
  // Not `error`: a listener of ours would make an error that nobody else listens to a silent one.
  for (const event of ['end', 'close']) stream.once(event, () => release());
  stream.once(errorMonitor, release);
}

interface Emitter {
  once(event: string | symbol, listener: (error: unknown) => void): unknown;
}

function isEmitter(value: unknown): value is Emitter {
  return typeof value === 'object' && value !== null && 'once' in value && typeof value.once === 'function';
}
