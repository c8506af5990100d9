import { errorMonitor } from 'node:events';

/** Calls back once when a stream has ended, failed or closed; at once for what is no stream. */
export function leaseUntilEnd(stream: unknown, release: () => void): void {
  if (!isEmitter(stream)) {
    release();
    return;
  }
  // Not `error`: a listener of ours would make an error that nobody else listens to a silent one.
  for (const event of ['end', 'close', errorMonitor]) stream.once(event, release);
}

interface Emitter {
  once(event: string | symbol, listener: () => void): unknown;
}

function isEmitter(value: unknown): value is Emitter {
  return typeof value === 'object' && value !== null && 'once' in value && typeof value.once === 'function';
}
