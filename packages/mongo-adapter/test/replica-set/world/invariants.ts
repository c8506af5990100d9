import { isDeepStrictEqual } from 'node:util';
import type { ReplicaSetObservation } from '../../../src/replica-set/plan/observation.ts';
import { planReplicaSet } from '../../../src/replica-set/plan/plan-replica-set.ts';
import type { ReplicaSetPlan } from '../../../src/replica-set/plan/replica-set-plan.ts';
import type { ReplicaSetConfig, ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';
import { memberStates } from '../../../src/replica-set/replica-set-document.ts';
import type { Dice } from './dice.ts';
import { ordinalOf } from './observe.ts';
import { invalidity, votersChanged } from './server-rules.ts';
import { isElectable, isVoting } from './server.ts';
import { successorsOf } from './successors.ts';

/** What must hold after every tick. I1 and I9 are judged on the world, the others on a plan. */
export const INVARIANTS: ReadonlyMap<string, string> = new Map([
  ['I1', 'one set is founded, with every declared member in its document'],
  ['I2', 'one voter changes at a time'],
  ['I3', 'the version is the one that was read plus one, and every other field but the members is as read'],
  ['I4', 'healthy voters are a majority before and after'],
  ['I5', 'nothing is forced'],
  ['I6', 'no declared member is removed or loses its vote because it is not seen'],
  ['I7', 'a host keeps its id, and a new one gets its ordinal or the next id'],
  ['I8', 'every document is one that a server finds valid'],
  ['I9', 'without faults the set converges within the bound'],
  ['I10', 'only ordinal 0 initiates, only the primary changes anything'],
  ['I11', 'members of something else are left alone'],
  ['I12', 'the acting primary stays electable'],
  ['I13', 'the same observation gives the same plan, byte for byte'],
  ['R1', 'a document that was refused for good is not sent again, and none to initiate with once one was refused'],
  ['R2', 'nothing is sent once the configuration has moved since it was read'],
  ['R3', 'nobody who may take over from a primary that steps down would have to step down too'],
]);

/** The invariants that a plan breaks. */
export function brokenBy(observation: ReplicaSetObservation, plan: ReplicaSetPlan, dice: Dice): readonly string[] {
  const broken = new Set<string>();
  const demand = (invariant: string, holds: boolean): unknown => holds || broken.add(invariant);
  demand('I13', JSON.stringify(planReplicaSet(shuffled(observation))) === JSON.stringify(plan));
  demand('I5', !('force' in plan) && !('config' in plan && 'force' in plan.config));
  if (plan.kind === 'reconfig' || plan.kind === 'step-down')
    demand('I10', observation.local.state === 'member' && observation.local.isPrimary);
  if (plan.kind === 'step-down')
    demand(
      'R3',
      successorsOf(observation).every((each) => planReplicaSet(each).kind !== 'step-down'),
    );
  const dimmed = dim(observation, dice);
  checkLosses(dimmed, planReplicaSet(dimmed), demand);
  if (plan.kind !== 'initiate' && plan.kind !== 'reconfig') return [...broken];
  const isRefused = (config: ReplicaSetConfig): boolean =>
    plan.kind === 'initiate' ? isFounding(config) : isDeepStrictEqual(config, plan.config);
  demand('R1', !observation.memory.rejected.some(({ config }) => isRefused(config)));
  demand('I8', invalidity(plan.config, observation.wireVersion) === undefined);
  if (plan.kind === 'initiate') checkFounding(observation, plan.config, demand);
  else checkChange(observation, plan.config, demand);
  checkLosses(observation, plan, demand);
  return [...broken];
}

/** To initiate with: the server makes the id. */
function isFounding({ version, settings }: ReplicaSetConfig): boolean {
  return version === 1 && settings?.replicaSetId === undefined;
}

type Demand = (invariant: string, holds: boolean) => unknown;

function checkFounding({ self, local, hosts, set }: ReplicaSetObservation, config: ReplicaSetConfig, demand: Demand): void {
  demand('I10', self.ordinal === 0 && local.state === 'uninit');
  demand(
    'I1',
    isDeepStrictEqual(
      config.members.map(({ host }) => host),
      hosts,
    ) &&
      config._id === set &&
      config.version === 1,
  );
}

function checkChange(observation: ReplicaSetObservation, next: ReplicaSetConfig, demand: Demand): void {
  const { config: old, status } = observation.local;
  if (!old || !status) return void demand('I3', false);
  demand('I2', votersChanged(old, next) <= 1);
  const { members: before, version, ...others } = old;
  const { members, version: nextVersion, ...kept } = next;
  demand('I3', nextVersion === version + 1 && isDeepStrictEqual(kept, others));
  const { PRIMARY, SECONDARY } = memberStates;
  const healthy = new Set(
    status.members.filter(({ health, state }) => health === 1 && (state === PRIMARY || state === SECONDARY)).map(({ _id }) => _id),
  );
  for (const voters of [before, members].map((each) => each.filter(isVoting))) {
    demand('I4', voters.filter(({ _id }) => healthy.has(_id)).length > voters.length / 2);
  }
  demand('I7', hasGoodIds(observation, before, members));
  const foreign = before.filter(({ host }) => ordinalOf(host) === undefined);
  demand(
    'I11',
    foreign.every((member) => members.some((each) => isDeepStrictEqual(each, member))),
  );
  demand(
    'I11',
    members.every((member) => ordinalOf(member.host) !== undefined || foreign.some(({ _id }) => _id === member._id)),
  );
  const self = status.members.find((each) => each.self === true)?._id;
  demand(
    'I12',
    members.some((member) => member._id === self && isElectable(member)),
  );
}

function hasGoodIds(
  { wireVersion }: ReplicaSetObservation,
  before: readonly ReplicaSetMember[],
  after: readonly ReplicaSetMember[],
): boolean {
  const ids = before.map(({ _id }) => _id);
  return after.every(({ _id, host }) => {
    const was = before.find((member) => member.host === host);
    if (was) return was._id === _id;
    // A new name of the same pod, or a new member.
    const renamed = before.find((member) => member._id === _id);
    if (renamed) return ordinalOf(renamed.host) === ordinalOf(host);
    const ordinal = ordinalOf(host) ?? -1;
    return _id === (ids.includes(ordinal) ? Math.max(...ids) + 1 : ordinal) && (wireVersion >= 13 || _id <= 255);
  });
}

/** Removals are of ordinals from `replicas` on; a vote is taken only from a declared member that seven lower ones can replace. */
function checkLosses({ local: { config }, replicas }: ReplicaSetObservation, plan: ReplicaSetPlan, demand: Demand): void {
  if (plan.kind !== 'reconfig' || !config) return;
  for (const { _id, host, votes = 1 } of config.members) {
    const after = plan.config.members.find((member) => member._id === _id);
    const ordinal = ordinalOf(host) ?? -1;
    if (!after) demand('I6', ordinal >= replicas);
    else if (votes > 0 && !isVoting(after)) demand('I6', lowerOnes(config, ordinal) + foreignVoters(config) >= 7);
  }
}

function lowerOnes({ members }: ReplicaSetConfig, ordinal: number): number {
  return members.filter(({ host }) => (ordinalOf(host) ?? Infinity) < ordinal).length;
}

function foreignVoters({ members }: ReplicaSetConfig): number {
  return members.filter((member) => isVoting(member) && ordinalOf(member.host) === undefined).length;
}

/** The same observation with less of it seen. */
function dim(observation: ReplicaSetObservation, dice: Dice): ReplicaSetObservation {
  const probes = Object.entries(observation.probes).map(([ordinal, probe]) => [
    ordinal,
    dice.chance(0.5) ? probe : ({ kind: 'unreachable' } as const),
  ]);
  const { ok, resolved } = observation.dns;
  const dns = { ok: ok && dice.chance(0.7), resolved: dice.chance(0.3) ? [] : resolved.filter(() => dice.chance(0.5)) };
  return { ...observation, dns, probes: Object.fromEntries(probes) };
}

/** The same observation, told in another order. */
function shuffled(observation: ReplicaSetObservation): ReplicaSetObservation {
  const { dns, local } = observation;
  const status = local.status && { ...local.status, members: local.status.members.toReversed() };
  const probes = Object.fromEntries(Object.entries(observation.probes).toReversed());
  return {
    ...observation,
    dns: { ...dns, resolved: dns.resolved.toReversed() },
    local: { ...local, ...(status ? { status } : {}) },
    probes,
  };
}
