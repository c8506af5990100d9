import { compareConfigs, hasVote, majorityOf, priorityOf, type StoredConfig } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';

/**
 * Lets heartbeats, elections and replication run until nothing changes, in no time. What a real set does within seconds is done when this
 * returns; what shall take time is held back by tests.
 */
export function settle(fabric: Fabric): void {
  if (fabric.isClosing) return;
  const steps = [spreadConfigs, findSelves, stepDown, elect, takeOver, replicate, admitNewlyAdded];
  for (let round = 0; round < 1_000; round += 1) {
    // Each step runs in each round: a change of one is seen by the next.
    const results = steps.map((step) => fabric.mongods.filter(isServing).map((mongod) => step(fabric, mongod)));
    if (!results.flat().includes(true)) {
      fabric.changed();
      return;
    }
  }
  throw new Error('the set never settles: two of its rules contradict each other');
}

function isServing({ isRunning, isLoading, setName }: Mongod): boolean {
  return isRunning && !isLoading && setName !== undefined;
}

/** A heartbeat takes the newer configuration to the one that has the older, in both directions. */
function spreadConfigs(fabric: Fabric, mongod: Mongod): boolean {
  const { config } = mongod.volume;
  if (config === undefined) return false;
  return config.members
    .map(({ host }) => {
      const other = fabric.reach(mongod, host);
      if (other === undefined || other === mongod || other.isLoading || other.setName !== mongod.setName) return false;
      return (
        adopt(fabric, other, config, mongod) || (other.volume.config !== undefined && adopt(fabric, mongod, other.volume.config, other))
      );
    })
    .includes(true);
}

function adopt(fabric: Fabric, mongod: Mongod, config: StoredConfig, from: Mongod): boolean {
  const own = mongod.volume.config;
  const isNews = own === undefined ? !mongod.isInitiating : fabric.isOfSameSet(from, mongod) && compareConfigs(config, own) > 0;
  if (!isNews || mongod.holds.has('config') || mongod.isReconfiguring) return false;
  // A later term means that someone else has been elected.
  if (config.term > mongod.volume.term) mongod.isPrimary = false;
  mongod.install(config, (installed) => fabric.findSelf(mongod, installed));
  return true;
}

/** Who does not know its own name looks again: it may have one by now. */
function findSelves(fabric: Fabric, mongod: Mongod): boolean {
  const { config } = mongod.volume;
  if (config === undefined || mongod.entry !== undefined) return false;
  mongod.selfId = fabric.findSelf(mongod, config);
  return mongod.selfId !== undefined;
}

function stepDown(fabric: Fabric, mongod: Mongod): boolean {
  if (!mongod.isPrimary) return false;
  const { config } = mongod.volume;
  const colleagues = fabric.colleagues(mongod);
  const isOutvoted = colleagues.some((colleague) => colleague.mongod.volume.term > mongod.volume.term);
  const isFit = mongod.entry !== undefined && priorityOf(mongod.entry) > 0;
  if (isFit && !isOutvoted && config !== undefined && voters(fabric, mongod).length >= majorityOf(config)) return false;
  mongod.isPrimary = false;
  return true;
}

/** All who may vote and can be heard, itself included. */
function voters(fabric: Fabric, mongod: Mongod): readonly Mongod[] {
  const others = fabric.colleagues(mongod).filter(({ entry }) => hasVote(entry));
  return [...(mongod.entry !== undefined && hasVote(mongod.entry) ? [mongod] : []), ...others.map((other) => other.mongod)];
}

function elect(fabric: Fabric, mongod: Mongod): boolean {
  if (!mongod.canStand) return false;
  const others = fabric.colleagues(mongod).map((colleague) => colleague.mongod);
  if (others.some(({ isPrimary }) => isPrimary) || !mayWin(fabric, mongod)) return false;
  if (others.some((other) => mayWin(fabric, other) && order(other, mongod) < 0)) return false;
  win(fabric, mongod);
  return true;
}

/** A member with a higher priority than the primary's, in sync with it, takes its place. */
function takeOver(fabric: Fabric, mongod: Mongod): boolean {
  if (!mongod.canStand) return false;
  const others = fabric.colleagues(mongod).map((colleague) => colleague.mongod);
  const primary = others.find(({ isPrimary }) => isPrimary);
  if (primary === undefined || primary.isReconfiguring || rank(primary) >= rank(mongod)) return false;
  const isInSync = primary.volume.log === mongod.volume.log && isCommitted(fabric, primary);
  if (!isInSync || !mayWin(fabric, mongod)) return false;
  win(fabric, mongod);
  return true;
}

function mayWin(fabric: Fabric, mongod: Mongod): boolean {
  return mongod.canStand && canWin(fabric, mongod);
}

/** Who stands first: priority, then data, then the lower ordinal. */
function order(a: Mongod, b: Mongod): number {
  return rank(b) - rank(a) || b.compareData(a) || a.ordinal - b.ordinal;
}

function rank({ entry }: Mongod): number {
  return entry === undefined ? 0 : priorityOf(entry);
}

function canWin(fabric: Fabric, candidate: Mongod): boolean {
  const { config } = candidate.volume;
  return config !== undefined && supporters(fabric, candidate).length >= majorityOf(config);
}

function supporters(fabric: Fabric, candidate: Mongod): readonly Mongod[] {
  return voters(fabric, candidate).filter((voter) => voter.wouldVoteFor(candidate));
}

/** The winner writes the new term into the configuration, as servers do since 4.4. */
function win(fabric: Fabric, winner: Mongod): void {
  const { config } = winner.volume;
  if (config === undefined) return;
  const supported = supporters(fabric, winner);
  const term = 1 + Math.max(winner.volume.term, ...supported.map((voter) => voter.volume.term));
  for (const voter of supported) {
    voter.volume = Object.freeze({ ...voter.volume, term });
    voter.isPrimary = false;
  }
  winner.isPrimary = true;
  winner.install(Object.freeze({ ...config, term }), () => winner.selfId);
}

/** Who follows a primary copies its log, and gives up what the primary does not have. */
function replicate(fabric: Fabric, mongod: Mongod): boolean {
  const { state, volume, holds } = mongod;
  if ((state !== 'SECONDARY' && state !== 'STARTUP2') || holds.has('sync')) return false;
  const primary = fabric.colleagues(mongod).find((colleague) => colleague.mongod.isPrimary)?.mongod;
  if (primary === undefined || (volume.isSynced && volume.log === primary.volume.log)) return false;
  mongod.volume = Object.freeze({ ...volume, log: primary.volume.log, isSynced: true });
  return true;
}

/** The primary gives a new member its vote once it has seen it in sync (5.0 and later), one at a time. */
function admitNewlyAdded(fabric: Fabric, mongod: Mongod): boolean {
  const { config } = mongod.volume;
  if (!mongod.isPrimary || config === undefined || mongod.isReconfiguring || !isCommitted(fabric, mongod)) return false;
  const ready = fabric.colleagues(mongod).find(({ entry, mongod: other }) => entry.newlyAdded === true && other.state === 'SECONDARY');
  if (ready === undefined) return false;
  const members = config.members.map((member) => (member === ready.entry ? withoutMark(member) : member));
  mongod.install(Object.freeze({ ...config, version: config.version + 1, members }), () => mongod.selfId);
  return true;
}

function withoutMark(member: StoredConfig['members'][number]): StoredConfig['members'][number] {
  const { newlyAdded, ...rest } = member;
  return newlyAdded === undefined ? member : rest;
}

/** Whether a majority of voters has the primary's configuration, and its data. */
export function isCommitted(fabric: Fabric, primary: Mongod): boolean {
  const { config, log } = primary.volume;
  if (config === undefined) return false;
  const isIn = ({ volume, state }: Mongod): boolean =>
    volume.config !== undefined && compareConfigs(volume.config, config) === 0 && (state === 'ARBITER' || volume.log === log);
  return voters(fabric, primary).filter(isIn).length >= majorityOf(config);
}
