/**
 * Has writes to a terminal return at once. Node waits for terminals, which can be stopped (Ctrl-S, a connection that hangs): then nothing would
 * go on, no command and no file, and no signal would end the process. What the terminal does not take yet is kept, as it is for a pipe.
 */
export function neverWait(stream: { readonly isTTY?: boolean | undefined }): void {
  // Node has this under no public name; without it, terminals are waited for.
  const handle: unknown = Reflect.get(stream, '_handle');
  if (stream.isTTY !== true || typeof handle !== 'object' || handle === null) return;
  const setBlocking: unknown = Reflect.get(handle, 'setBlocking');
  if (typeof setBlocking === 'function') Reflect.apply(setBlocking, handle, [false]);
}
