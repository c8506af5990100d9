/** What the guard tells while the cursor is hidden. */
export interface CursorEvents {
  /** The process ends, and nothing more can be awaited: what is left to write is written now. */
  readonly onExit: () => void;
  /** The process was suspended, and runs again: others may have written to the terminal. */
  readonly onResume: () => void;
}

const HIDE = '\u001B[?25l';
const SHOW = '\u001B[?25h';
const DEADLY_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/**
 * Hides the cursor until the returned function is called, or the process ends in any way that it notices: at its own end, by an exception, by
 * a signal that nobody else handles. While it is suspended, the cursor is shown.
 */
export function hideCursor(stream: NodeJS.WritableStream, { onExit, onResume }: CursorEvents): () => void {
  const exit = (): void => {
    release();
    onExit();
  };
  const die = (signal: NodeJS.Signals): void => {
    // Another handler decides whether, and how, the process ends.
    if (process.listenerCount(signal) > 1) return;
    exit();
    process.kill(process.pid, signal);
  };
  const suspend = (): void => {
    stream.write(SHOW);
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = (): void => {
    stream.write(HIDE);
    onResume();
  };
  const release = (): void => {
    process.off('exit', exit).off('SIGTSTP', suspend).off('SIGCONT', resume);
    for (const signal of DEADLY_SIGNALS) process.off(signal, die);
    stream.write(SHOW);
  };
  process.on('exit', exit);
  // Windows knows neither these nor all of those.
  if (process.platform !== 'win32') {
    process.on('SIGTSTP', suspend).on('SIGCONT', resume);
    // Before others: one that handles a signal once is no longer registered when it has run.
    for (const signal of DEADLY_SIGNALS) process.prependListener(signal, die);
  }
  stream.write(HIDE);
  return release;
}
