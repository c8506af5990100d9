/** What the process was told while `run` ran: for its time, someone other than the test runner takes it. */
export async function toldByProcess(event: 'uncaughtException' | 'warning', run: () => Promise<void>): Promise<readonly Error[]> {
  const told: Error[] = [];
  const others = process.listeners(event as 'uncaughtException');
  process.removeAllListeners(event);
  process.on(event, (error: Error) => void told.push(error));
  try {
    await run();
    // Both come in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners(event);
    for (const listener of others) process.on(event as 'uncaughtException', listener);
  }
  return told;
}
