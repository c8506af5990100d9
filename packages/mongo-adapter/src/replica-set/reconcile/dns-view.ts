import type { Snapshot, Status } from '@peerset/core';
import type { ReplicaSetObservation } from '../plan/observation.ts';

/** What the watcher knows, as the planner takes it: members in doubt, and those whose address nobody told, do not resolve. */
export function dnsView({ peers }: Snapshot, { phase, failuresInARow, unconfirmed }: Status): ReplicaSetObservation['dns'] {
  const doubted = new Set(unconfirmed);
  const resolved = peers.flatMap(({ name, ordinal, addresses }) =>
    ordinal === undefined || addresses.length === 0 || doubted.has(name) ? [] : [ordinal],
  );
  return { ok: failuresInARow === 0 && (phase === 'settling' || phase === 'settled'), resolved };
}
