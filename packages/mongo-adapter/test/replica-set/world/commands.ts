import type { ReplicaSetConfig } from '../../../src/replica-set/replica-set-document.ts';
import { memberStates } from '../../../src/replica-set/replica-set-document.ts';
import { incompatibility, invalidity } from './server-rules.ts';
import type { Server } from './server.ts';
import { isElectable, isVoting, setIdOf } from './server.ts';
import type { World } from './world.ts';

/** 0 = done; else a code of the server. */
export type Reply = number;

/** `replSetInitiate`: checks now, takes effect in the next step, so that two servers may pass the checks at the same time. */
export function initiate(world: World, server: Server, config: ReplicaSetConfig, wireVersion: number): Reply {
  if (!world.isReady(server)) return 94;
  if (server.volume.config) return 23;
  if (server.initiating) return 109;
  if (invalidity(config, wireVersion) !== undefined || config.version !== 1 || setIdOf(config)) return 93;
  const own = world.ownEntry(server, config);
  if (!own || !isElectable(own)) return 93;
  for (const { host } of config.members) {
    const other = world.at(host);
    if (other === server) continue;
    if (!other || !world.isReady(other) || !world.canTalk(server, other)) return 74;
    if (other.volume.config) return 103;
    if (other.volume.hasData) return 110;
  }
  server.initiating = config;
  return 0;
}

/** `replSetReconfig`. 50 when it took effect and no majority of voters has it yet. */
export function reconfigure(world: World, server: Server, next: ReplicaSetConfig, wireVersion: number): Reply {
  const { config, term } = server.volume;
  if (!world.isReady(server) || !config) return 94;
  if (server.role !== 'primary') return 10_107;
  if (!isCommitted(world, server)) return 308;
  if (incompatibility(config, next) !== undefined || invalidity(next, wireVersion) !== undefined) return 103;
  const own = world.ownEntry(server, next);
  if (!own) return 74;
  if (!isElectable(own)) return 104;
  const answers = next.members.filter(({ host }) => answersIn(world, server, host));
  if (answers.filter(isVoting).length <= next.members.filter(isVoting).length / 2 || !answers.some(isElectable)) return 74;
  if (next.members.some(({ host }) => isForeign(world, server, host))) return 103;
  world.install(server, { ...next, term });
  return world.isMajority(next, (id) => id === own._id || world.hears(server, id)) ? 0 : 50;
}

/** `replSetStepDown`: 50 when nobody could take over. */
export function stepDown(world: World, server: Server): Reply {
  if (server.role !== 'primary') return 10_107;
  const { config } = server.volume;
  const own = world.ownEntry(server)?._id;
  const hasHeir = config?.members.some(
    (member) =>
      member._id !== own &&
      isElectable(member) &&
      world.hears(server, member._id) &&
      server.heard.get(member._id)?.state === memberStates.SECONDARY,
  );
  if (hasHeir !== true) return 50;
  // It waits for a successor that has every write.
  for (const { host } of config?.members ?? []) {
    const other = world.at(host);
    if (other?.role === 'secondary' && world.canTalk(server, other)) other.volume.writes = server.volume.writes;
  }
  server.role = 'secondary';
  server.noElectionBefore = world.atStep + 6;
  return 0;
}

/** Whether the configuration is on a majority of its voters, as the primary knows. */
export function isCommitted(world: World, server: Server): boolean {
  const { config, term } = server.volume;
  if (!config || config.term !== term) return false;
  const own = world.ownEntry(server)?._id;
  return world.isMajority(config, (id) => {
    const heard = server.heard.get(id);
    return id === own || (world.hears(server, id) && heard?.version === config.version && heard.term === config.term);
  });
}

function answersIn(world: World, server: Server, host: string): boolean {
  const other = world.at(host);
  return other !== undefined && world.isReady(other) && world.canTalk(server, other);
}

/** A member of another set vetoes. */
function isForeign(world: World, server: Server, host: string): boolean {
  const other = world.at(host);
  const [mine, theirs] = [server.volume.config, other?.volume.config];
  return answersIn(world, server, host) && mine !== undefined && theirs !== undefined && setIdOf(mine) !== setIdOf(theirs);
}
