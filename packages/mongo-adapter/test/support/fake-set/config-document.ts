import type { ReplicaSetConfig, ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';

/** A configuration as a member stores it: with the field that `replSetGetConfig` hides. */
export interface StoredConfig extends ReplicaSetConfig {
  readonly term: number;
  readonly members: readonly StoredMember[];
}

export interface StoredMember extends ReplicaSetMember {
  /** Asked for a vote and has none until the primary has seen it in sync. */
  readonly newlyAdded?: boolean;
}

/** Above 0 when `a` is the newer one. A forced one has no term (-1): then versions alone decide. */
export function compareConfigs(a: StoredConfig, b: StoredConfig): number {
  const byTerm = a.term === -1 || b.term === -1 ? 0 : a.term - b.term;
  return byTerm || a.version - b.version;
}

/** Whether it votes now. */
export function hasVote(member: StoredMember): boolean {
  return member.newlyAdded !== true && (member.votes ?? 1) === 1;
}

/** What it is worth in an election now. */
export function priorityOf(member: StoredMember): number {
  return member.newlyAdded === true || member.arbiterOnly === true ? 0 : (member.priority ?? 1);
}

/** How many votes make a majority. */
export function majorityOf(config: StoredConfig): number {
  return Math.floor(config.members.filter(hasVote).length / 2) + 1;
}

/** The identity of the set. */
export function setIdOf(config: ReplicaSetConfig): string {
  return String(config.settings?.replicaSetId);
}

/** The document as `replSetGetConfig` shows it. */
export function shownConfig(config: StoredConfig): ReplicaSetConfig {
  return {
    ...config,
    members: config.members.map((member) => Object.fromEntries(Object.entries(member).filter(([key]) => key !== 'newlyAdded')) as never),
  };
}
