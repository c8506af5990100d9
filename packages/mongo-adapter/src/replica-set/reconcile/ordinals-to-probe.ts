import type { ReplicaSetObservation } from '../plan/observation.ts';

/**
 * The others whom the plan may depend on: everybody, before a set is founded; members to be added or renamed, for the primary; else nobody.
 * By ordinal, those from `replicas` on that resolve among them.
 */
export function ordinalsToProbe({
  local,
  self,
  hosts,
  dns,
}: Pick<ReplicaSetObservation, 'local' | 'self' | 'hosts' | 'dns'>): readonly number[] {
  const declared = hosts.map((_, ordinal) => ordinal).filter((ordinal) => ordinal !== self.ordinal);
  if (local.state === 'uninit' && self.ordinal === 0) return [...declared, ...dns.resolved.filter((ordinal) => ordinal >= hosts.length)];
  if (!local.isPrimary || local.config === undefined) return [];
  const known = new Set(local.config.members.map(({ host }) => host.toLowerCase()));
  return declared.filter((ordinal) => !known.has(hosts[ordinal] ?? ''));
}
