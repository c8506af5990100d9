import { setIdOf, type StoredConfig } from './config-document.ts';
import { asksForVote, staticIssues } from './static-rules.ts';

/** The rules that a configuration breaks as the successor of another, each in a sentence. */
export function changeIssues(current: StoredConfig, next: StoredConfig, wireVersion: number): readonly string[] {
  const flipped = changedVoters(current, next);
  const hosts = new Map(current.members.map(({ host, _id }) => [host.toLowerCase(), _id]));
  const kept = next.members.flatMap((member) => {
    const before = current.members.find(({ _id }) => _id === member._id);
    return before === undefined ? [] : [{ before, member }];
  });
  const rules: readonly (readonly [isKept: boolean, rule: string])[] = [
    [next._id === current._id, `the set is called ${current._id}, not ${next._id}`],
    [next.version > current.version, `version must be above ${current.version}, not ${next.version}`],
    [
      next.settings?.replicaSetId === undefined || setIdOf(next) === setIdOf(current),
      'New and old configurations differ in replica set ID',
    ],
    [flipped.length <= 1, `one voter may change in a reconfiguration, not ${flipped.join(' and ')}`],
    [next.members.every(({ host, _id }) => (hosts.get(host.toLowerCase()) ?? _id) === _id), 'a host keeps its _id'],
    [kept.every(({ before, member }) => (before.arbiterOnly ?? false) === (member.arbiterOnly ?? false)), 'arbiterOnly cannot change'],
    [kept.every(({ before, member }) => (before.buildIndexes ?? true) === (member.buildIndexes ?? true)), 'buildIndexes cannot change'],
    [current.configsvr !== true || next.configsvr === true, 'configsvr cannot be removed'],
  ];
  return [...staticIssues(next, wireVersion), ...rules.filter(([isKept]) => !isKept).map(([, rule]) => rule)];
}

/** `_id`s of members that vote in one of the two only. A rename is no change; one that waits for its vote counts as having it. */
function changedVoters(current: StoredConfig, next: StoredConfig): readonly number[] {
  const [before, after] = [votersOf(current), votersOf(next)];
  return [...new Set([...before, ...after])].filter((id) => before.has(id) !== after.has(id));
}

/** Marks members that ask for a vote and are new; keeps the mark of those that still wait, which the reader never saw. */
export function withMarks(current: StoredConfig, next: StoredConfig): StoredConfig {
  const members = next.members.map((member) => {
    const before = current.members.find(({ _id }) => _id === member._id);
    const isWaiting = asksForVote(member) && member.arbiterOnly !== true && (before === undefined || before.newlyAdded === true);
    return isWaiting ? { ...member, newlyAdded: true } : member;
  });
  return { ...next, members };
}

function votersOf({ members }: StoredConfig): ReadonlySet<number> {
  return new Set(members.filter(asksForVote).map(({ _id }) => _id));
}
