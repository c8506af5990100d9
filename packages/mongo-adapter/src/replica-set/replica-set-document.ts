/**
 * One member of a replica set's configuration, as `replSetGetConfig` returns it. Fields that are not named here are kept as they are: the
 * type is open in practice, because a document that was read must go back with every field it had.
 */
export interface ReplicaSetMember {
  /** Never changes for a host. 0 or more; at most 255 on servers before 5.0. Here the ordinal of the pod, arbiters 100 + index. */
  readonly _id: number;
  /** `name:port`, unique in the set. What clients are told to connect to. */
  readonly host: string;
  /** Votes and holds no data. Default false. Cannot be changed by a reconfiguration. */
  readonly arbiterOnly?: boolean;
  /** Default true. Cannot be changed by a reconfiguration. `false` needs `priority: 0`. */
  readonly buildIndexes?: boolean;
  /** Not told to clients. Default false. Needs `priority: 0`. */
  readonly hidden?: boolean;
  /** 0..1000, fractions allowed; 0 = never primary. Default 1; 0 for arbiters. */
  readonly priority?: number;
  /** For read preferences and write concerns. Not on arbiters. */
  readonly tags?: Readonly<Record<string, string>>;
  /** How far the member stays behind, in seconds. Default 0. More needs `priority: 0`. Since 5.0. */
  readonly secondaryDelaySecs?: number;
  /** The same before 5.0. */
  readonly slaveDelay?: number;
  /** 0 or 1. Default 1; at most 7 members vote. 0 needs `priority: 0`. */
  readonly votes?: number;
  /** Other names of the member, by the name of the horizon, `name:port`. Chosen by the server name that a TLS client asks for. */
  readonly horizons?: Readonly<Record<string, string>>;
}

/** The settings of a replica set's configuration. Times are in the unit of their name. */
export interface ReplicaSetSettings {
  /** Whether a secondary may replicate from another one. Default true. */
  readonly chainingAllowed?: boolean;
  /** Between two heartbeats. Default 2000. */
  readonly heartbeatIntervalMillis?: number;
  /** Without a heartbeat before a member counts as unreachable. Default 10. */
  readonly heartbeatTimeoutSecs?: number;
  /** Without a primary before an election. Default 10000. */
  readonly electionTimeoutMillis?: number;
  /** For a new primary to catch up. Default -1 = without limit; 0 = not at all. */
  readonly catchUpTimeoutMillis?: number;
  /** Before a member that is ahead takes over from a primary that catches up. Default 30000; -1 = never. */
  readonly catchUpTakeoverDelayMillis?: number;
  /** Named write concerns: how many values of which tags. */
  readonly getLastErrorModes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Must be `{ w: 1, wtimeout: 0 }` or absent since 5.0: set a default write concern instead. */
  readonly getLastErrorDefaults?: unknown;
  /** The set's identity, an ObjectId that the server makes. It must stay an ObjectId: as text it is another identity. */
  readonly replicaSetId?: unknown;
}

/** A replica set's configuration: what `replSetInitiate` and `replSetReconfig` take and `replSetGetConfig` returns as `config`. */
export interface ReplicaSetConfig {
  /** The name of the set, the same as `--replSet` of every member. */
  readonly _id: string;
  /** 1 or more; grows with every reconfiguration. */
  readonly version: number;
  /** The election that the configuration belongs to. Set by the server, ignored when sent. -1 = none, after a forced reconfiguration. */
  readonly term?: number;
  /** Always 1 since MongoDB 4.0. */
  readonly protocolVersion?: number;
  /** True for the config servers of a sharded cluster. */
  readonly configsvr?: boolean;
  readonly writeConcernMajorityJournalDefault?: boolean;
  /** 1..50 members. */
  readonly members: readonly ReplicaSetMember[];
  readonly settings?: ReplicaSetSettings;
}

/** The states of a member in `replSetGetStatus`, by their number there. */
export const memberStates = {
  STARTUP: 0,
  PRIMARY: 1,
  SECONDARY: 2,
  RECOVERING: 3,
  STARTUP2: 5,
  UNKNOWN: 6,
  ARBITER: 7,
  DOWN: 8,
  ROLLBACK: 9,
  REMOVED: 10,
} as const;

/** One member in the answer to `replSetGetStatus`: what the one who answers last heard, some seconds old. */
export interface MemberStatus {
  readonly _id: number;
  /** `name:port`. */
  readonly name: string;
  /** 1 = heard of within `heartbeatTimeoutSecs`, else 0. */
  readonly health: number;
  /** A number of `memberStates`. */
  readonly state: number;
  readonly stateStr?: string;
  /** True for the one who answers, absent for the others. */
  readonly self?: boolean;
  readonly configVersion?: number;
  readonly configTerm?: number;
}

/** What a reader needs of the answer to `replSetGetStatus`. */
export interface ReplicaSetStatus {
  readonly set: string;
  /** The state of the one who answers, a number of `memberStates`. */
  readonly myState: number;
  readonly term?: number;
  readonly majorityVoteCount?: number;
  /** Below the sum of votes while an added voter does not count yet. */
  readonly votingMembersCount?: number;
  readonly members: readonly MemberStatus[];
}
