/** Keeps the process alive while held. Timers of the clock do not: this is the only thing of an idle watcher that does. */
export interface ProcessHold {
  set(isHeld: boolean): void;
  /** Lets the process go for good. */
  release(): void;
}

export function holdProcess(isHeld: boolean): ProcessHold {
  // A timer is the plainest thing that the event loop waits for; it never has anything to do.
  const handle = setInterval(() => {}, 2 ** 31 - 1);
  const set = (isNowHeld: boolean): void => {
    if (isNowHeld) handle.ref();
    else handle.unref();
  };
  set(isHeld);
  return { set, release: () => clearInterval(handle) };
}

/** Keeps the process alive while someone waits: call it with 1 when a wait begins, with -1 when it ends. */
export function holdWhileWaiting(): (difference: 1 | -1) => void {
  let waiting = 0;
  let hold: ProcessHold | undefined;
  return (difference) => {
    waiting += difference;
    if (waiting > 0) hold ??= holdProcess(true);
    else {
      hold?.release();
      hold = undefined;
    }
  };
}
