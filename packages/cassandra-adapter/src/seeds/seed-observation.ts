import type { PeerWatcher } from '@peerset/core';
import type { SeedInput } from './seed-input.ts';

/**
 * What a watcher sees, as `planSeeds` takes it. DNS has answered everything in the phases `settling` and `settled`, unless the last look
 * failed: in each other case silence could be taken for absence.
 */
export function seedObservation({
  snapshot,
  status,
}: Pick<PeerWatcher, 'snapshot' | 'status'>): Pick<SeedInput, 'present' | 'unconfirmed' | 'lookupsComplete'> {
  const { phase, failuresInARow, unconfirmed } = status;
  return { present: snapshot, unconfirmed, lookupsComplete: (phase === 'settling' || phase === 'settled') && failuresInARow === 0 };
}
