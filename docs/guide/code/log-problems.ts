import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { TelemetryMessages } from '@peerset/core';

/** Logs what is wrong with any watcher of this process, once each, with what to do about it. Returns the unsubscribe. */
export function logProblems(log: (line: string) => void): () => void {
  const onStatus = (message: unknown): void => {
    const { service, status, previous } = message as TelemetryMessages['peerset:status'];
    if (status.phase !== previous.phase) log(`${service.host}: ${status.phase}`);
    const known = new Set(previous.problems.map(({ code }) => code));
    for (const { code, message: text, hint } of status.problems) if (!known.has(code)) log(`${service.host}: ${text}: ${hint}`);
  };
  subscribe('peerset:status', onStatus);
  return () => unsubscribe('peerset:status', onStatus);
}
