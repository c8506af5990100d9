/** A promise that resolves when a test wants. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function closedGate(): Gate {
  const opening = new AbortController();
  const opened = new Promise<void>((resolve) => opening.signal.addEventListener('abort', () => resolve()));
  return { opened, open: () => opening.abort() };
}
