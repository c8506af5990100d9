import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { virtualClock } from '@peerset/testkit';
import { derive, discoverPeers, follow } from '../src/index.ts';
import type { PeerWatcher, ProblemCode } from '../src/index.ts';
import { keepLastKnown } from '../src/last-known-keeper.ts';
import type { Files } from '../src/last-known-keeper.ts';
import { startingMembership } from '../src/membership/membership.ts';
import { membershipOf, policy, SERVICE, peer as memberPeer } from './membership/builders.ts';
import { peer, scriptedSource, watchScript } from './scripted-source.ts';
import { simulate } from './simulation/simulate.ts';
import type { Simulation, SimulationOptions } from './simulation/simulate.ts';

const ALL = ['color-ss-0', 'color-ss-1', 'color-ss-2'];
const SECOND = 1_000;
/** The disk takes real time, in which the virtual clock stands still. */
const DISK = { timeout: 10_000, interval: 2 };

let directory: string;
let lastKnownFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'peerset-'));
  lastKnownFile = join(directory, 'peers.json');
});
afterEach(() => rm(directory, { recursive: true }));

/** Who stands in the file; undefined when there is none. */
async function saved(): Promise<readonly string[] | undefined> {
  try {
    const file = JSON.parse(await readFile(lastKnownFile, 'utf8')) as { peers: readonly { name: string }[] };
    return file.peers.map(({ name }) => name);
  } catch {
    return undefined;
  }
}

/** Each writing puts another file in the place. */
async function inode(): Promise<number> {
  return (await stat(lastKnownFile)).ino;
}

/** A process that finds everyone, and ends. */
async function runBefore(options: SimulationOptions = {}): Promise<void> {
  const simulation = simulate({ ...options, watch: { lastKnownFile, ...options.watch } });
  await simulation.clock.advance(30 * SECOND);
  await simulation.close();
  expect(await saved()).toEqual(ALL);
}

/** A process that starts while DNS answers nothing, after its first round. */
async function startDuringOutage(options: SimulationOptions = {}): Promise<Simulation & { end: () => void }> {
  const simulation = simulate({ ...options, watch: { lastKnownFile, ...options.watch } });
  const fault = simulation.world.fault({ kind: 'servfail' });
  await simulation.clock.advance(0);
  await expect.poll(() => simulation.rounds.length, DISK).toBe(1);
  return { ...simulation, end: () => fault.clear() };
}

const problems = ({ status }: PeerWatcher): readonly ProblemCode[] => status.problems.map(({ code }) => code);

/** What a promise came to so far. */
function track<T>(promise: Promise<T>): { value: T | undefined; error: unknown } {
  const outcome: { value: T | undefined; error: unknown } = { value: undefined, error: undefined };
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}

describe('DNS down', () => {
  test('DNS down when the process starts: the last-known peers are the snapshot, stale, until DNS confirms them', async () => {
    await runBefore();
    const simulation = await startDuringOutage();
    const { clock, watcher, story } = simulation;
    expect(story()).toEqual(ALL.map((name) => `return ${name}`));
    expect(watcher.status).toMatchObject({ phase: 'stale', lastAnswerAtMs: undefined, failuresInARow: 1 });
    expect(simulation.rounds[0]?.changed).toBe(true);
    const ready = track(watcher.ready({ peers: 3, timeoutMs: Infinity }));
    const quiet = track(watcher.ready({ peers: 3, stableForMs: 10 * SECOND, timeoutMs: Infinity }));
    await clock.advance(600 * SECOND);
    expect([ready.value, watcher.status.phase, simulation.names()]).toEqual([undefined, 'stale', ALL]);
    simulation.end();
    await clock.advance(7 * SECOND);
    expect(ready.value).toBe(watcher.snapshot);
    expect(quiet.value).toBeUndefined();
    await clock.advance(30 * SECOND);
    expect(quiet.value).toBe(watcher.snapshot);
    expect(watcher.status).toMatchObject({ phase: 'settled', problems: [] });
    expect(simulation.changes).toHaveLength(1);
    await simulation.close();
  });

  test('peers that are gone by then leave by complete evidence, and do not count for ready', async () => {
    await runBefore();
    const simulation = await startDuringOutage({ set: { replicas: 2 } });
    const { clock, watcher, story } = simulation;
    const [two, three] = [2, 3].map((peers) => track(watcher.ready({ peers, timeoutMs: 120 * SECOND })));
    simulation.end();
    await clock.advance(7 * SECOND);
    expect(two?.value?.peers).toHaveLength(3);
    expect(three?.value).toBeUndefined();
    expect(watcher.status).toMatchObject({ phase: 'settling', unconfirmed: ['color-ss-2'] });
    await clock.advance(50 * SECOND);
    expect(story()).toEqual([...ALL.map((name) => `return ${name}`), 'leave color-ss-2']);
    await expect.poll(saved, DISK).toEqual(ALL.slice(0, 2));
    await clock.advance(120 * SECOND);
    expect(three?.error).toMatchObject({ code: 'PEERS_NOT_READY' });
    await simulation.close();
  });

  test('the events of the first round come in the promised order, to what follows the watcher too', async () => {
    await runBefore();
    const simulation = simulate({ watch: { lastKnownFile } });
    const { clock, watcher } = simulation;
    simulation.world.fault({ kind: 'silence' });
    const heard: string[] = [];
    for (const event of ['round', 'status', 'join', 'change'] as const) watcher.on(event, () => void heard.push(event));
    const names = derive(watcher, ({ peers }) => peers.map(({ name }) => name).join());
    const runs: number[] = [];
    const follower = follow(watcher, ({ joined }) => void runs.push(joined.length));
    // The silence lasts for 2 s; the file then has a second of the same clock.
    await clock.advance(2.5 * SECOND);
    await expect.poll(() => heard, DISK).toContain('round');
    expect(heard).toEqual(['change', 'join', 'join', 'join', 'status', 'round']);
    expect(names.value).toBe(ALL.join());
    await follower.idle();
    expect(runs).toEqual([3]);
    await simulation.close();
  });

  test('without a file ready waits and explains; with one it says that its peers do not count', async () => {
    const without = simulate();
    without.world.fault({ kind: 'servfail' });
    const alone = track(without.watcher.ready({ timeoutMs: 10 * SECOND }));
    await without.clock.advance(11 * SECOND);
    expect(alone.error).toMatchObject({ code: 'PEERS_NOT_READY', hint: expect.stringMatching(/^DNS gives no usable answer/) });
    await without.close();
    await runBefore();
    const simulation = await startDuringOutage();
    const ready = track(simulation.watcher.ready({ timeoutMs: 10 * SECOND }));
    await simulation.clock.advance(11 * SECOND);
    expect(ready.error).toMatchObject({
      code: 'PEERS_NOT_READY',
      hint: expect.stringMatching(
        /^color-ss-0, color-ss-1, color-ss-2 known from the last-known file alone, which does not count; DNS gives no/,
      ),
    });
    await simulation.close();
  });

  test('the first time there is no file, and that is no problem', async () => {
    const simulation = await startDuringOutage();
    expect(simulation.names()).toEqual([]);
    expect(simulation.watcher.status).toMatchObject({ phase: 'starting', problems: [] });
    await simulation.close();
    expect(await readdir(directory)).toEqual([]);
  });

  test('where DNS answers at the start the file is not looked at', async () => {
    await writeFile(lastKnownFile, 'damaged');
    const simulation = simulate({ watch: { lastKnownFile } });
    await simulation.clock.advance(0);
    expect(simulation.names()).toEqual(ALL);
    expect(problems(simulation.watcher)).toEqual([]);
    await expect.poll(saved, DISK).toEqual(ALL);
    await simulation.close();
  });

  test('the answer that nobody is there leaves the file as it is: pods may only be starting', async () => {
    await runBefore();
    const before = await inode();
    const simulation = simulate({ set: { replicas: 0 }, watch: { lastKnownFile, statefulSet: 'color-ss', replicas: 3 } });
    await simulation.clock.advance(120 * SECOND);
    simulation.watcher.declare(2);
    await simulation.clock.advance(10 * SECOND);
    expect(simulation.names()).toEqual([]);
    await simulation.close();
    expect([await saved(), await inode()]).toEqual([ALL, before]);
  });
});

describe('trouble with the file', () => {
  const other = JSON.stringify({ version: 1, service: 'other-svc.default.svc.cluster.local', peers: [] });
  test.each([
    { name: 'damaged', content: '{"version":1,"serv', message: 'it is damaged' },
    { name: 'of another Service', content: other, message: 'it is of "other-svc.default.svc.cluster.local"' },
    { name: 'of another version', content: '{"version":2}', message: 'its version is 2, not 1' },
    { name: 'too large', content: ' '.repeat(5_000_000), message: 'it has 5000000 bytes' },
  ])('last-known file damaged, of another service, unwritable: $name', async ({ content, message }) => {
    await writeFile(lastKnownFile, content);
    const simulation = await startDuringOutage();
    const { clock, watcher } = simulation;
    expect(simulation.names()).toEqual([]);
    expect(watcher.status).toMatchObject({
      phase: 'starting',
      problems: [
        { code: 'LAST_KNOWN_UNUSABLE', message: expect.stringContaining(`${lastKnownFile} is not what it should be: ${message}`) },
      ],
    });
    await clock.advance(10 * SECOND);
    expect(problems(watcher)).toEqual(['LOOKUPS_FAILING', 'LAST_KNOWN_UNUSABLE']);
    // DNS is asked as ever, and the file written anew.
    simulation.end();
    await clock.advance(7 * SECOND);
    expect(simulation.names()).toEqual(ALL);
    await expect.poll(() => problems(watcher), DISK).toEqual([]);
    expect(await saved()).toEqual(ALL);
    await simulation.close();
  });

  test.each([
    {
      name: 'a directory that is not there',
      prepare: () => rm(directory, { recursive: true }),
      repair: () => mkdir(directory),
      code: 'ENOENT',
    },
    {
      name: 'a directory in its place',
      prepare: () => mkdir(lastKnownFile),
      repair: () => rm(lastKnownFile, { recursive: true }),
      code: 'EISDIR',
    },
  ])('last-known file damaged, of another service, unwritable: $name', async ({ prepare, repair, code }) => {
    await prepare();
    const simulation = simulate({ watch: { lastKnownFile } });
    const { clock, watcher, statuses } = simulation;
    await clock.advance(0);
    await expect.poll(() => problems(watcher), DISK).toEqual(['LAST_KNOWN_UNUSABLE']);
    expect(watcher.status.problems).toMatchObject([{ message: `the last-known file ${lastKnownFile} cannot be written (${code})` }]);
    expect(simulation.names()).toEqual(ALL);
    const told = statuses.length;
    await clock.advance(20 * SECOND);
    const { problems: before } = watcher.status;
    await clock.advance(5 * SECOND);
    // The same problem is the same list, and no news.
    expect(watcher.status.problems).toBe(before);
    expect(statuses.slice(told).map(({ phase }) => phase)).toEqual(['settled']);
    await repair();
    await clock.advance(10 * SECOND);
    await expect.poll(() => problems(watcher), DISK).toEqual([]);
    expect(await saved()).toEqual(ALL);
    await simulation.close();
  });

  test('addresses that cannot belong to peers are refused, the others used, and that is told after the joins', async () => {
    const peers = [
      { name: 'color-ss-0', addresses: ['127.0.0.1'] },
      { name: 'color-ss-1', addresses: ['198.18.0.1', '169.254.0.1'] },
    ];
    await writeFile(lastKnownFile, JSON.stringify({ version: 1, service: 'color-svc.default.svc.cluster.local', peers }));
    const simulation = simulate({ watch: { lastKnownFile } });
    const heard: string[] = [];
    for (const event of ['status', 'change', 'join'] as const) simulation.watcher.on(event, () => void heard.push(event));
    simulation.world.fault({ kind: 'servfail' });
    await simulation.clock.advance(0);
    await expect.poll(() => simulation.rounds.length, DISK).toBe(1);
    expect(simulation.watcher.snapshot.peers).toMatchObject([{ name: 'color-ss-1', addresses: ['198.18.0.1'] }]);
    expect(heard).toEqual(['change', 'join', 'status']);
    expect(simulation.watcher.status.problems).toMatchObject([
      { code: 'LAST_KNOWN_UNUSABLE', message: expect.stringContaining('2 of its addresses cannot belong to peers and were refused') },
    ]);
    await simulation.close();
  });
});

describe('keeping the file', () => {
  const [zero, one, two] = [peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'), peer('db-2', '10.0.0.3')];

  test('it is written when the snapshot changed, a second apart at least, and by rounds that change nothing never', async () => {
    const { clock, source, watcher } = watchScript({ lastKnownFile });
    source.show(zero);
    await clock.advance(0);
    await expect.poll(saved, DISK).toEqual(['db-0']);
    const first = await inode();
    for (const shown of [
      [zero, one],
      [one, two],
      [zero, one, two],
    ]) {
      source.show(...shown);
      source.hint();
      await clock.advance(0.3 * SECOND);
    }
    expect(watcher.snapshot.revision).toBe(4);
    expect([await saved(), await inode()]).toEqual([['db-0'], first]);
    await clock.advance(0.2 * SECOND);
    await expect.poll(saved, DISK).toEqual(['db-0', 'db-1', 'db-2']);
    const second = await inode();
    await clock.advance(3_600 * SECOND);
    expect(await inode()).toBe(second);
    await watcher.close();
    expect(await inode()).toBe(second);
  });

  test('a change of what is missing alone writes nothing', async () => {
    const { clock, source, watcher } = watchScript({ lastKnownFile, statefulSet: 'db', replicas: 1 });
    source.show(zero);
    await clock.advance(0);
    await expect.poll(saved, DISK).toEqual(['db-0']);
    const before = await inode();
    await clock.advance(10 * SECOND);
    watcher.declare(3);
    await clock.advance(10 * SECOND);
    expect(watcher.snapshot.revision).toBe(2);
    await watcher.close();
    expect(await inode()).toBe(before);
  });

  test('everyone who has left leaves an empty file, from which nobody is recalled', async () => {
    const { clock, source, watcher } = watchScript({ lastKnownFile });
    source.show(zero);
    await clock.advance(2 * SECOND);
    await expect.poll(saved, DISK).toEqual(['db-0']);
    source.show();
    await clock.advance(2 * SECOND);
    await watcher.close();
    expect(await saved()).toEqual([]);
    const simulation = await startDuringOutage();
    expect(simulation.watcher.status).toMatchObject({ phase: 'starting', problems: [] });
    await simulation.close();
  });

  test.each([
    { name: 'close', end: (watcher: PeerWatcher) => watcher.close() },
    {
      name: 'an abort of the signal, and a close after it',
      end: (watcher: PeerWatcher, abort: AbortController) => {
        abort.abort();
        return watcher.close();
      },
    },
  ])('what is not yet written is written by $name, and no timer is left', async ({ end }) => {
    const abort = new AbortController();
    const { clock, source, watcher } = watchScript({ lastKnownFile, signal: abort.signal });
    source.show(zero);
    await clock.advance(0);
    source.show(zero, one);
    source.hint();
    await clock.advance(0.1 * SECOND);
    await end(watcher, abort);
    expect(await saved()).toEqual(['db-0', 'db-1']);
    expect(await readdir(directory)).toEqual(['peers.json']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('discoverPeers leaves the file behind', async () => {
    const { clock } = watchScript();
    const source = scriptedSource();
    source.show(zero, one);
    const found = discoverPeers({ service: 'color-svc.default.svc.cluster.local', source, clock, lastKnownFile });
    await clock.advance(0);
    await found;
    expect(await saved()).toEqual(['db-0', 'db-1']);
  });
});

const never = (): Promise<never> => new Promise(() => {});
const HANGING: Files = { read: never, replace: never };

function keep(files: Files) {
  const clock = virtualClock();
  const onProblem = vi.fn<() => void>();
  const keeper = keepLastKnown(lastKnownFile, { clock, allowed: undefined, policy: policy() }, onProblem, files);
  return { clock, keeper, onProblem };
}

describe('a file system that hangs', () => {
  const starting = startingMembership({ service: SERVICE, statefulSet: undefined, firstOrdinal: 0, declared: undefined, nowMs: 0 });
  const found = membershipOf([memberPeer('color-ss-0', ['10.0.0.1'])], { lastAnswerAtMs: 0 });

  test('holds up the first round for a second, and is told', async () => {
    const { clock, keeper } = keep(HANGING);
    const seen = vi.fn<(observation: unknown) => void>();
    void keeper.recall(starting).then(seen);
    await clock.advance(0.9 * SECOND);
    expect(seen).not.toHaveBeenCalled();
    await clock.advance(0.1 * SECOND);
    expect(seen.mock.calls).toEqual([[undefined]]);
    const status = { phase: 'starting', lastAnswerAtMs: undefined, failuresInARow: 1, problems: [], unconfirmed: [] } as const;
    expect(keeper.withProblem(status).problems).toMatchObject([
      { code: 'LAST_KNOWN_UNUSABLE', message: expect.stringContaining('reading it took longer than 1000 ms') },
    ]);
    await keeper.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('holds up close for two seconds, whether it reads or writes', async () => {
    const { clock, keeper } = keep(HANGING);
    const recalled = track(keeper.recall(starting));
    keeper.keep(found);
    const closed = vi.fn<() => void>();
    void keeper.close().then(closed);
    await clock.advance(0);
    expect(recalled.error).toBeDefined();
    await clock.advance(1.9 * SECOND);
    expect(closed).not.toHaveBeenCalled();
    await clock.advance(0.1 * SECOND);
    expect(closed).toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a snapshot too large to be read again is not written', async () => {
    const replace = vi.fn<Files['replace']>(() => Promise.resolve());
    const { clock, keeper, onProblem } = keep({ read: never, replace });
    const peers = Array.from({ length: 60_000 }, (_, i) => memberPeer(`color-ss-${i}`, [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`]));
    keeper.keep(membershipOf(peers, { lastAnswerAtMs: 0 }));
    await clock.advance(0);
    expect(onProblem).toHaveBeenCalledTimes(1);
    expect(replace).not.toHaveBeenCalled();
    keeper.keep(found);
    await keeper.close();
    expect(replace).toHaveBeenCalledTimes(1);
    keeper.keep(membershipOf(peers.slice(0, 2), { lastAnswerAtMs: 0 }));
    await clock.advance(60 * SECOND);
    expect(replace).toHaveBeenCalledTimes(1);
  });
});
