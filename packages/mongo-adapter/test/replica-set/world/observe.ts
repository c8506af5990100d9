import type { LocalView, Probe, ReplicaSetObservation } from '../../../src/replica-set/plan/observation.ts';
import type { MemberStatus, ReplicaSetConfig, ReplicaSetStatus } from '../../../src/replica-set/replica-set-document.ts';
import { memberStates } from '../../../src/replica-set/replica-set-document.ts';
import { isCommitted } from './commands.ts';
import type { Dice } from './dice.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';
import { stateOf } from './world.ts';

export const SET = 'rs0';
const STATEFUL_SET = 'color-ss';

/** The name of a pod; `service` differs where members carry names of an older Service. */
export function hostOf(ordinal: number, service = 'color-svc'): string {
  return `${STATEFUL_SET}-${ordinal}.${service}.db.svc.cluster.local:27017`;
}

/** Of a pod of the StatefulSet in this namespace. */
export function ordinalOf(host: string): number | undefined {
  const [, ordinal] = /^color-ss-(\d+)\.[a-z-]+\.db\./.exec(host) ?? [];
  return ordinal === undefined ? undefined : Number(ordinal);
}

/** How a sidecar sees things. */
export interface Sight {
  readonly world: World;
  readonly dice: Dice;
  readonly server: Server;
  readonly ordinal: number;
  readonly replicas: number;
  readonly single: boolean;
  /** Before users exist, or with users of the others unknown, a remote server tells no more than `hello`. */
  readonly hasAuth: boolean;
  readonly wireVersion: number;
  /** How often something cannot be seen, or is seen late. 0 to 1. */
  readonly faults: number;
  readonly rejected: ReplicaSetObservation['memory']['rejected'];
  readonly attributes: NonNullable<ReplicaSetObservation['attributes']>;
}

/** One look; what is read from the local server may be of two moments. */
export function observe(sight: Sight): ReplicaSetObservation {
  const { world, dice, server, ordinal, replicas, faults } = sight;
  const status = readStatus(world, server);
  if (dice.chance(faults / 2)) world.step();
  return {
    set: SET,
    statefulSet: STATEFUL_SET,
    replicas,
    self: { ordinal, host: hostOf(ordinal) },
    hosts: Array.from({ length: replicas }, (_, each) => hostOf(each)),
    dns: lookUp(sight),
    local: { ...readLocal(sight), ...(status ? { status } : {}) },
    probes: probeAll(sight),
    wireVersion: sight.wireVersion,
    single: sight.single,
    attributes: sight.attributes,
    memory: { rejected: [...sight.rejected] },
  };
}

function lookUp({ world, dice, faults }: Sight): ReplicaSetObservation['dns'] {
  const resolved = [...world.servers.values()].flatMap(({ ordinal, isUp }) => (ordinal !== undefined && isUp ? [ordinal] : []));
  if (dice.chance(faults / 3)) return { ok: false, resolved: [] };
  if (dice.chance(faults / 3)) return { ok: true, resolved: [] };
  return { ok: true, resolved: dice.chance(faults) ? resolved.filter(() => dice.chance(0.6)) : resolved };
}

function readLocal({ world, dice, server, faults }: Sight): LocalView {
  const { config } = server.volume;
  if (!server.isUp || dice.chance(faults / 10)) return { state: 'unreachable', isPrimary: false };
  if (dice.chance(faults / 10)) return { state: 'authRefused', isPrimary: false };
  if (server.bootSteps > 0 || !config) return { state: 'uninit', isPrimary: false };
  if (server.role === 'removed') return { state: 'removed', isPrimary: false };
  const isPrimary = server.role === 'primary';
  return {
    state: 'member',
    isPrimary,
    config,
    hasPendingNewlyAdded: false,
    ...(isPrimary ? { isCommitted: isCommitted(world, server) } : {}),
  };
}

function readStatus(world: World, server: Server): ReplicaSetStatus | undefined {
  const { config, term } = server.volume;
  if (!config || !world.isReady(server)) return undefined;
  const own = world.ownEntry(server);
  const members = config.members.map(({ _id, host }): MemberStatus => {
    if (_id === own?._id) return { _id, name: host, health: 1, state: stateOf(server), self: true, configVersion: config.version };
    const heard = server.heard.get(_id);
    const isUp = world.hears(server, _id);
    return { _id, name: host, health: isUp ? 1 : 0, state: isUp && heard ? heard.state : memberStates.DOWN };
  });
  return { set: config._id, myState: stateOf(server), term, votingMembersCount: votersOf(config), members };
}

function votersOf({ members }: ReplicaSetConfig): number {
  return members.filter(({ votes = 1 }) => votes > 0).length;
}

function probeAll(sight: Sight): Record<number, Probe> {
  const probes: Record<number, Probe> = {};
  for (const { ordinal } of sight.world.servers.values()) {
    if (ordinal === undefined || ordinal === sight.ordinal || sight.dice.chance(sight.faults / 10)) continue;
    probes[ordinal] = sight.dice.chance(sight.faults / 3) ? { kind: 'unreachable' } : probe(sight, ordinal);
  }
  return probes;
}

function probe({ world, server, hasAuth }: Sight, ordinal: number): Probe {
  const other = world.at(hostOf(ordinal));
  if (!other?.isUp || !world.canTalk(server, other)) return { kind: 'unreachable' };
  const { config } = other.volume;
  if (other.bootSteps > 0 || !config) return { kind: hasAuth ? 'ghost' : 'uninit' };
  if (other.role === 'removed') return { kind: hasAuth ? 'ghost' : 'removed' };
  return config._id === SET ? { kind: 'member', setName: config._id } : { kind: 'otherSet', setName: config._id };
}
