import type { LocalView, MemberAttributes, Probe, ReplicaSetObservation } from '../../src/replica-set/plan/observation.ts';
import type { ReplicaSetConfig, ReplicaSetMember, ReplicaSetStatus } from '../../src/replica-set/replica-set-document.ts';
import { memberStates } from '../../src/replica-set/replica-set-document.ts';

/** The name of a pod, with the port. */
export function host(ordinal: number, service = 'color-svc'): string {
  return `color-ss-${ordinal}.${service}.db.svc.cluster.local:27017`;
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** A voter by its ordinal. */
export function member(ordinal: number, more: Partial<ReplicaSetMember> = {}): ReplicaSetMember {
  return { _id: ordinal, host: host(ordinal), priority: 1, votes: 1, ...more };
}

/** A member without a vote. */
export function silent(ordinal: number, more: Partial<ReplicaSetMember> = {}): ReplicaSetMember {
  return member(ordinal, { priority: 0, votes: 0, ...more });
}

export interface Scene {
  readonly replicas?: number;
  /** Which ordinal this sidecar stands beside. Default 0. */
  readonly self?: number;
  readonly members?: readonly ReplicaSetMember[];
  /** States by `_id`; the others are SECONDARY, the one whose sidecar looks is PRIMARY. */
  readonly states?: Readonly<Record<number, keyof typeof memberStates>>;
  readonly config?: Partial<ReplicaSetConfig> & Readonly<Record<string, unknown>>;
  readonly status?: Partial<ReplicaSetStatus>;
  readonly local?: Partial<LocalView>;
  readonly dns?: ReplicaSetObservation['dns'];
  readonly probes?: Readonly<Record<number, Probe>>;
  readonly attributes?: Readonly<Record<number, MemberAttributes>>;
  readonly single?: boolean;
  readonly wireVersion?: number;
  readonly rejected?: ReplicaSetObservation['memory']['rejected'];
}

/** What the sidecar of a primary sees. */
export function seenByPrimary(scene: Scene = {}): ReplicaSetObservation {
  const { members = [0, 1, 2].map((ordinal) => member(ordinal)), self = 0, states = {} } = scene;
  const config: ReplicaSetConfig = { _id: 'rs0', version: 7, term: 3, members, ...scene.config };
  const own = members.find((each) => each.host.startsWith(`color-ss-${self}.`))?._id;
  const status: ReplicaSetStatus = {
    set: 'rs0',
    myState: memberStates.PRIMARY,
    term: 3,
    votingMembersCount: members.filter(({ votes = 1 }) => votes > 0).length,
    members: members.map(({ _id, host: name }) => {
      const state = memberStates[states[_id] ?? (_id === own ? 'PRIMARY' : 'SECONDARY')];
      const health = state === memberStates.DOWN || state === memberStates.UNKNOWN ? 0 : 1;
      return { _id, name, health, state, ...(_id === own && { self: true, configVersion: 7 }) };
    }),
    ...scene.status,
  };
  return seen(scene, { state: 'member', isPrimary: true, isCommitted: true, config, status, ...scene.local });
}

/** What the sidecar of a server without a configuration sees: the others have none either. */
export function seenEmpty(scene: Scene = {}): ReplicaSetObservation {
  const { replicas = 3 } = scene;
  const probes = Object.fromEntries(range(replicas).map((ordinal) => [ordinal, { kind: 'ghost' } as const]));
  return seen({ probes, dns: { ok: true, resolved: range(replicas) }, ...scene }, { state: 'uninit', isPrimary: false, ...scene.local });
}

function seen(scene: Scene, local: LocalView): ReplicaSetObservation {
  const { replicas = 3, self = 0, probes = {}, wireVersion = 21, rejected = [] } = scene;
  return {
    set: 'rs0',
    statefulSet: 'color-ss',
    replicas,
    self: { ordinal: self, host: host(self) },
    hosts: range(replicas).map((ordinal) => host(ordinal)),
    dns: scene.dns ?? { ok: true, resolved: range(12) },
    local,
    probes,
    wireVersion,
    memory: { rejected },
    ...(scene.single !== undefined && { single: scene.single }),
    ...(scene.attributes && { attributes: scene.attributes }),
  };
}
