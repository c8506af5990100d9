import { setMaxListeners } from 'node:events';

/** The end of something that any number may listen to: Node warns of a leak at the eleventh listener of a signal, and here it would be wrong. */
export function createClosing(): AbortController {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  return closing;
}
