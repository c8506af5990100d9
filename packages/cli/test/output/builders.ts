import type { LookupReport, Peer, PeerIdentity, Problem, RoundReport, ServiceIdentity, Snapshot, Status } from '@peerset/core';
import type { Paint } from '../../src/output/paint.ts';

export const SERVICE: ServiceIdentity = Object.freeze({
  name: 'color-svc',
  namespace: 'default',
  clusterDomain: 'cluster.local',
  host: 'color-svc.default.svc.cluster.local',
});

/** `identity(2)` is `color-ss-2`. */
export function identity(ordinal: number): PeerIdentity {
  return { name: `color-ss-${ordinal}`, ordinal, host: `color-ss-${ordinal}.${SERVICE.host}` };
}

/** Its address is `10.0.0.<1 + ordinal>`, its port 27017. */
export function peer(ordinal: number, more: Partial<Peer> = {}): Peer {
  return { ...identity(ordinal), addresses: [`10.0.0.${ordinal + 1}`], port: 27_017, ...more };
}

export function snapshot(peers: readonly Peer[], missing: readonly PeerIdentity[] = [], revision = 1): Snapshot {
  return { service: SERVICE, revision, peers, missing };
}

export function status(more: Partial<Status> = {}): Status {
  return { phase: 'settled', lastAnswerAtMs: 0, failuresInARow: 0, problems: [], unconfirmed: [], ...more };
}

export function problem(more: Partial<Problem> = {}): Problem {
  return { code: 'LOOKUPS_FAILING', message: 'DNS gives no usable answer', hint: 'check the DNS servers', ...more };
}

export function lookup(more: Partial<LookupReport> = {}): LookupReport {
  const found = { outcome: 'found', code: undefined, ttlSeconds: 5, records: 2, refused: 0, attempts: 1 } as const;
  return { name: SERVICE.host, type: 'A', ...found, durationMs: 2, server: '10.96.0.10', ...more };
}

export function round(more: Partial<RoundReport> = {}): RoundReport {
  return { number: 1, startedAtMs: 0, durationMs: 2, lookups: [lookup()], changed: false, nextDelayMs: 5_000, ...more };
}

/** Roles as text: `<good:present>`. */
export const tagged: Paint = (role, text) => `<${role}:${text}>`;

/** Text without the blanks and the empty line that it begins with for the sake of its place in the source. */
export function unindented(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent)).join('\n');
}
