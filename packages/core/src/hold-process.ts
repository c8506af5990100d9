/** Keeps the process alive while held. Timers of the clock do not: this is the only thing of an idle watcher that does. */
export interface ProcessHold {
  set(isHeld: boolean): void;
  /** Lets the process go for good. */
  release(): void;
}

export function holdProcess(isHeld: boolean): ProcessHold {
  const hold = new Hold();
  hold.set(isHeld);
  return hold;
}

/** How many hold the process, and by what: one timer for all. */
let holders = 0;
let handle: NodeJS.Timeout | undefined;

function count(difference: 1 | -1): void {
  holders += difference;
  if (holders === 0) {
    clearInterval(handle);
    handle = undefined;
    return;
  }
  // A timer is the plainest thing that the event loop waits for; it never has anything to do.
  handle ??= setInterval(() => {}, 2 ** 31 - 1);
}

class Hold implements ProcessHold {
  #isHeld = false;
  #isReleased = false;

  set(isHeld: boolean): void {
    if (isHeld === this.#isHeld || this.#isReleased) return;
    this.#isHeld = isHeld;
    count(isHeld ? 1 : -1);
  }

  release(): void {
    this.set(false);
    this.#isReleased = true;
  }
}

/** Keeps the process alive while someone waits: call it with 1 when a wait begins, with -1 when it ends. */
export function holdWhileWaiting(): (difference: 1 | -1) => void {
  let waiting = 0;
  const hold = holdProcess(false);
  return (difference) => {
    waiting += difference;
    hold.set(waiting > 0);
  };
}
