import { isDeepStrictEqual } from 'node:util';
import { planReplicaSet } from '../../../src/replica-set/plan/plan-replica-set.ts';
import type { ReplicaSetConfig, ReplicaSetMember } from '../../../src/replica-set/replica-set-document.ts';
import { stepDown } from './commands.ts';
import { heal, runnable, setPods } from './happenings.ts';
import type { History } from './history.ts';
import { hostOf, observe, ordinalOf } from './observe.ts';
import { incompatibility } from './server-rules.ts';
import { isVoting } from './server.ts';
import type { Sidecar } from './sidecar.ts';

/** Steps for elections, propagation and initial synchronisation: not counted, a tick comes when they are through. */
const SETTLING_STEPS = 60;
const MOST_VOTERS = 7;

/** Without faults from now on: every sidecar ticks in turn until the set is as declared, within the bound of I9. */
export function converge(history: History): void {
  const { world, sidecars } = history;
  heal(history);
  history.pods = Math.max(history.pods, history.replicas);
  for (const server of runnable(history)) world.start(server);
  for (const sidecar of sidecars.values()) sidecar.replicas = history.replicas;
  settle(history);
  // Pods that are not declared run until the set is smaller. Where there is no set, a person stops them: nobody knows what is on their disks.
  if (!history.config) setPods(history, history.replicas);
  let bound = boundOf(history, history.config);
  let ticks = 0;
  for (; ticks <= bound; ticks += 1) {
    // The tick that made a stranger primary has come to nothing.
    bound += stepStrangersDown(history);
    const kinds = tickThose(history, acting(history));
    if (kinds.every((kind) => kind === 'none')) break;
    if (kinds.every((kind) => kind === 'blocked' || kind === 'wait' || kind === 'none')) return judgeStop(history);
  }
  const isRight = ticks <= bound && isAsDeclared(history) && tickThose(history, running(history)).every((kind) => kind === 'none');
  history.note(`${ticks} ticks of at most ${bound}`, isRight ? 'converged' : 'not converged');
  if (!isRight) history.break('I9');
}

function running({ sidecars }: History): readonly Sidecar[] {
  return [...sidecars.values()].filter(({ server }) => server.isUp);
}

/** Who may act: the sidecar of the primary, or all where there is none. */
function acting(history: History): readonly Sidecar[] {
  const all = running(history);
  const primaries = all.filter(({ server }) => server.role === 'primary');
  return primaries.length > 0 ? primaries : all;
}

function tickThose(history: History, sidecars: readonly Sidecar[]): readonly string[] {
  const plans = sidecars.flatMap((sidecar) => history.tick(sidecar, 0));
  settle(history);
  return plans.map(({ kind }) => kind);
}

function settle({ world }: History): void {
  for (let step = 0; step < SETTLING_STEPS; step += 1) world.step();
}

/** Nobody stands beside a primary of something else (I10): the planner calls for a person, and this is the person. */
function stepStrangersDown(history: History): number {
  for (let turn = 0; turn < 20; turn += 1) {
    const stranger = [...history.world.servers.values()].find(({ ordinal, role }) => ordinal === undefined && role === 'primary');
    if (!stranger) return turn;
    history.note(`a person lets ${stranger.name} step down`, 'a person lets a stranger step down');
    stepDown(history.world, stranger);
    settle(history);
  }
  return 0;
}

/**
 * The bound of I9: two ticks for each who is added, one for each rename, removal, member without a vote and vote too many, and two more.
 * Attributes, which it does not count, take one for all at once, and a step-down and one more when the primary loses its priority.
 */
function boundOf({ replicas, attributes }: History, config: ReplicaSetConfig | undefined): number {
  if (!config) return 3;
  const own = ownMembers(config);
  const declared = own.filter(({ ordinal }) => ordinal < replicas);
  const renames = declared.filter(({ ordinal, host }) => host !== hostOf(ordinal)).length;
  const silent = declared.filter((member) => !isVoting(member)).length;
  const surplusVoters = declared.filter((member) => isVoting(member) && member.ordinal >= MOST_VOTERS - strangeVoters(config)).length;
  const changes = Object.keys(attributes).length > 0 ? 3 : 0;
  return 2 * (replicas - declared.length) + (own.length - declared.length) + renames + silent + surplusVoters + changes + 2;
}

/** Where the design lets the set stay as it is, and each time why. Any other stop breaks I9. */
function judgeStop(history: History): void {
  const reason = rightStop(history);
  history.note(reason === undefined ? 'stopped for no good reason' : `stopped: ${reason}`);
  if (reason === undefined) history.break('I9');
}

function rightStop(history: History): string | undefined {
  const { config, world, wireVersion } = history;
  if (!config) return undefined;
  const voters = config.members.filter(isVoting).map(({ host }) => world.at(host));
  const lost = voters.filter((server) => server?.role !== 'primary' && server?.role !== 'secondary');
  // Pods taken away before the configuration, or disks lost, so many that the majority is gone: nothing is forced (I5), so a person must act.
  // Arbiters are never healthy (I4), so a set of which half are arbiters is left to a person too.
  const isTakenAway = lost.every((server) => server === undefined || !server.isUp || !server.volume.hasData || server.role === 'arbiter');
  if (voters.length - lost.length <= voters.length / 2 && isTakenAway) return 'the majority is gone';
  const [primary] = acting(history);
  if (primary && mustStepDown(history, primary, config) && isIrreplaceable(history, primary)) return 'the primary has no heir';
  // "A document equal to one in `memory.rejected` is never sent again: blocked." The only change of those planned here that a server refuses
  // without any fault is one of arbiters' sets; older servers also have no more ids (I7).
  if (primary && refusal(history, primary, config) === 'the implicit default write concern changes') return 'the server refuses a change';
  const ids = config.members.map(({ _id }) => _id);
  return wireVersion < 13 && Math.max(...ids) === 255 ? 'no id is left' : undefined;
}

function mustStepDown({ attributes }: History, { ordinal }: Sidecar, { members }: ReplicaSetConfig): boolean {
  const own = members.find(({ host }) => ordinalOf(host) === ordinal);
  return own?.host !== hostOf(ordinal) || attributes[ordinal]?.priority === 0;
}

/**
 * "A step that needs a step-down applies only while another electable voting SECONDARY exists": nobody ever will be one where a person
 * declared one member, or priority 0 for all others that vote.
 */
function isIrreplaceable({ replicas, attributes }: History, { ordinal }: Sidecar): boolean {
  const voters = Array.from({ length: Math.min(replicas, MOST_VOTERS) }, (_, each) => each);
  return voters.every((each) => each === ordinal || attributes[each]?.priority === 0);
}

/** What the server says of the document that would be sent, had it not been refused before. */
function refusal(history: History, { server, ordinal }: Sidecar, config: ReplicaSetConfig): string | undefined {
  const plan = planReplicaSet(observe({ ...history.sight, server, ordinal, replicas: history.replicas, rejected: [], faults: 0 }));
  return plan.kind === 'reconfig' ? incompatibility(config, plan.config) : undefined;
}

/** Every declared member under its name with what is declared of it, no other of the StatefulSet, and as many votes as there may be. */
function isAsDeclared({ config, replicas, attributes }: History): boolean {
  if (!config) return false;
  const own = ownMembers(config).toSorted((a, b) => a.ordinal - b.ordinal);
  const votes = Math.min(MOST_VOTERS - strangeVoters(config), replicas);
  return (
    own.length === replicas &&
    own.every(({ host }, ordinal) => host === hostOf(ordinal)) &&
    own.every((member, ordinal) => isVoting(member) === ordinal < votes) &&
    own.every((member, ordinal) => {
      const { priority = isVoting(member) ? member.priority : 0, ...others } = attributes[ordinal] ?? {};
      const wanted = { ...member, ...others, ...(isVoting(member) && priority !== undefined ? { priority } : {}) };
      return isDeepStrictEqual(wanted, { ...member });
    })
  );
}

function ownMembers({ members }: ReplicaSetConfig): readonly (ReplicaSetMember & { readonly ordinal: number })[] {
  return members.flatMap((member) => {
    const ordinal = ordinalOf(member.host);
    return ordinal === undefined ? [] : [{ ...member, ordinal }];
  });
}

function strangeVoters({ members }: ReplicaSetConfig): number {
  return members.filter((member) => isVoting(member) && ordinalOf(member.host) === undefined).length;
}
