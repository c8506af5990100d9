import type { ReplicaSetConfig, ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';

/** Stands for an ObjectId: what it is does not survive JSON. */
export class SetId {
  readonly _bsontype = 'ObjectId';
  readonly #number: number;
  constructor(number: number) {
    this.#number = number;
  }
  get number(): number {
    return this.#number;
  }
  toJSON(): string {
    return `id-${this.#number}`;
  }
}

/** What a server keeps on its disk. */
export interface Volume {
  config?: ReplicaSetConfig;
  term: number;
  votedInTerm: number;
  hasData: boolean;
  /** How many writes it has: who has fewer is not elected. */
  writes: number;
}

/** What one server last heard of a member, by heartbeat. */
interface Heard {
  readonly atStep: number;
  readonly state: number;
  readonly version: number;
  readonly term: number;
}

/** One mongod and its pod. */
export interface Server {
  readonly name: string;
  /** In the StatefulSet; undefined for a member of something else. */
  readonly ordinal: number | undefined;
  volume: Volume;
  isUp: boolean;
  /** Steps until it has read its configuration. */
  bootSteps: number;
  /** Who can talk with whom: those of the same group. */
  group: number;
  role: 'primary' | 'secondary' | 'syncing' | 'arbiter' | 'removed' | 'none';
  heard: Map<number, Heard>;
  initiating?: ReplicaSetConfig;
  noElectionBefore: number;
}

export function newVolume(): Volume {
  return { term: 0, votedInTerm: 0, hasData: false, writes: 0 };
}

export function newServer(name: string, ordinal: number | undefined): Server {
  const running = { isUp: true, bootSteps: 0, group: 0, role: 'none', heard: new Map(), noElectionBefore: 0 } as const;
  return { name, ordinal, volume: newVolume(), ...running, heard: new Map() };
}

export function isVoting({ votes = 1 }: ReplicaSetMember): boolean {
  return votes > 0;
}

export function isElectable({ votes = 1, priority = 1, arbiterOnly = false }: ReplicaSetMember): boolean {
  return votes > 0 && priority > 0 && !arbiterOnly;
}

export function setIdOf(config: ReplicaSetConfig): SetId | undefined {
  return config.settings?.replicaSetId as SetId | undefined;
}

/** Configurations are ordered by term, then version; one without a term (-1, after a forced reconfiguration) by version alone. */
export function isNewer(a: ReplicaSetConfig, b: ReplicaSetConfig): boolean {
  const [first = -1, second = -1] = [a.term, b.term];
  return first !== -1 && second !== -1 && first !== second ? first > second : a.version > b.version;
}
