import { vi } from 'vitest';

/** Intervals begun from now on, and how many of them keep the process alive. Those of the test runner, in the same process, do not count. */
export function watchIntervals(): { held(): number } {
  const begun = vi.spyOn(globalThis, 'setInterval');
  const ended = vi.spyOn(globalThis, 'clearInterval');
  const isOpen = (timer: NodeJS.Timeout): boolean => timer.hasRef() && !ended.mock.calls.some(([each]) => each === timer);
  return { held: () => begun.mock.results.filter(({ value }) => isOpen(value as NodeJS.Timeout)).length };
}
