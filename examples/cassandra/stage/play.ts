import { setTimeout as sleep } from 'node:timers/promises';
import { startStage } from '../../../packages/cassandra-adapter/test/client/client-stage.ts';
import { freePort } from '../../../packages/testkit/test/support/free-port.ts';
import type { Say } from '../app.ts';
import { BothClients } from './both-clients.ts';
import { ColorRacks, podName, RACKS } from './color-racks.ts';
import { modes, oneRing, onlyFirstFounded, reloads, sameSeeds } from './rack-views.ts';
import { stepsOf, until } from './step.ts';
import type { Step } from './step.ts';

/** What every act has. */
interface Scene {
  readonly say: Say;
  readonly step: Step;
  readonly racks: ColorRacks;
}

/** Cassandra of simulated nodes on three racks, an application on it, and what the seeds of each node are at each step. */
export async function playCassandra(tell: Say): Promise<void> {
  const say: Say = (line) => tell(line.replaceAll(/\.color-svc[^ ,]*/g, ''));
  const step = stepsOf(say);
  await using cluster = await startStage();
  const port = await freePort();
  const racksIn = (namespace: string, isPublishing: boolean): ColorRacks => new ColorRacks({ cluster, namespace, port, isPublishing }, say);
  {
    await using racks = racksIn('colors', true);
    await playFounding({ say, step, racks });
    say('--- an application starts, and beside it a client of the driver alone, with the same options');
    await using clients = await BothClients.start(racks, port, say);
    await playMoves({ say, step, racks }, clients);
  }
  {
    await using racks = racksIn('blind', false);
    await playBlindStart({ say, step, racks });
  }
  await using racks = racksIn('whole', true);
  await playStartInSight({ say, step, racks });
}

async function playFounding({ say, step, racks }: Scene): Promise<void> {
  say('--- rack a is applied alone: an empty disk, and nobody else in DNS');
  await racks.apply('a');
  await step('founding', [`${podName('a')} founds`, () => modes(racks, 'a').join() === 'found']);

  say('--- racks b and c are applied together: nodes join one after another');
  // However fast they start, one is to see the other join.
  racks.rings.whileJoining = async (name) => {
    if (name === podName('b')) await until(`${podName('c')} waits`, () => modes(racks, 'c').includes('wait'));
  };
  await Promise.all([racks.apply('b'), racks.apply('c')]);
  await step(
    'joining',
    [`${podName('b')} joins`, () => modes(racks, 'b').join() === 'join'],
    [`${podName('c')} waits and joins`, () => modes(racks, 'c').join() === 'wait,join'],
    oneRing(racks),
  );

  say('--- once a node is in the ring, its file has the seeds of a restart');
  await step('seeds', sameSeeds(racks), ['the founder has reloaded them', () => reloads(racks, 'a') > 0]);
}

async function playMoves({ say, step, racks }: Scene, clients: BothClients): Promise<void> {
  await step('reading', clients.whole);
  (await clients.figures(25)).forEach(say);

  say(`--- ${podName('b')} restarts, on another address`);
  clients.reset();
  const before = { seeds: await racks.seeds('b'), a: reloads(racks, 'a'), c: reloads(racks, 'c') };
  await racks.restart('b');
  await step(
    'restart',
    [`${podName('b')} restarts with its data`, () => modes(racks, 'b').at(-1) === 'restart'],
    ['its seeds are the same bytes', async () => (await racks.seeds('b')) === before.seeds],
    ['the others have reloaded them', () => reloads(racks, 'a') > before.a && reloads(racks, 'c') > before.c],
    clients.whole,
    clients.unfailing,
  );
  (await clients.figures()).forEach(say);

  say('--- all nodes end at once, and are back on other addresses');
  clients.reset();
  const { addresses } = racks;
  await racks.restart(...RACKS);
  await step(
    'full address change',
    ['all are elsewhere', () => racks.addresses.every((address) => !addresses.includes(address))],
    ['each restarts with its data', () => RACKS.every((rack) => modes(racks, rack).at(-1) === 'restart')],
    oneRing(racks),
    sameSeeds(racks),
    clients.whole,
  );
  (await clients.figures()).forEach(say);
  await step('in the end', onlyFirstFounded(racks));
}

async function playBlindStart({ say, step, racks }: Scene): Promise<void> {
  say('--- three empty nodes start at once, and none sees another: the Service of this cluster shows only pods that are ready');
  await Promise.all(RACKS.map((rack) => racks.apply(rack)));
  await step('parallel start, blind', onlyFirstFounded(racks), oneRing(racks));
}

async function playStartInSight({ say, step, racks }: Scene): Promise<void> {
  say('--- three empty nodes start at once, and each sees the others: the manifest applied whole');
  const first = Promise.allSettled([racks.apply('a')]);
  const others = Promise.allSettled([racks.apply('b'), racks.apply('c')]);
  const allWait = (): boolean => RACKS.every((rack) => modes(racks, rack).join() === 'wait');
  await step('parallel start, in sight', ['all wait', allWait]);
  await sleep(1_000);
  await step('a second later', ['all wait still', allWait]);

  say('--- racks b and c are scaled to 0, and back to 1 once the first node runs');
  for (const rack of ['b', 'c'] as const) racks.scaleToZero(rack);
  await others;
  await first;
  await Promise.all([racks.apply('b'), racks.apply('c')]);
  await step('one after another', onlyFirstFounded(racks), oneRing(racks));
}
