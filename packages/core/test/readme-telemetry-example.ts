import { subscribe } from 'node:diagnostics_channel';
import type { TelemetryMessages } from '@peerset/core';

/** Counts, for every watcher of this process, the lookups that came to nothing, and the peers that are there. */
export function collectMetrics(count: (name: string, service: string, value: number) => void): void {
  subscribe('peerset:round', (message) => {
    const { service, report } = message as TelemetryMessages['peerset:round'];
    count('lookups_unknown', service.host, report.lookups.filter(({ outcome }) => outcome === 'unknown').length);
  });
  subscribe('peerset:change', (message) => {
    const { service, change } = message as TelemetryMessages['peerset:change'];
    count('peers', service.host, change.snapshot.peers.length);
  });
}
