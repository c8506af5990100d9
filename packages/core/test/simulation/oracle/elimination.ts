import { familyOf } from '../../../src/lookup/addresses.ts';
import { FAMILIES } from '../../../src/lookup/outcome.ts';
import { addressesIn, addressesOf } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';

const TRUSTED_RECORDS = 600;

/**
 * Whether an address belongs to a name by elimination (section 2, rule 3): this round's SRV answer shows just that one name without an address
 * in the set, its own answer is absent, and just this address of its family has no owner.
 */
export function isEliminated(name: string, address: string, seen: SeenRound): boolean {
  const { srv, srvNames, own, shown } = seen;
  if (srv?.kind !== 'found' || srv.targets.length >= TRUSTED_RECORDS || !srvNames.has(name) || !shown.has(address)) return false;
  const answers = Object.values(own.get(name) ?? {});
  if (answers.length === 0 || answers.some(({ kind }) => kind !== 'absent')) return false;
  const homeless = [...srvNames].filter((each) => !addressesBefore(each, seen).some((known) => shown.has(known)));
  const owned = new Set([...srvNames].flatMap((each) => addressesBefore(each, seen)));
  const unowned = [...shown].filter((each) => familyOf(each) === familyOf(address) && !owned.has(each));
  return homeless.length === 1 && homeless[0] === name && unowned.length === 1 && unowned[0] === address;
}

/** What a name answered in this round, else, in each family, what it was believed to have. */
function addressesBefore(name: string, { own, before }: SeenRound): readonly string[] {
  const believed = before.peers.find((peer) => peer.name === name);
  return FAMILIES.flatMap((family) => {
    const answered = addressesOf(own.get(name)?.[family]);
    return answered.length > 0 || believed === undefined ? answered : addressesIn(family, believed);
  });
}
