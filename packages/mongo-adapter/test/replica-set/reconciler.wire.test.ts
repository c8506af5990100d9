import { describe, test } from 'vitest';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';
import { SidecarStage, converge, everySentDocument } from './reconciler-stage.ts';

describe.concurrent('reconcilers of a replica set', () => {
  test('three empty pods become one set, by one command of ordinal 0', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    const sidecars = [2, 1, 0].map((ordinal) => stage.sidecar(ordinal));
    await converge(sidecars);
    expect(fake.mutations.map(({ name, ordinal, code }) => ({ name, ordinal, code }))).toEqual([
      { name: 'replSetInitiate', ordinal: 0, code: 0 },
    ]);
    expect(fake.primary?.config?.members.map(({ host }) => host)).toEqual(fake.hosts);
  });

  test('a scale-up adds without votes and promotes, one command a step', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await fake.scale(5);
    await stage.watcher.ready({ peers: 5 });
    const sidecars = [0, 1, 2].map((ordinal) => stage.sidecar(ordinal, { replicas: 5 }));
    const done = await converge(sidecars);
    expect(done).toHaveLength(4);
    expect(fake.primary?.config?.members.map(({ host, votes = 1 }) => [host, votes])).toEqual(fake.hosts.map((host) => [host, 1]));
  });

  test('a scale-down removes the highest, one a step; a primary that must go steps down first', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ replicas: 5 });
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 5 });
    const attributes = { 4: { priority: 2 } };
    const sidecars = [0, 1, 2, 3, 4].map((ordinal) => stage.sidecar(ordinal, { replicas: 5, attributes }));
    await converge(sidecars);
    expect(fake.primary?.ordinal).toBe(4);
    for (const { reconciler } of sidecars) reconciler.declare(3);
    const done = await converge(sidecars.slice(0, 3), { others: sidecars.slice(3) });
    expect(done.filter((each) => each.startsWith('step-down'))).toHaveLength(1);
    expect(fake.primary?.ordinal).toBeLessThan(3);
    expect(fake.primary?.config?.members.map(({ _id }) => _id)).toEqual([0, 1, 2]);
    expect(everySentDocument(fake).every(({ isForced }) => !isForced)).toBe(true);
    await fake.scale(3);
    expect(await converge(sidecars.slice(0, 3))).toEqual([]);
  });

  test('two sidecars beside one member send at once: one change is made, by the version', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await fake.scale(4);
    await stage.watcher.ready({ peers: 4 });
    fake.quorumCheckMs = 50;
    const twins = [stage.sidecar(0, { replicas: 4 }), stage.sidecar(0, { replicas: 4 })];
    await Promise.all(twins.map(({ reconciler }) => reconciler.tick()));
    expect(fake.mutations.filter(({ code }) => code === 0)).toHaveLength(1);
    await converge(twins);
    expect(fake.primary?.config?.members.map(({ _id, votes = 1 }) => [_id, votes])).toEqual([0, 1, 2, 3].map((id) => [id, 1]));
  });

  test.for([
    { name: 'time was up, and it was done (50)', code: 50, when: 'after', failure: 'maybe-applied' },
    { name: 'interrupted, and it was done (11602)', code: 11_602, when: 'after', failure: 'maybe-applied' },
    { name: 'the connection broke, and it was done', code: 'hang-up', when: 'after', failure: 'maybe-applied' },
    { name: 'the connection broke, and nothing was done', code: 'hang-up', when: 'before', failure: 'maybe-applied' },
    { name: 'another change ran (109)', code: 109, when: 'before', failure: 'not-applied' },
    { name: 'the quorum check failed (74)', code: 74, when: 'before', failure: 'not-applied' },
    { name: 'it was primary no longer (10107)', code: 10_107, when: 'before', failure: 'not-applied' },
    { name: 'the one before was not committed (308)', code: 308, when: 'before', failure: 'not-applied' },
  ] as const)('$name: it looks again, and goes on from what there is', async ({ code, when, failure }, { expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await fake.scale(4);
    await stage.watcher.ready({ peers: 4 });
    fake.member(0).failNext('replSetReconfig', { code, when });
    const sidecar = stage.sidecar(0, { replicas: 4 });
    await sidecar.reconciler.tick();
    expect(sidecar.failed).toMatchObject([{ failure, code: typeof code === 'number' ? code : undefined, plan: { kind: 'reconfig' } }]);
    await converge([sidecar]);
    const versions = everySentDocument(fake).map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(fake.primary?.config?.members.map(({ _id, votes = 1 }) => [_id, votes])).toEqual([0, 1, 2, 3].map((id) => [id, 1]));
  });

  test('a document that the server refuses for good (103) is not sent again: blocked, told once', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await fake.scale(4);
    await stage.watcher.ready({ peers: 4 });
    fake.member(0).failNext('replSetReconfig', { code: 103 });
    const sidecar = stage.sidecar(0, { replicas: 4 });
    for (let i = 0; i < 4; i += 1) await sidecar.reconciler.tick();
    expect(fake.mutations).toHaveLength(1);
    expect(sidecar.failed).toMatchObject([{ code: 103, failure: 'refused' }]);
    expect(sidecar.blocked).toEqual([expect.stringContaining('103')]);
    expect(sidecar.reconciler.metrics).toMatchObject({ ticks: 4, applied: 0, failed: 1, plan: { kind: 'blocked' } });
  });

  test('a configuration that moved while it planned: the plan is dropped', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await fake.scale(4);
    await stage.watcher.ready({ peers: 4 });
    const sleeper = stage.sidecar(0, { replicas: 4 });
    sleeper.reconciler.on('plan', () => {
      // Between its look and its sending.
      fake.failOver();
    });
    await sleeper.reconciler.tick();
    expect(fake.mutations).toEqual([]);
    expect(sleeper.reconciler.metrics).toMatchObject({ dropped: 1, failed: 0, applied: 0 });
  });

  test('nobody is removed or demoted while DNS is dead and members are down', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    await fake.member(2).stop();
    fake.cluster.fault({ kind: 'nxdomain' });
    const sidecars = [0, 1].map((ordinal) => stage.sidecar(ordinal));
    for (let i = 0; i < 5; i += 1) {
      for (const { reconciler } of sidecars) await reconciler.tick();
      await stage.watcher.refresh();
    }
    expect(fake.mutations).toEqual([]);
    expect(fake.primary?.config?.members).toHaveLength(3);
  });

  test('no set is made while one of the declared pods does not answer, or has a set', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    await fake.member(1).stop();
    const founder = stage.sidecar(0, { reachTimeoutMs: 300 });
    expect(await founder.reconciler.tick()).toMatchObject({
      kind: 'wait',
      reason: 'ordinal 1 may have a configuration: it does not answer',
    });
    // A server of another set without a configuration is no other than an empty one until the server of ordinal 0 asks it.
    await fake.member(1).rename('other');
    expect(await founder.reconciler.tick()).toMatchObject({ kind: 'initiate' });
    expect(founder.failed).toMatchObject([{ code: 103, failure: 'refused' }]);
    expect(await founder.reconciler.tick()).toMatchObject({ kind: 'blocked' });
    expect(fake.members.map(({ config }) => config)).toEqual([undefined, undefined, undefined]);
    expect(fake.mutations).toHaveLength(1);
  });

  test('a volume that was lost joins again: no second set', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    const sidecars = [0, 1, 2].map((ordinal) => stage.sidecar(ordinal));
    await converge(sidecars);
    await fake.member(0).wipe();
    await fake.until(({ primary }) => primary !== undefined);
    await converge(sidecars);
    expect(fake.mutations.filter(({ name }) => name === 'replSetInitiate')).toEqual([]);
    expect(new Set(fake.members.map(({ config }) => String(config?.settings?.replicaSetId))).size).toBe(1);
  });
});
