import type { ReplicaSetConfig, ReplicaSetMember, ReplicaSetStatus } from '../replica-set-document.ts';

/** What a sidecar saw in one look: the whole input of `planReplicaSet`. */
export interface ReplicaSetObservation {
  /** Name of the replica set, as in `--replSet`. */
  readonly set: string;
  /** Name of the StatefulSet. A member whose first label is not this name, `-` and an ordinal, or who is in another namespace, is left alone. */
  readonly statefulSet: string;
  /** How many members there shall be, 1 to 50. Told by a person or a file, never derived from DNS: members from this ordinal on are removed. */
  readonly replicas: number;
  /** The member this sidecar stands beside; its ordinal may be `replicas` or more. `host` is `fqdn:port`. */
  readonly self: { readonly ordinal: number; readonly host: string };
  /** `fqdn:port` of each declared member, by ordinal: exactly `replicas` of them. */
  readonly hosts: readonly string[];
  /** `ok` when every question was answered; `resolved` are the ordinals that have an address, those from `replicas` on too. */
  readonly dns: { readonly ok: boolean; readonly resolved: readonly number[] };
  readonly local: LocalView;
  /** What the others said under their declared names, by ordinal. None for a member that was not asked. */
  readonly probes: Readonly<Record<number, Probe>>;
  /** `maxWireVersion` of the local server; below 13 (MongoDB 5.0) an `_id` is at most 255. */
  readonly wireVersion: number;
  /** Allows to initiate a set of one member, which no server guards against a second set. Default false. */
  readonly single?: boolean;
  /** What members shall have beside votes, by ordinal. What is not named stays as it was read. */
  readonly attributes?: Readonly<Record<number, MemberAttributes>>;
  /** What this sidecar sent and the server refused for good (93, 103, 110). Kept by the caller for as long as the process lives. */
  readonly memory: { readonly rejected: readonly { readonly config: ReplicaSetConfig; readonly code: number }[] };
}

/** The server beside this sidecar, asked directly. */
export interface LocalView {
  /**
   * `uninit`: 94, no configuration or still starting. `removed`: 93, its configuration does not name it. `authRefused`: 13 or 18, which never
   * means `uninit`. `notReplSet`: 76, started without `--replSet`.
   */
  readonly state: 'uninit' | 'removed' | 'member' | 'notReplSet' | 'authRefused' | 'unreachable';
  readonly isPrimary: boolean;
  /** `config` of `replSetGetConfig`, with its `ObjectId`s: through JSON `replicaSetId` would become a text, which the server refuses (103). */
  readonly config?: ReplicaSetConfig;
  /** `commitmentStatus` of `replSetGetConfig`; not known counts as not committed. */
  readonly isCommitted?: boolean;
  /** Whether a member has the hidden field `newlyAdded`. Not known: told by `votingMembersCount` of the status. */
  readonly hasPendingNewlyAdded?: boolean;
  /** Answer of `replSetGetStatus`. */
  readonly status?: ReplicaSetStatus;
}

/** What another member said. `ghost`: `hello` without a set name, which is no configuration, one that is being loaded, or removed. */
export interface Probe {
  readonly kind: 'unreachable' | 'ghost' | 'uninit' | 'removed' | 'member' | 'otherSet' | 'authRefused' | 'notReplSet';
  readonly setName?: string;
}

/**
 * Fields of a member that may differ from the server's defaults. `priority` holds once the member votes, 0 until then; `hidden` needs
 * `priority: 0`; the server wants the same `horizons` on every member.
 */
export type MemberAttributes = Pick<ReplicaSetMember, 'priority' | 'tags' | 'hidden' | 'horizons'>;
