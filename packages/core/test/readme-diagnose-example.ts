import { diagnose } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';

/** Tells what is wrong and what to do about it. Whether all is well. */
export async function preflight(options: WatchOptions, tell: (line: string) => void): Promise<boolean> {
  const { healthy, findings } = await diagnose(options);
  for (const { severity, code, message, remedy } of findings) tell(`${severity} ${code}: ${message}; ${remedy}`);
  return healthy;
}
