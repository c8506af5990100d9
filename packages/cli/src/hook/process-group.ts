import type { Clock } from '@peerset/core';
import { codeOf } from '@peerset/core/kit';

/** How long processes have after SIGTERM. SIGTERM of the command itself to its end is a second. */
const GRACE_MS = 500;
const LOOK_MS = 20;

/** Sends a signal (0: none) to a process group. Whether there still is anyone in it, a process that nobody has waited for included. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    // EPERM: they run as somebody else.
    return codeOf(error) !== 'ESRCH';
  }
}

/** SIGTERM, and SIGKILL half a second later if anyone is left. Resolves when nobody is, or SIGKILL was sent. */
export async function stopGroup(groupId: number, clock: Clock): Promise<void> {
  const endMs = clock.nowMs() + GRACE_MS;
  const { signal } = new AbortController();
  // Once nobody is left the number may become that of others: then nothing is sent to it any more.
  if (!signalGroup(groupId, 'SIGTERM')) return;
  while (clock.nowMs() < endMs) {
    await clock.sleep(LOOK_MS, signal);
    if (!signalGroup(groupId, 0)) return;
  }
  signalGroup(groupId, 'SIGKILL');
}
