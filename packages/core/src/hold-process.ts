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
