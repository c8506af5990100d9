import { setTimeout as sleep } from 'node:timers/promises';
import { Clients, movedKeys, shareText } from './clients.ts';
import type { Owners } from './clients.ts';
import { Pods } from './pods.ts';
import type { PodView } from './pods.ts';

type Say = (line: string) => void;
/** Resolves when it is met; rejects with what was waited for when that takes too long. */
type Until = (what: string, isMet: () => Promise<boolean>) => Promise<void>;

const LONGEST_STEP_MS = 15_000;
const OUTAGE_MS = 3_500;

/** The service of the manifest and what it goes through, each step with what must come of it. Rejects at the first that comes out otherwise. */
export async function playWatchService(main: URL, say: Say, longestStepMs: number = LONGEST_STEP_MS): Promise<void> {
  const until = untilWithin(longestStepMs);
  say('--- three pods start');
  const heard: string[] = [];
  await using pods = await Pods.start(3, main, (line) => {
    heard.push(line);
    say(`    ${line}`);
  });
  await untilAllSee(until, pods, 'start', 3);
  await until('start: all are ready', () => areReady(pods));
  await using clients = new Clients(pods);
  const step = async (title: string, act: () => Promise<string>): Promise<void> => {
    const { requests } = clients.figures;
    const outcome = await act();
    const { failures } = clients.figures;
    promise(failures.length === 0, `${title}: ${failures.length} requests failed: ${failures[0]}`);
    say(`[ok] ${title}: ${outcome}; ${clients.figures.requests - requests} requests, 0 failed`);
  };
  let owners: Owners = new Map();

  await step('routing', async () => {
    owners = await agreedOwners(pods, clients, 'routing');
    return `each key has one owner, whichever pod is asked: ${shareText(owners)}`;
  });

  say('--- color-ss-1 moves: it is restarted, and away for a second');
  await step('move', async () => {
    const mark = heard.length;
    const old = pods.addressesOf(1).join();
    await pods.move(1);
    await untilAllSee(until, pods, 'move', 3);
    await until('move: all are ready', () => areReady(pods));
    const moves = heard.slice(mark).filter((line) => line.includes(`color-ss-1 moves from ${old} to ${pods.addressesOf(1).join()}`));
    promise(moves.length === 2, `move: ${moves.length} of the two others replaced their connections`);
    const left = heard.slice(mark).filter((line) => line.endsWith(' leaves'));
    promise(left.length === 0, `move: ${left.join()}`);
    await until('move: all keys are where they were', async () => movedKeys(owners, await ownersOf(pods, clients)).length === 0);
    return 'two pods replaced their connections to it, nobody left, all keys are where they were';
  });

  say('--- color-ss-2 leaves: the StatefulSet is scaled to two');
  await step('leave', async () => {
    await pods.scale(2);
    await untilAllSee(until, pods, 'leave', 2);
    const after = await agreedOwners(pods, clients, 'leave');
    const moved = movedKeys(owners, after);
    promise(moved.length > 0 && moved.every(({ from }) => from === 'color-ss-2'), `leave: keys of others moved: ${JSON.stringify(moved)}`);
    owners = after;
    return `its ${moved.length} keys are with the others, no other key moved: ${shareText(after)}`;
  });

  say('--- the StatefulSet is scaled up to four');
  await step('scale-up', async () => {
    await pods.scale(4);
    await untilAllSee(until, pods, 'scale-up', 4);
    await until('scale-up: all are ready', () => areReady(pods));
    const after = await agreedOwners(pods, clients, 'scale-up');
    const moved = movedKeys(owners, after);
    promise(
      moved.every(({ to }) => to === 'color-ss-2' || to === 'color-ss-3'),
      `scale-up: keys moved to others: ${JSON.stringify(moved)}`,
    );
    owners = after;
    return `${moved.length} keys moved, all to the new pods: ${shareText(after)}`;
  });

  say(`--- DNS answers nobody for ${OUTAGE_MS / 1_000} s`);
  await step('DNS outage', async () => {
    const outage = pods.silenceDns();
    await Promise.all([
      sleep(OUTAGE_MS),
      until('DNS outage: all know that their list is old', async () => (await viewsOf(pods)).every(({ phase }) => phase === 'stale')),
    ]);
    promise(
      (await viewsOf(pods)).every(({ peers }) => peers.length === 4),
      'DNS outage: somebody lost a peer',
    );
    promise(await areReady(pods), 'DNS outage: somebody is not ready');
    promise(movedKeys(owners, await ownersOf(pods, clients)).length === 0, 'DNS outage: keys moved');
    outage.clear();
    await until('DNS outage: all lists are fresh', async () => (await viewsOf(pods)).every(({ phase }) => phase !== 'stale'));
    return 'all said that their list is old, kept four peers, stayed ready, no key moved';
  });

  const requests = (await viewsOf(pods)).map((view) => view.requests);
  const total = (count: keyof PodView['requests']): number => requests.reduce((sum, each) => sum + each[count], 0);
  const counts = `the pods that run: ${total('own')} answered by the pod itself, ${total('forwarded')} by a peer, ${total('failed')} times a peer was asked in vain`;

  say('--- all pods are told to end');
  await step('shutdown', async () => {
    const ending = pods.names;
    await clients[Symbol.asyncDispose]();
    await pods.endAll();
    return `${ending.length} programs ended in order`;
  });
  say(`[ok] in all: ${clients.figures.requests} requests, ${clients.figures.failures.length} failed; ${counts}`);
}

/** Whom every pod has for an owner. Rejects where two differ. */
async function agreedOwners(pods: Pods, clients: Clients, title: string): Promise<Owners> {
  const [first = new Map<string, string>(), ...others] = await Promise.all(pods.names.map((name) => clients.ownersSeenBy(name)));
  for (const other of others) promise(movedKeys(first, other).length === 0, `${title}: two pods have different owners for a key`);
  promise(new Set(first.values()).size === pods.names.length, `${title}: somebody has no key: ${shareText(first)}`);
  return first;
}

async function ownersOf(pods: Pods, clients: Clients): Promise<Owners> {
  return await clients.ownersSeenBy(pods.names[0] ?? '');
}

/** All pods have the same peers, at their addresses, in their lists, and connections to all others. */
async function untilAllSee(until: Until, pods: Pods, title: string, count: number): Promise<void> {
  await until(`${title}: all see ${count} peers`, async () => {
    const wanted = pods.names.map((name, ordinal) => `${name} ${pods.addressesOf(ordinal).join()}`).join();
    const views = await viewsOf(pods);
    return views.every(
      ({ peers, connections }) =>
        peers.map(({ name, addresses }) => `${name} ${addresses.join()}`).join() === wanted && connections.length === count - 1,
    );
  });
}

async function viewsOf(pods: Pods): Promise<readonly PodView[]> {
  return await Promise.all(pods.names.map((name) => pods.viewOf(name)));
}

async function areReady(pods: Pods): Promise<boolean> {
  await pods.probe();
  return pods.readyNames.join() === pods.names.join();
}

function promise(isKept: boolean, broken: string): void {
  if (!isKept) throw new Error(broken);
}

function untilWithin(limitMs: number): Until {
  return async (what, isMet) => {
    const endMs = performance.now() + limitMs;
    // Who does not listen yet cannot be asked.
    while (!(await isMet().catch(() => false))) {
      if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs / 1_000} s`);
      await sleep(50);
    }
  };
}
