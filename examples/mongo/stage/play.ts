import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchOptions } from '@peerset/core';
import { startFakeReplicaSet } from '../../../packages/mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import type { FakeReplicaSet } from '../../../packages/mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import { startApp } from '../app.ts';
import type { App, Say } from '../app.ts';
import { Sidecars, sidecarUser } from './sidecars.ts';

const LONGEST_STEP_MS = 20_000;

/** What a step waits for, in words, and how it is seen. */
type Wanted = readonly [name: string, isMet: () => boolean | Promise<boolean>];

const appUser = Object.freeze({ username: 'app', password: 'another password' });

/** A replica set of simulated servers, the built command beside each as manifest.yaml starts it, and an application: from empty volumes to other addresses and back. */
export async function playMongo(say: Say): Promise<void> {
  await using fake = await startFakeReplicaSet({ isInitiated: false, isAuthOn: true });
  const service: WatchOptions = {
    service: fake.service.host,
    statefulSet: 'color-ss',
    replicas: 3,
    servers: fake.cluster.servers,
    allowedAddresses: ['127.0.0.0/8'],
    pollIntervalMs: 500,
    settlingIntervalMs: 200,
  };
  await using sidecars = new Sidecars(fake, say);
  const step = async (title: string, ...wanted: readonly Wanted[]): Promise<void> => {
    for (const [name, isMet] of wanted) await until(`${title}: ${name}`, isMet);
    say(`[ok] ${title}: ${wanted.map(([name]) => name).join(', ')}`);
  };
  const votersAre = (count: number): Wanted => [`${count} members vote`, () => votersOf(fake) === count];

  say('--- three pods with empty volumes');
  sidecars.declare(3);
  await step('founding', votersAre(3), ['one command', () => fake.mutations.length === 1]);
  await step('health', ['every sidecar says that it is', () => sidecars.areHealthy()]);

  say('--- an administrator creates two users on the primary; until then nobody could log in');
  fake.addUser(sidecarUser, ['clusterManager']);
  fake.addUser(appUser);

  say('--- an application starts');
  await using app = await startApp(
    service,
    { replicaSet: 'rs0', port: fake.port, heartbeatFrequencyMS: 500, credentials: appUser },
    (line) => say(`app: ${line}`),
  );
  const painter = new Painter(app);
  const writesGoOn = (): Wanted => {
    const { count } = painter;
    return ['writes go on', () => painter.count > count + 3];
  };
  const appKnows = (count: number): Wanted => [`the driver knows ${count} members`, () => app.knows.length === count];
  await step('writing', appKnows(3), writesGoOn());

  say('--- five are declared, and the StatefulSet is scaled up');
  await fake.scale(5);
  sidecars.declare(5);
  // One that still goes by three would take the new members out again, if it came to lead.
  const allHaveRead = (replicas: number): Wanted => ['all sidecars have read it', () => sidecars.haveRead(replicas)];
  await step('scale-up', allHaveRead(5), votersAre(5), appKnows(5), writesGoOn());

  say('--- the primary loses the lead');
  const { primary } = fake;
  fake.failOver();
  await step(
    'fail-over',
    ['another member leads', () => fake.primary !== undefined && fake.primary !== primary],
    appKnows(5),
    writesGoOn(),
  );

  say('--- every pod is replaced, on another address');
  const addresses = new Map(fake.members.map(({ ordinal, address }) => [ordinal, address]));
  await fake.replaceAll();
  await step(
    'full address change',
    ['all are elsewhere', () => fake.members.every(({ ordinal, address }) => address !== addresses.get(ordinal))],
    writesGoOn(),
    appKnows(5),
  );

  say('--- three are declared; when the members are gone from the set, the StatefulSet is scaled down');
  sidecars.declare(3);
  await step('leaving the set', allHaveRead(3), votersAre(3), appKnows(3));
  await fake.scale(3);
  await step('scale-down', votersAre(3));

  await painter[Symbol.asyncDispose]();
  await step('the application', [`${painter.count} writes, none lost and none twice`, () => isWhole(fake, painter.count)]);
  const { count } = sidecars;
  await sidecars.end();
  say(`[ok] ${count} sidecars ended within their grace`);
  say(`[ok] ${fake.mutations.filter(({ code }) => code === 0).length} changes of the set, each by one sidecar, none forced`);
}

/** Writes all the time, one colour after the other. */
class Painter implements AsyncDisposable {
  readonly #running: Promise<void>;
  #isEnding = false;
  #count = 0;

  constructor(app: App) {
    this.#running = this.#run(app);
  }

  /** Writes that were acknowledged. */
  get count(): number {
    return this.#count;
  }

  /** Ends when the write under way is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(app: App): Promise<void> {
    while (!this.#isEnding) {
      await app.paint(this.#count, `color ${this.#count}`);
      this.#count += 1;
      await sleep(20);
    }
  }
}

/** Whether the primary has so many documents, each once. */
function isWhole(fake: FakeReplicaSet, count: number): boolean {
  const ids = fake.primary?.documents('colors.painted').map(({ _id }) => _id) ?? [];
  return ids.length === count && new Set(ids).size === count;
}

function votersOf(fake: FakeReplicaSet): number {
  return fake.primary?.config?.members.filter(({ votes = 1 }) => votes > 0).length ?? 0;
}

async function until(what: string, isMet: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LONGEST_STEP_MS;
  while (!(await isMet())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${LONGEST_STEP_MS / 1_000} s`);
    await sleep(20);
  }
}
