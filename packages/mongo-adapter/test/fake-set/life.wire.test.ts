import { describe, test } from 'vitest';
import { askMember, type Answer } from '../support/ask-member.ts';
import { type FakeReplicaSet, startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';

const states = (fake: FakeReplicaSet): readonly string[] => fake.members.map(({ state }) => state);

async function ask(fake: FakeReplicaSet, ordinal: number, command: Record<string, unknown>): Promise<Answer> {
  await using member = await askMember(fake.member(ordinal).localAddress);
  return await member.ask(command);
}

async function prioritise(fake: FakeReplicaSet, priorities: readonly number[]): Promise<void> {
  const config = fake.primary?.config;
  const members = config?.members.map((member, i) => ({ ...member, priority: priorities[i] }));
  await ask(fake, fake.primary?.ordinal ?? 0, { replSetReconfig: { ...config, version: (config?.version ?? 0) + 1, members } });
}

describe('elections of the fake', () => {
  test.concurrent('the set has one primary, and another one when it stops; who returns follows', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    expect(states(fake)).toEqual(['PRIMARY', 'SECONDARY', 'SECONDARY']);
    await fake.member(0).stop();
    expect(states(fake)).toEqual(['DOWN', 'PRIMARY', 'SECONDARY']);
    await fake.member(0).start();
    expect(states(fake)).toEqual(['SECONDARY', 'PRIMARY', 'SECONDARY']);
    expect(fake.member(0).config?.term).toBe(2);
  });

  test.concurrent('without a majority nobody leads', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await Promise.all([fake.member(1).stop(), fake.member(2).stop()]);
    expect(states(fake)).toEqual(['SECONDARY', 'DOWN', 'DOWN']);
    await fake.member(2).start();
    expect(states(fake)).toEqual(['PRIMARY', 'DOWN', 'SECONDARY']);
  });

  test.concurrent('the majority of a partition elects, the minority steps down and follows when healed', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    fake.partition([[0], [1, 2]]);
    expect(states(fake)).toEqual(['SECONDARY', 'PRIMARY', 'SECONDARY']);
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ members: [{ health: 1 }, { health: 0, state: 8 }, { health: 0 }] });
    fake.heal();
    expect(states(fake)).toEqual(['SECONDARY', 'PRIMARY', 'SECONDARY']);
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ members: [{ health: 1 }, { health: 1, state: 1 }, { health: 1 }] });
  });

  test.concurrent('the highest priority leads, and takes the lead back', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await prioritise(fake, [1, 2, 3]);
    expect(states(fake)).toEqual(['SECONDARY', 'SECONDARY', 'PRIMARY']);
    await fake.member(2).stop();
    expect(states(fake)).toEqual(['SECONDARY', 'PRIMARY', 'DOWN']);
    await fake.member(2).start();
    expect(states(fake)).toEqual(['SECONDARY', 'SECONDARY', 'PRIMARY']);
  });

  test.concurrent('replSetStepDown: 10107 on a secondary, 262 without an heir, else another one leads', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    expect(await ask(fake, 1, { replSetStepDown: 60 })).toMatchObject({ code: 10_107 });
    await prioritise(fake, [1, 0, 0]);
    expect(await ask(fake, 0, { replSetStepDown: 60 })).toMatchObject({ code: 262 });
    await prioritise(fake, [1, 0, 1]);
    expect(await ask(fake, 0, { replSetStepDown: 60 })).toMatchObject({ ok: 1 });
    expect(states(fake)).toEqual(['SECONDARY', 'SECONDARY', 'PRIMARY']);
  });

  test.concurrent('a member that copies nothing cannot lead what it does not have', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    fake.member(1).hold('sync');
    expect(await ask(fake, 0, { insert: 'colors', documents: [{ _id: 1 }] })).toMatchObject({ n: 1 });
    fake.failOver();
    expect(states(fake)).toEqual(['SECONDARY', 'SECONDARY', 'PRIMARY']);
    expect(fake.members.map((member) => member.documents('admin.colors').length)).toEqual([1, 0, 1]);
  });
});

describe('members of the fake', () => {
  test.concurrent('a lost volume is filled again by the set', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await ask(fake, 0, { insert: 'colors', documents: [{ _id: 1 }] });
    await fake.member(2).wipe();
    expect(fake.member(2)).toMatchObject({ state: 'SECONDARY', config: { version: 1 } });
    expect(fake.member(2).documents('admin.colors')).toHaveLength(1);
  });

  test.concurrent('the volume survives scaling in: the next pod of that name is a member again, or a removed one', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await fake.scale(2);
    expect(states(fake)).toEqual(['PRIMARY', 'SECONDARY', 'DOWN']);
    await fake.scale(3);
    expect(states(fake)).toEqual(['PRIMARY', 'SECONDARY', 'SECONDARY']);
    await fake.scale(2);
    const config = fake.member(0).config;
    const next = { ...config, version: 2, members: config?.members.slice(0, 2) };
    expect(await ask(fake, 0, { replSetReconfig: next, maxTimeMS: 5_000 })).toMatchObject({ ok: 1 });
    await fake.scale(3);
    expect(states(fake)).toEqual(['PRIMARY', 'SECONDARY', 'REMOVED']);
  });

  test.concurrent('who is removed while it runs says 93, and looks like one without a configuration from outside', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    const config = fake.member(0).config;
    await ask(fake, 0, { replSetReconfig: { ...config, version: 2, members: config?.members.slice(0, 2) } });
    // Nobody tells a member that was taken out, but its own heartbeats.
    expect(fake.member(2).state).toBe('REMOVED');
    expect(await ask(fake, 2, { replSetGetStatus: 1 })).toMatchObject({ code: 93 });
    expect(await ask(fake, 2, { replSetGetConfig: 1 })).toMatchObject({ config: { version: 2 } });
    expect(await ask(fake, 2, { hello: 1 })).toMatchObject({ isreplicaset: true, isWritablePrimary: false, secondary: false });
    expect(await ask(fake, 2, { replSetInitiate: { ...config, version: 1 } })).toMatchObject({ code: 23 });
  });

  test.concurrent('without a configuration, or with one that is still loading: 94; started as a standalone: 76', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ replicas: 2, isInitiated: false });
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ code: 94 });
    expect(await ask(fake, 0, { replSetGetConfig: 1 })).toMatchObject({ code: 94 });
    await fake.initiate();
    await fake.member(1).restart({ isLoading: true });
    expect(await ask(fake, 1, { replSetGetStatus: 1 })).toMatchObject({ code: 94 });
    fake.member(1).finishLoading();
    expect(await ask(fake, 1, { replSetGetStatus: 1 })).toMatchObject({ myState: 2 });
    await fake.member(1).rename(undefined);
    expect(await ask(fake, 1, { replSetGetStatus: 1 })).toMatchObject({ code: 76 });
  });

  test.concurrent('failNext before: nothing is done; after: everything is; hang-up: the connection is cut', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    const zero = fake.member(0);
    const next = (): unknown => ({ ...zero.config, version: (zero.config?.version ?? 0) + 1 });
    zero.failNext('replSetReconfig', { code: 10_107 });
    zero.failNext('replSetReconfig', { code: 50, when: 'after' });
    zero.failNext('replSetReconfig', { code: 'hang-up', when: 'after' });
    expect(await ask(fake, 0, { replSetReconfig: next() })).toMatchObject({ code: 10_107 });
    expect(zero.config?.version).toBe(1);
    expect(await ask(fake, 0, { replSetReconfig: next() })).toMatchObject({ code: 50 });
    expect(zero.config?.version).toBe(2);
    await expect(ask(fake, 0, { replSetReconfig: next() })).rejects.toThrow(/connection|closed|ECONNRESET/i);
    expect(zero.config?.version).toBe(3);
    expect(fake.mutations.map(({ code }) => code)).toEqual([10_107, 50, undefined]);
  });
});
