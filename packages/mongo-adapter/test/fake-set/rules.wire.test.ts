import { describe, test } from 'vitest';
import type { ReplicaSetConfig, ReplicaSetMember } from '../../src/replica-set/replica-set-document.ts';
import { askMember, type Answer } from '../support/ask-member.ts';
import { type FakeReplicaSet, type FakeReplicaSetOptions, startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';

type Members = readonly ReplicaSetMember[];

interface Row {
  readonly name: string;
  readonly code: number;
  readonly options?: FakeReplicaSetOptions;
  /** What happens before the command. */
  readonly before?: (fake: FakeReplicaSet) => unknown;
  /** The member that gets the command; 0 unless given. */
  readonly on?: number;
}

/** What the initiation of all pods asks for. */
function firstConfig(fake: FakeReplicaSet, change: (members: Members) => Members = (members) => members): ReplicaSetConfig {
  return { _id: 'rs0', version: 1, members: change(fake.hosts.map((host, _id) => ({ _id, host }))) };
}

/** What follows the configuration of member 0. */
function nextConfig(fake: FakeReplicaSet, change: (members: Members) => Members = (members) => members): ReplicaSetConfig {
  const { config } = fake.member(0);
  if (config === undefined) throw new Error('member 0 has no configuration');
  return { ...config, version: config.version + 1, members: change(config.members) };
}

async function ask(fake: FakeReplicaSet, ordinal: number, command: Record<string, unknown>, database?: string): Promise<Answer> {
  await using member = await askMember(fake.member(ordinal).localAddress);
  return await member.ask(command, database);
}

const initiations: readonly (Row & { readonly config?: (fake: FakeReplicaSet) => unknown })[] = [
  { name: 'all members blank and there', code: 0 },
  { name: 'a member that has a configuration itself', code: 23, options: { isInitiated: true } },
  { name: 'a member that is still loading its configuration', code: 94, before: (fake) => fake.member(0).restart({ isLoading: true }) },
  { name: 'a standalone', code: 76, before: (fake) => fake.member(0).rename(undefined) },
  { name: 'one member is stopped', code: 74, before: (fake) => fake.member(2).stop() },
  { name: 'one member is loading', code: 74, before: (fake) => fake.member(2).restart({ isLoading: true }) },
  { name: 'one member is on the other side of a partition', code: 74, before: (fake) => fake.partition([[0, 1], [2]]) },
  { name: 'one member has another set name', code: 103, before: (fake) => fake.member(2).rename('rs1') },
  {
    name: 'one member has a set of its own',
    code: 103,
    before: (fake) => ask(fake, 2, { replSetInitiate: { _id: 'rs0', members: [{ _id: 2, host: fake.member(2).host }] } }),
  },
  { name: 'pod 0 lost its volume', code: 103, options: { isInitiated: true }, before: (fake) => loseMemberZero(fake) },
  { name: 'one member has data', code: 110, before: (fake) => fake.member(2).plant('colors.all', { _id: 1 }) },
  { name: 'the initiating member has data', code: 0, before: (fake) => fake.member(0).plant('colors.all', { _id: 1 }) },
  { name: 'the initiating member is not in it', code: 74, config: (fake) => firstConfig(fake, (members) => members.slice(1)) },
  {
    name: 'the initiating member cannot be elected',
    code: 93,
    config: (fake) => firstConfig(fake, ([first, ...others]) => [{ ...one(first), priority: 0 }, ...others]),
  },
  { name: 'another set name', code: 93, config: (fake) => ({ ...firstConfig(fake), _id: 'rs1' }) },
  { name: 'a version above 1', code: 93, config: (fake) => ({ ...firstConfig(fake), version: 2 }) },
  {
    name: 'two members with one _id',
    code: 93,
    config: (fake) => firstConfig(fake, (members) => members.map((member) => ({ ...member, _id: 0 }))),
  },
  { name: 'an unknown field', code: 93, config: (fake) => ({ ...firstConfig(fake), colour: 'red' }) },
  { name: 'eight voters', code: 93, options: { replicas: 8 } },
];

/** Its volume is blank, and the others cannot tell it of the set. */
async function loseMemberZero(fake: FakeReplicaSet): Promise<void> {
  fake.member(0).hold('config');
  await fake.member(0).wipe();
}

describe('replSetInitiate', () => {
  test.concurrent.for(initiations)('$name: $code', async ({ code, options, before, on = 0, config = firstConfig }, { expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false, ...options });
    await before?.(fake);
    const answer = await ask(fake, on, { replSetInitiate: config(fake) });
    expect(answer.code ?? 0).toBe(code);
    expect(fake.mutations.at(-1)).toMatchObject({ name: 'replSetInitiate', isLocal: true, code });
  });

  test.concurrent('two members at the same moment: both pass, and make two sets', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    const release = fake.holdQuorumChecks();
    const command = { replSetInitiate: firstConfig(fake) };
    const answers = [ask(fake, 0, command), ask(fake, 1, command)];
    await expect.poll(() => fake.mutations.length, { timeout: 20_000 }).toBe(2);
    release();
    expect((await Promise.all(answers)).map(({ code = 0 }) => code)).toEqual([0, 0]);
    const ids = [0, 1].map((ordinal) => String(fake.member(ordinal).config?.settings?.replicaSetId));
    expect(new Set(ids).size).toBe(2);
  });

  test.concurrent('twice on one member at the same moment: the second is refused', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    const release = fake.holdQuorumChecks();
    const command = { replSetInitiate: firstConfig(fake) };
    const answers = [ask(fake, 0, command), ask(fake, 0, command)];
    await Promise.race(answers);
    release();
    expect((await Promise.all(answers)).map(({ code = 0 }) => code).toSorted((a, b) => a - b)).toEqual([0, 109]);
  });

  test.concurrent('{}: a set of one, by a name that nobody else can resolve', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    expect(await ask(fake, 0, { replSetInitiate: {} })).toMatchObject({ ok: 1 });
    expect(fake.member(0)).toMatchObject({ state: 'PRIMARY', config: { members: [{ _id: 0, host: `color-ss-0:${fake.port}` }] } });
  });
});

const newcomer = (fake: FakeReplicaSet, more: Partial<ReplicaSetMember> = {}): ReplicaSetMember => ({
  _id: 3,
  host: fake.member(3).host,
  ...more,
});

const changes: readonly (Row & {
  readonly change?: (members: Members, fake: FakeReplicaSet) => Members;
  readonly config?: (fake: FakeReplicaSet) => unknown;
})[] = [
  { name: 'the next version, nothing else', code: 0 },
  { name: 'on a secondary', code: 10_107, on: 1 },
  { name: 'on a member without a configuration', code: 94, on: 3, before: (fake) => fake.scale(4) },
  { name: 'the same version', code: 103, config: (fake) => ({ ...nextConfig(fake), version: 1 }) },
  { name: 'another set name', code: 103, config: (fake) => ({ ...nextConfig(fake), _id: 'rs1' }) },
  { name: 'the identity as text', code: 103, config: (fake) => ({ ...nextConfig(fake), settings: { replicaSetId: 'red' } }) },
  { name: 'without the identity', code: 0, config: (fake) => ({ ...nextConfig(fake), settings: {} }) },
  { name: 'an unknown field', code: 93, config: (fake) => ({ ...nextConfig(fake), colour: 'red' }) },
  {
    name: 'the mark of a member that waits for its vote',
    code: 103,
    change: ([a, b, c]) => [one(a), one(b), { ...one(c), newlyAdded: true } as ReplicaSetMember],
  },
  { name: 'one voter less', code: 0, change: (members) => members.slice(0, 2) },
  { name: 'two voters less', code: 103, change: (members) => members.slice(0, 1) },
  { name: 'one voter more', code: 0, before: (fake) => fake.scale(4), change: (members, fake) => [...members, newcomer(fake)] },
  {
    name: 'one voter more and one less',
    code: 103,
    before: (fake) => fake.scale(4),
    change: (members, fake) => [...members.slice(0, 2), newcomer(fake)],
  },
  {
    name: 'one voter less and a member without a vote more',
    code: 0,
    before: (fake) => fake.scale(4),
    change: (members, fake) => [...members.slice(0, 2), newcomer(fake, { votes: 0, priority: 0 })],
  },
  { name: 'one member loses its vote', code: 0, change: ([a, b, c]) => [one(a), one(b), { ...one(c), votes: 0, priority: 0 }] },
  { name: 'no vote, and a priority', code: 103, change: ([a, b, c]) => [one(a), one(b), { ...one(c), votes: 0, priority: 1 }] },
  {
    name: 'another host under an _id',
    code: 0,
    before: (fake) => fake.scale(4),
    change: ([a, b, c], fake) => [one(a), one(b), { ...one(c), host: fake.member(3).host }],
  },
  { name: 'another _id for a host', code: 103, change: ([a, b, c]) => [one(a), one(b), { ...one(c), _id: 9 }] },
  {
    name: 'a member becomes an arbiter',
    code: 103,
    change: ([a, b, c]) => [one(a), one(b), { ...one(c), arbiterOnly: true, priority: 0 }],
  },
  { name: 'without the primary', code: 103, change: (members) => members.slice(1) },
  { name: 'the primary cannot be elected', code: 104, change: ([a, ...others]) => [{ ...one(a), priority: 0 }, ...others] },
  {
    name: 'most voters are gone',
    code: 74,
    options: { replicas: 3 },
    before: (fake) => fake.scale(4),
    change: ([a, b, c]) => [one(a), { ...one(b), host: 'x:1' }, { ...one(c), host: 'y:1' }],
  },
  {
    name: 'the newcomer is stopped, the others are enough',
    code: 0,
    before: (fake) => scaleAndStop(fake),
    change: (members, fake) => [...members, newcomer(fake)],
  },
  {
    name: 'the newcomer belongs to another set',
    code: 103,
    before: (fake) => scaleAndInitiate(fake),
    change: (members, fake) => [...members, newcomer(fake)],
  },
];

async function scaleAndStop(fake: FakeReplicaSet): Promise<void> {
  await fake.scale(4);
  await fake.member(3).stop();
}

async function scaleAndInitiate(fake: FakeReplicaSet): Promise<void> {
  await fake.scale(4);
  await ask(fake, 3, { replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: fake.member(3).host }] } });
}

function one(member: ReplicaSetMember | undefined): ReplicaSetMember {
  if (member === undefined) throw new Error('there are fewer members than the test takes');
  return member;
}

describe('replSetReconfig', () => {
  test.concurrent.for(changes)('$name: $code', async ({ code, options, before, on = 0, change, config }, { expect }) => {
    await using fake = await startFakeReplicaSet(options);
    await before?.(fake);
    const next = config?.(fake) ?? nextConfig(fake, (members) => change?.(members, fake) ?? members);
    const answer = await ask(fake, on, { replSetReconfig: next, maxTimeMS: 5_000 });
    expect(answer.code ?? 0).toBe(code);
    expect(fake.mutations).toMatchObject([...(fake.mutations.length > 1 ? [{}] : []), { name: 'replSetReconfig', code }]);
    expect(fake.member(0).config?.version === 1).toBe(code !== 0);
  });

  test.concurrent('a configuration that does not spread: installed, and 50; then nothing may follow it, 308', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    [1, 2].forEach((ordinal) => fake.member(ordinal).hold('config'));
    expect(await ask(fake, 0, { replSetReconfig: nextConfig(fake), maxTimeMS: 50 })).toMatchObject({ code: 50 });
    expect(fake.member(0).config?.version).toBe(2);
    expect(await ask(fake, 0, { replSetGetConfig: 1, commitmentStatus: true })).toMatchObject({ commitmentStatus: false });
    expect(await ask(fake, 0, { replSetReconfig: nextConfig(fake), maxTimeMS: 50 })).toMatchObject({ code: 308 });
    expect(fake.member(0).config?.version).toBe(2);
    fake.member(1).release('config');
    expect(await ask(fake, 0, { replSetReconfig: nextConfig(fake), maxTimeMS: 5_000 })).toMatchObject({ ok: 1 });
  });

  test.concurrent('two at the same moment: one is done, the other is refused', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    const release = fake.holdQuorumChecks();
    const command = { replSetReconfig: nextConfig(fake), maxTimeMS: 20_000 };
    const answers = [ask(fake, 0, command), ask(fake, 0, command)];
    await Promise.race(answers);
    release();
    expect((await Promise.all(answers)).map(({ code = 0 }) => code).toSorted((a, b) => a - b)).toEqual([0, 109]);
    expect(fake.member(1).config?.version).toBe(2);
  });

  test.concurrent('the primary loses the lead while it waits: 189', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    [1, 2].forEach((ordinal) => fake.member(ordinal).hold('config'));
    const answer = ask(fake, 0, { replSetReconfig: nextConfig(fake), maxTimeMS: 10_000 });
    await fake.until(() => fake.member(0).config?.version === 2);
    fake.partition([[0], [1, 2]]);
    expect(await answer).toMatchObject({ code: 189 });
  });

  test.concurrent('a new voter has no vote until it is in sync; clients are not shown why', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await fake.scale(4);
    fake.member(3).hold('sync');
    await ask(fake, 0, { replSetReconfig: nextConfig(fake, (members) => [...members, newcomer(fake)]), maxTimeMS: 5_000 });
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ votingMembersCount: 3, members: { length: 4 } });
    expect(await ask(fake, 0, { replSetGetConfig: 1 })).not.toHaveProperty('config.members.3.newlyAdded');
    const stored = { cursor: { firstBatch: [{ members: [{}, {}, {}, { _id: 3, newlyAdded: true }] }] } };
    expect(await ask(fake, 0, { find: 'system.replset' }, 'local')).toMatchObject(stored);
    expect(fake.member(3).state).toBe('STARTUP2');
    fake.member(3).release('sync');
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ votingMembersCount: 4 });
    // Nobody has asked for the third version.
    expect(fake.member(3)).toMatchObject({ state: 'SECONDARY', config: { version: 3 } });
  });

  test.concurrent('before 5.0 a new voter votes at once', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ wireVersion: 9 });
    await fake.scale(4);
    fake.member(3).hold('sync');
    await ask(fake, 0, { replSetReconfig: nextConfig(fake, (members) => [...members, newcomer(fake)]), maxTimeMS: 5_000 });
    expect(await ask(fake, 0, { replSetGetStatus: 1 })).toMatchObject({ votingMembersCount: 4 });
  });

  test.concurrent('by force it jumps, on any member', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await Promise.all([fake.member(1).stop(), fake.member(2).stop()]);
    expect(fake.member(0).state).toBe('SECONDARY');
    const alone = nextConfig(fake, (members) => members.slice(0, 1));
    expect(await ask(fake, 0, { replSetReconfig: alone, force: true })).toMatchObject({ ok: 1 });
    expect(fake.member(0).state).toBe('PRIMARY');
    expect(fake.member(0).config?.version).toBeGreaterThan(10_000);
    expect(fake.mutations.map(({ command }) => command['force'])).toEqual([true]);
  });
});
