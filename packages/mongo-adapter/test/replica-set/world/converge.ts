import type { ReplicaSetConfig } from '../../../src/replica-set/replica-set-document.ts';
import { heal, runnable } from './happenings.ts';
import type { History } from './history.ts';
import { hostOf } from './observe.ts';
import { isVoting } from './server.ts';

/** Steps for elections, propagation and initial synchronisation: not counted, a tick comes when they are through. */
const SETTLING_STEPS = 60;

/** Without faults from now on: every sidecar ticks in turn until the set is as declared, within the bound of I9. */
export function converge(history: History): void {
  const { world, sidecars } = history;
  heal(history);
  history.pods = Math.max(history.pods, history.replicas);
  for (const server of runnable(history)) world.start(server);
  for (const sidecar of sidecars.values()) sidecar.replicas = history.replicas;
  settle(history);
  const bound = boundOf(history, history.config);
  let ticks = 0;
  while (ticks <= bound) {
    const kinds = tickAll(history);
    if (hasStrangePrimary(history)) return history.note('stopped: a member of something else is primary');
    if (kinds.includes('none') && kinds.every((kind) => kind === 'none')) break;
    if (kinds.every((kind) => kind === 'blocked' || kind === 'wait')) return judgeStop(history, kinds);
    ticks += 1;
  }
  history.note(`converged in ${ticks} ticks of at most ${bound}`, ticks <= bound ? 'converged' : 'not converged');
  if (ticks > bound || !isAsDeclared(history)) history.break('I9');
}

/** What those do who may act: the primary, or everybody where there is none. */
function tickAll(history: History): readonly string[] {
  const running = [...history.sidecars.values()].filter(({ server }) => server.isUp);
  const acting = running.filter(({ server }) => server.role === 'primary');
  const plans = (acting.length > 0 ? acting : running).flatMap((sidecar) => history.tick(sidecar, 0));
  settle(history);
  return plans.map(({ kind }) => kind);
}

function settle({ world }: History): void {
  for (let step = 0; step < SETTLING_STEPS; step += 1) world.step();
}

/**
 * Two ticks for who is added, one for each rename, removal, member without a vote and vote too many, one for all attributes that differ, and two
 * more.
 */
function boundOf({ replicas, attributes }: History, config: ReplicaSetConfig | undefined): number {
  if (!config) return 3;
  const own = config.members.flatMap((member) => {
    const [, digits] = /^color-ss-(\d+)\.[a-z-]+\.db\./.exec(member.host) ?? [];
    return digits === undefined ? [] : [{ ...member, ordinal: Number(digits) }];
  });
  const declared = own.filter(({ ordinal }) => ordinal < replicas);
  const renames = declared.filter(({ ordinal, host }) => host !== hostOf(ordinal)).length;
  const silent = declared.filter((member) => !isVoting(member)).length;
  const surplusVoters = declared.filter((member) => isVoting(member) && member.ordinal >= 7 - (config.members.length - own.length)).length;
  const drift = Object.keys(attributes).length > 0 ? 1 : 0;
  return 2 * (replicas - declared.length) + (own.length - declared.length) + renames + silent + surplusVoters + drift + 2;
}

/** Some stops are right: a majority that is gone for good, and documents that the server refused. */
function judgeStop(history: History, kinds: readonly string[]): void {
  const { config, world } = history;
  const voters = config?.members.filter(isVoting) ?? [];
  const healthy = voters.filter(({ host }) => ['primary', 'secondary'].includes(world.at(host)?.role ?? ''));
  const last = history.deeds.at(-1) ?? '';
  if (config && healthy.length <= voters.length / 2) history.note('stopped: the majority is gone');
  else if (kinds.includes('blocked') && history.deeds.slice(-kinds.length).some((deed) => /refused|no id is left/.test(deed)))
    history.note('stopped: the server refused a document');
  else if (voters.length === 1 && last.includes('no other member that stays could become primary'))
    history.note('stopped: the only voter would have to step down');
  else if (
    !config &&
    history.deeds.some((deed, at) => at >= history.deeds.length - kinds.length - 1 && waitsForExtra(deed, history.replicas))
  )
    history.note('stopped: a pod that is not declared may have a configuration');
  else {
    history.note(`stopped for no good reason: ${last}`, 'stopped');
    history.break('I9');
  }
}

/** Nobody stands beside it who could act. */
function hasStrangePrimary({ world }: History): boolean {
  return [...world.servers.values()].some(({ ordinal, role }) => ordinal === undefined && role === 'primary');
}

/** Where users exist, a pod beyond `replicas` cannot be told from one that loads a configuration. */
function waitsForExtra(deed: string, replicas: number): boolean {
  const [, ordinal] = /ordinal (\d+) may have a configuration/.exec(deed) ?? [];
  return Number(ordinal) >= replicas;
}

function isAsDeclared({ config, replicas }: History): boolean {
  const hosts = new Set(config?.members.map(({ host }) => host));
  return Array.from({ length: replicas }, (_, ordinal) => hosts.has(hostOf(ordinal))).every(Boolean);
}
