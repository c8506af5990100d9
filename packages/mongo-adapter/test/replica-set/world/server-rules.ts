import type { ReplicaSetConfig, ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';
import { isElectable, isVoting, setIdOf } from './server.ts';

// What a server checks of a document by itself, from MongoDB's documentation and sources, and without a look at the planner.

/** Why a server would find the document invalid (93), or undefined. */
export function invalidity({ version, members, _id }: ReplicaSetConfig, wireVersion: number): string | undefined {
  if (_id === '') return 'no name';
  if (!Number.isInteger(version) || version < 1) return 'version';
  if (members.length < 1 || members.length > 50) return 'number of members';
  const voters = members.filter(isVoting).length;
  if (voters < 1 || voters > 7) return 'number of voters';
  if (!members.some(isElectable)) return 'nobody electable';
  if (new Set(members.map((member) => member._id)).size < members.length) return 'an id twice';
  if (new Set(members.map(({ host }) => host.toLowerCase())).size < members.length) return 'a host twice';
  if (new Set(members.map(({ horizons = {} }) => Object.keys(horizons).toSorted().join())).size > 1) return 'different horizons';
  return members.map((member) => memberInvalidity(member, wireVersion)).find((fault) => fault !== undefined);
}

function memberInvalidity(member: ReplicaSetMember, wireVersion: number): string | undefined {
  const { _id, host, votes = 1, arbiterOnly = false, hidden = false, buildIndexes = true, secondaryDelaySecs = 0 } = member;
  const { priority = arbiterOnly ? 0 : 1 } = member;
  if (!Number.isInteger(_id) || _id < 0 || (wireVersion < 13 && _id > 255)) return 'id';
  if (!/^[^\s:]+:\d+$/.test(host)) return 'host';
  if (votes !== 0 && votes !== 1) return 'votes';
  if (priority < 0 || priority > 1_000) return 'priority';
  if (priority !== 0 && (votes === 0 || hidden || !buildIndexes || secondaryDelaySecs !== 0)) return 'priority must be 0';
  if (arbiterOnly && (votes === 0 || member.tags !== undefined)) return 'arbiter';
  return undefined;
}

/** Why a change from one document to the next is none that a server takes without force (103), or undefined. */
export function incompatibility(old: ReplicaSetConfig, next: ReplicaSetConfig): string | undefined {
  if (next._id !== old._id) return 'another set';
  if (next.version <= old.version) return 'version is not greater';
  if (setIdOf(next) !== setIdOf(old)) return 'another replicaSetId';
  const before = new Map(old.members.map((member) => [member._id, member]));
  for (const member of next.members) {
    const was = before.get(member._id);
    if (old.members.some(({ _id, host }) => host === member.host && _id !== member._id)) return 'a host changes its id';
    if (was && (was.arbiterOnly ?? false) !== (member.arbiterOnly ?? false)) return 'arbiterOnly changes';
    if (was && (was.buildIndexes ?? true) !== (member.buildIndexes ?? true)) return 'buildIndexes changes';
  }
  if (isImplicitlyMajority(old) !== isImplicitlyMajority(next)) return 'the implicit default write concern changes';
  return votersChanged(old, next) > 1 ? 'more than one voter changes' : undefined;
}

/** With arbiters and no more voters with data than a majority, writes are by default acknowledged by one member. */
function isImplicitlyMajority({ members }: ReplicaSetConfig): boolean {
  const voters = members.filter(isVoting);
  const arbiters = voters.filter(({ arbiterOnly = false }) => arbiterOnly).length;
  return arbiters === 0 || voters.length - arbiters > Math.floor(voters.length / 2) + 1;
}

/** How many ids vote in one of the two and not in the other. */
export function votersChanged(old: ReplicaSetConfig, next: ReplicaSetConfig): number {
  const [before, after] = [old, next].map(({ members }) => new Set(members.filter(isVoting).map((member) => member._id)));
  return [...(before ?? [])].filter((id) => !after?.has(id)).length + [...(after ?? [])].filter((id) => !before?.has(id)).length;
}
