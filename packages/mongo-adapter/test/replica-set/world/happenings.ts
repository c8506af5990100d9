import type { History } from './history.ts';
import type { Server } from './server.ts';

/** One thing that happens to pods, networks, disks or people. */
export function happen(history: History): void {
  const { dice } = history;
  const happenings = [
    declare,
    declare,
    learn,
    learn,
    learn,
    scalePods,
    scalePods,
    crash,
    start,
    start,
    partition,
    heal,
    heal,
    loseVolume,
    cutPower,
    restartSidecar,
  ];
  happenings[dice.roll(happenings.length)]?.(history);
}

/** A person declares another number of replicas. Sidecars learn it one by one; pods that are too few come at once. */
function declare(history: History): void {
  const { dice } = history;
  if (history.single && dice.chance(0.7)) return;
  history.replicas = Math.max(history.single ? 1 : 2, Math.min(12, history.replicas + dice.roll(5) - 2));
  history.note(`${history.replicas} replicas are declared`, 'declared');
  if (history.replicas > history.pods) setPods(history, history.replicas);
}

function learn({ dice, sidecars, replicas }: History): void {
  for (const sidecar of sidecars.values()) if (dice.chance(0.6)) sidecar.replicas = replicas;
}

/** The supported way waits until the set is as declared; some do not wait. */
function scalePods(history: History): void {
  const { dice, config, replicas } = history;
  const isDone = (config?.members.length ?? 0) <= replicas;
  if (replicas < history.pods && (isDone || dice.chance(0.15))) setPods(history, replicas);
}

/** A StatefulSet's own number: pods from it on are stopped. */
export function setPods(history: History, pods: number): void {
  for (const { ordinal, server } of history.sidecars.values()) {
    if (ordinal < pods) history.world.start(server);
    else history.world.stop(server);
  }
  history.pods = pods;
  history.note(`${pods} pods run`, 'scaled');
}

function crash(history: History): void {
  const server = someServer(history);
  history.world.stop(server);
  history.note(`${server.name} stops`, 'crash');
}

function start(history: History): void {
  for (const server of runnable(history)) if (history.dice.chance(0.7)) history.world.start(server);
}

function partition(history: History): void {
  for (const server of history.world.servers.values()) server.group = history.dice.roll(2);
  history.note('the network parts', 'partition');
}

export function heal({ world }: History): void {
  for (const server of world.servers.values()) server.group = 0;
}

function loseVolume(history: History): void {
  if (history.dice.chance(0.5)) loseVolumeOf(history, someServer(history));
}

/** All pods at once; the one that may found comes back with an empty disk at times, while the others still read what they have. */
function cutPower(history: History): void {
  const { dice, world, sidecars } = history;
  const first = sidecars.get(0)?.server;
  for (const server of runnable(history)) world.stop(server);
  for (const server of runnable(history)) world.start(server);
  history.note('the power is cut', 'power cut');
  if (first && dice.chance(0.5)) loseVolumeOf(history, first);
}

/** Never all that hold the set below `replicas`: what then is founded is a set of its own by right. */
function loseVolumeOf(history: History, server: Server): void {
  const { world, sidecars, replicas } = history;
  const least = Math.min(replicas, ...[...sidecars.values()].map((sidecar) => sidecar.replicas));
  const holders = [...sidecars.values()].filter(({ ordinal, server: each }) => ordinal < least && each !== server && each.volume.config);
  if (holders.length < least / 2) return;
  world.loseVolume(server);
  history.note(`${server.name} loses its disk`, 'disk lost');
}

function restartSidecar({ dice, sidecars }: History): void {
  for (const sidecar of sidecars.values()) if (dice.chance(0.3)) sidecar.rejected = [];
}

function someServer(history: History): Server {
  const servers = runnable(history);
  const server = servers[history.dice.roll(servers.length)];
  if (!server) throw new Error('there is always a pod');
  return server;
}

/** Servers whose pods are wanted, and those of something else. */
export function runnable({ world, pods }: History): readonly Server[] {
  return [...world.servers.values()].filter(({ ordinal }) => ordinal === undefined || ordinal < pods);
}
