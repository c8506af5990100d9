import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Node measures with a timer of this interval and counts it in. */
const RESOLUTION_MS = 1;
const NANOSECONDS = 1e6;

/** How late timers fire in this process while something runs. */
export async function eventLoopDelay(run: () => Promise<void>): Promise<{ readonly p99Ms: number; readonly maxMs: number }> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await run();
  histogram.disable();
  return { p99Ms: lateness(histogram.percentile(99)), maxMs: lateness(histogram.max) };
}

function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
}
