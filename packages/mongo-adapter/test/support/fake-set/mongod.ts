import { compareConfigs, priorityOf, type StoredConfig, type StoredMember } from './config-document.ts';
import type { Fields } from './wire-message.ts';

/** A write. Logs are replaced whole, so two members are in sync when they hold the same log. */
export interface LogEntry {
  readonly namespace: string;
  readonly document: Fields;
  readonly term: number;
  readonly at: Date;
  /** Session and transaction number of a write that the driver may send twice. */
  readonly retryKey: string | undefined;
}

/** What survives a restart. */
export interface Volume {
  readonly config: StoredConfig | undefined;
  readonly log: readonly LogEntry[];
  /** The newest election it knows of. */
  readonly term: number;
  /** It has had the data of the set once. */
  readonly isSynced: boolean;
}

export const blankVolume: Volume = Object.freeze({ config: undefined, log: Object.freeze([]), term: 0, isSynced: false });

/** States as `replSetGetStatus` counts them. */
export const states = { STARTUP: 0, PRIMARY: 1, SECONDARY: 2, STARTUP2: 5, ARBITER: 7, DOWN: 8, REMOVED: 10 } as const;
export type StateName = keyof typeof states;

/** What a test holds back: `sync` keeps a member from copying data, `config` from installing newer configurations. */
export type Hold = 'sync' | 'config';

/** One server, from inside: what it has, what it is doing, and what it takes itself for. */
export class Mongod {
  readonly ordinal: number;
  readonly podName: string;
  readonly wireVersion: number;
  readonly holds: Set<Hold> = new Set();
  /** When it last heard of another member, by `_id`. */
  readonly lastHeard: Map<number, Date> = new Map();
  /** `--replSet`; undefined starts it as a standalone. */
  setName: string | undefined;
  volume: Volume = blankVolume;
  isRunning = false;
  /** Started, and has not read its configuration yet. */
  isLoading = false;
  isPrimary = false;
  isInitiating = false;
  isReconfiguring = false;
  /** Which member of the configuration it is, found when one is installed. */
  selfId: number | undefined;
  /** Does not stand for election until then. */
  frozenUntilMs = 0;
  /** Ends with the process. */
  life: AbortController = new AbortController();

  constructor({ ordinal, podName, setName, wireVersion }: Pick<Mongod, 'ordinal' | 'podName' | 'setName' | 'wireVersion'>) {
    this.ordinal = ordinal;
    this.podName = podName;
    this.setName = setName;
    this.wireVersion = wireVersion;
  }

  /** Its place in the configuration; undefined without one, or when it was removed. */
  get entry(): StoredMember | undefined {
    return this.volume.config?.members.find(({ _id }) => _id === this.selfId);
  }

  get state(): StateName {
    if (!this.isRunning) return 'DOWN';
    if (this.isLoading || this.volume.config === undefined) return 'STARTUP';
    if (this.entry === undefined) return 'REMOVED';
    if (this.entry.arbiterOnly === true) return 'ARBITER';
    if (this.isPrimary) return 'PRIMARY';
    return this.volume.isSynced ? 'SECONDARY' : 'STARTUP2';
  }

  /** Whether it could become primary as far as it alone can tell. */
  get canStand(): boolean {
    const { entry } = this;
    return this.state === 'SECONDARY' && entry !== undefined && priorityOf(entry) > 0 && Date.now() >= this.frozenUntilMs;
  }

  /** Stores another configuration and looks for itself in it. */
  install(config: StoredConfig, findSelf: (config: StoredConfig) => number | undefined): void {
    this.volume = Object.freeze({ ...this.volume, config, term: Math.max(this.volume.term, config.term) });
    this.selfId = findSelf(config);
  }

  /** Adds a write of this primary. */
  append(entry: Pick<LogEntry, 'namespace' | 'document' | 'retryKey'>): void {
    const added = Object.freeze({ ...entry, term: this.volume.term, at: new Date() });
    this.volume = Object.freeze({ ...this.volume, log: Object.freeze([...this.volume.log, added]) });
  }

  /** Above 0 when its data is newer than that of the other. */
  compareData(other: Mongod): number {
    const [a, b] = [this.volume.log, other.volume.log];
    return (a.at(-1)?.term ?? 0) - (b.at(-1)?.term ?? 0) || a.length - b.length;
  }

  /** Whether a candidate is no worse than this voter. */
  wouldVoteFor(candidate: Mongod): boolean {
    const [mine, theirs] = [this.volume.config, candidate.volume.config];
    return mine !== undefined && theirs !== undefined && compareConfigs(mine, theirs) <= 0 && this.compareData(candidate) <= 0;
  }
}
