import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { renderSeeds } from '@peerset/cassandra-adapter';
import { cassandraPaths } from '../support/cassandra/java-command.ts';
import { PlannedRing, type RingRow } from '../support/cassandra/planned-ring.ts';

describe.skipIf(cassandraPaths === undefined)('planned seeds on real Cassandra 5.0', () => {
  let ring: PlannedRing;
  const evidence: string[] = [];

  beforeAll(async () => {
    ring = await PlannedRing.prepare(3);
    try {
      for (const ordinal of [0, 1, 2]) evidence.push(await ring.join(ordinal, ring.address(ordinal + 1)));
    } catch (error) {
      console.error(ring.cluster.logs);
      throw error;
    }
  });

  afterAll(async () => {
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

  test('the founder takes the seeds of a restart without one, and forgets none when the file is of no use', async () => {
    onTestFailed(() => console.error(ring.cluster.logs));
    const founder = ring.cluster.node(0);
    const plan = await ring.plan(0, ring.address(1));
    if (plan.mode === 'wait') throw new Error(plan.reason);
    const before = await founder.seeds();
    const after = await founder.reseed(renderSeeds(plan, { as: 'csv' }));
    const kept = await founder.reseed('nobody.invalid');
    console.log(`seeds of cass-0: ${before.join()} -> ${after.join()}; after a list of which nothing resolves: ${kept.join()}`);
    expect([plan.mode, before, after, kept]).toEqual(['restart', [], [ring.address(2), ring.address(13)].toSorted(), after]);
  });
});

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
