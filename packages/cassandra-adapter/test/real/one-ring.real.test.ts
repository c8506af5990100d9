import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { planSeeds } from '@peerset/cassandra-adapter';
import type { ReloadReport, SeedFileWriter, SeedInput } from '@peerset/cassandra-adapter';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { cassandraPaths } from '../support/cassandra/java-command.ts';
import type { RingRow } from '../support/cassandra/cassandra-node.ts';
import { PlannedRing } from '../support/cassandra/planned-ring.ts';

describe.skipIf(cassandraPaths === undefined)('planned seeds on real Cassandra 5.0', () => {
  let ring: PlannedRing;
  let seeds: WatchedSeeds;
  const evidence: string[] = [];

  beforeAll(async () => {
    ring = await PlannedRing.prepare(3);
    seeds = new WatchedSeeds(ring, 0);
    try {
      for (const ordinal of [0, 1, 2]) evidence.push(await ring.join(ordinal, ring.address(ordinal + 1)));
    } catch (error) {
      console.error(ring.cluster.logs);
      throw error;
    }
  });

  afterAll(async () => {
    await seeds[Symbol.asyncDispose]();
    await ring[Symbol.asyncDispose]();
  });

  test('found, join and join form one ring', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const views = await Promise.all([0, 1, 2].map((ordinal) => ring.ring(ordinal)));
    const lines = ring.cluster.nodes.map(
      ({ name, log }) => `${name}: ${log.find((line) => /Bootstrap completed|will not auto bootstrap/.test(line))}`,
    );
    console.log([...evidence, ...lines, ...views.map((view, ordinal) => shown(ordinal, view))].join('\n'));
    expect(evidence.map((line) => line.split(' ')[3])).toEqual(['found,', 'join,', 'join,']);
    expect(views[0]?.map(({ state }) => state)).toEqual(['UN', 'UN', 'UN']);
    expect(views[1]).toEqual(views[0]);
    expect(views[2]).toEqual(views[0]);
    for (const joiner of [1, 2]) expect(ring.cluster.node(joiner).log.join('\n')).toContain('Bootstrap completed');
  });

  test('a node with a new address and old data rejoins as the same host', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const before = await ring.ring(0);
    const moved = before.find(({ address }) => address === ring.address(3));
    await ring.stop(2);
    const line = await ring.join(2, ring.address(13));
    const after = await ring.ring(0);
    console.log([line, shown(0, after)].join('\n'));
    expect(line).toContain('restart');
    expect(after).toEqual(before.map((row) => (row === moved ? { ...row, address: ring.address(13) } : row)));
  });

  test('the founder, which began with itself, reloads the seeds of a restart from the file they are written to', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const founder = ring.cluster.node(0);
    const input = await ring.input(0, ring.address(1));
    const before = await founder.seeds();
    expect(await seeds.write(input)).toEqual(['written', { kind: 'current', tries: 1, isFollowed: false }]);
    const after = await founder.seeds();
    console.log(`seeds of cass-0: ${before.join()} -> ${after.join()}`);
    expect([before, after]).toEqual([[], [ring.address(2), ring.address(13)].toSorted()]);
  });

  test('a reload that changed nothing is told by the seeds that the node has, and the next one is judged anew', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const input = await ring.input(0, ring.address(1));
    // The names in the file stay, and this node's JVM resolves cass-2 as before.
    const elsewhere = ring.present.map((peer) => (peer.name === 'cass-2' ? { ...peer, addresses: [ring.address(23)] } : peer));
    const [written, report] = await seeds.write({ ...input, present: elsewhere }, { isLast: false });
    console.log(`cass-2 is said to be on ${ring.address(23)}: ${JSON.stringify(report)}`);
    expect(written).toBe('unchanged');
    expect(report).toMatchObject({ kind: 'outdated', missing: [ring.address(23)], surplus: [ring.address(13)], isFollowed: true });
    expect(await seeds.write(input)).toEqual(['unchanged', { kind: 'current', tries: 1, isFollowed: false }]);
  });

  test('the founder forgets no seed when the file is of no use, and the next write repairs it', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const founder = ring.cluster.node(0);
    const before = await founder.seeds();
    const text = await readFile(founder.configurationFile, 'utf8');
    await writeFile(founder.configurationFile, text.replace(/seeds: .*/, 'seeds: "nobody.invalid"'));
    await founder.nodetool('reloadseeds');
    const kept = await founder.seeds();
    console.log(`seeds of cass-0 after a list of which nothing resolves: ${kept.join()}`);
    expect(await seeds.write(await ring.input(0, ring.address(1)))).toEqual(['written', { kind: 'current', tries: 1, isFollowed: false }]);
    expect([kept, await readFile(founder.configurationFile, 'utf8')]).toEqual([before, text]);
  });
});

/** A seed file of a node, and what its last reload came to. */
class WatchedSeeds implements AsyncDisposable {
  readonly #file: SeedFileWriter;
  #report: ReloadReport | undefined;

  constructor(ring: PlannedRing, ordinal: number) {
    this.#file = ring.seedFile(ordinal, (report) => {
      this.#report = report;
    });
  }

  /** What became of the file, and of the next reload, or of the one that no other follows. */
  async write(input: SeedInput, { isLast = true } = {}): Promise<readonly [string, ReloadReport]> {
    const plan = planSeeds(input);
    if (plan.mode !== 'restart') throw new Error(`${plan.mode}: ${plan.reason}`);
    this.#report = undefined;
    const written = await this.#file.write(plan, input);
    const told = await pollUntil('a reload', 30_000, async () => (isLast && this.#report?.isFollowed ? undefined : this.#report));
    return [written, told];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

describe.skipIf(cassandraPaths === undefined)('what the planner never says, on real Cassandra 5.0', () => {
  test('a second node that lists itself makes a second cluster', async () => {
    await using ring = await PlannedRing.prepare(2);
    onTestFailed(() => console.error(ring.cluster.logs));
    await ring.start(0, ring.address(1));
    const plan = await ring.plan(1, ring.address(2));
    await ring.show(1, ring.address(2));
    await ring.cluster.node(1).start({ address: ring.address(2), rack: 'r1', seeds: ring.declared[1]?.host ?? '' });
    const views = await Promise.all([0, 1].map((ordinal) => ring.ring(ordinal)));
    console.log(views.map((view, ordinal) => shown(ordinal, view)).join('\n'));
    expect(plan).toMatchObject({ mode: 'join', seeds: [{ name: 'cass-0' }] });
    expect(views.map((view) => view.map(({ address }) => address))).toEqual([[ring.address(1)], [ring.address(2)]]);
  });
});

function shown(ordinal: number, rows: readonly RingRow[]): string {
  return [`ring of cass-${ordinal}:`, ...rows.map(({ state, address, hostId }) => `  ${state} ${address} ${hostId}`)].join('\n');
}
