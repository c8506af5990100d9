import dns from 'node:dns';
import { mongoConnectionString } from '@peerset/mongo-adapter';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { changeMembers, startColorsClient } from '../support/colors-client.ts';

const original = dns.lookup;
const askedOfSystem: string[] = [];

function noted(host: string, ...rest: readonly unknown[]): void {
  askedOfSystem.push(host);
  Reflect.apply(original, dns, [host, ...rest]);
}

beforeAll(() => {
  dns.lookup = noted as typeof dns.lookup;
});
afterAll(() => {
  dns.lookup = original;
});

describe('a driver by mongoConnectionString and driverLookup', () => {
  test.concurrent('connects by names that only the watcher knows, and finds all members from one of them', async ({ expect }) => {
    await using app = await startColorsClient({}, { maxHosts: 1 });
    expect(app.uri).toContain(`mongodb://${app.fake.member(0).host}/`);
    await app.colors.insertOne({ _id: 1 });
    await app.knows(app.fake.hosts);
    expect(app.fake.members.map((member) => member.documents('db.colors').length)).toEqual([1, 1, 1]);
  });

  test.concurrent('logs in with what stands in the string', async ({ expect }) => {
    const credentials = { username: 'app', password: 'p@ss/w+rd%' };
    await using app = await startColorsClient({ credentials });
    await app.colors.insertOne({ _id: 1 });
    expect(app.fake.commands.find(({ name }) => name === 'insert')).toMatchObject({ user: 'app', code: 0 });
  });

  test.concurrent('learns of members that are added, whatever it was started with', async ({ expect }) => {
    await using app = await startColorsClient();
    const { fake, colors } = app;
    await colors.insertOne({ _id: 1 });
    await fake.scale(5);
    for (const _id of [3, 4]) await changeMembers(fake, (members) => [...members, { _id, host: fake.member(_id).host }]);
    await app.knows(fake.hosts);
    expect(app.hosts()).toHaveLength(5);
    await colors.insertOne({ _id: 2 });
    expect(fake.member(4).documents('db.colors')).toHaveLength(2);
  });

  test.concurrent('outlives the removal of members, of the only one it was started with too', async ({ expect }) => {
    await using app = await startColorsClient({ replicas: 5 }, { maxHosts: 1 });
    const { fake, colors } = app;
    await colors.insertOne({ _id: 1 });
    fake.failOver();
    for (const _id of [4, 0]) await changeMembers(fake, (members) => members.filter((member) => member._id !== _id));
    await app.knows([1, 2, 3].map((ordinal) => fake.member(ordinal).host));
    await colors.insertOne({ _id: 2 });
    expect(fake.member(3).documents('db.colors')).toHaveLength(2);
    expect(fake.member(0).documents('db.colors')).toHaveLength(1);
  });

  test.concurrent('fails over when the primary dies under it, and loses no write', async ({ expect }) => {
    await using app = await startColorsClient();
    const { fake } = app;
    await app.insert(0);
    const writes = Array.from({ length: 20 }, (_, i) => app.insert(i + 1));
    await fake.member(0).stop();
    await Promise.all(writes);
    await fake.member(0).start();
    const ids = fake
      .member(0)
      .documents('db.colors')
      .map(({ _id }) => _id);
    expect(new Set(ids).size).toBe(21);
    expect(ids).toHaveLength(21);
  });

  test.concurrent('stays with the majority of a partition', async ({ expect }) => {
    await using app = await startColorsClient();
    const { fake } = app;
    await app.insert(1);
    fake.partition([[0], [1, 2]], { clientsReach: [1, 2] });
    await app.insert(2);
    expect(fake.member(0).documents('db.colors')).toHaveLength(1);
    fake.heal();
    await app.knows(fake.hosts);
    expect(fake.member(0).documents('db.colors')).toHaveLength(2);
  });

  test.concurrent('follows when all pods are replaced and each has another address', async ({ expect }) => {
    await using app = await startColorsClient();
    const { fake } = app;
    await app.insert(1);
    const before = fake.members.map(({ address }) => address);
    await fake.replaceAll();
    expect(fake.members.map(({ address }) => before.includes(address))).toEqual([false, false, false]);
    await app.insert(2);
    await app.knows(fake.hosts);
    expect(fake.member(1).documents('db.colors')).toHaveLength(2);
    // What is published does not change either: it is made of names.
    const options = { replicaSet: 'rs0', port: fake.port, heartbeatFrequencyMS: 500, serverSelectionTimeoutMS: 20_000 };
    expect(mongoConnectionString(app.watcher.snapshot, options)).toBe(app.uri);
  });

  test.concurrent('follows a rolling restart, one pod after the other', async ({ expect }) => {
    await using app = await startColorsClient();
    const { fake } = app;
    for (const ordinal of [2, 1, 0]) {
      await fake.member(ordinal).move();
      await app.insert(ordinal);
    }
    await app.knows(fake.hosts);
    expect(fake.members.map((member) => member.documents('db.colors').length)).toEqual([3, 3, 3]);
  });

  test('and asks the system for none of these names, in all that was told above', ({ expect }) => {
    // Listeners on plain addresses pass by there too.
    expect(askedOfSystem).toContain('127.0.0.1');
    expect(askedOfSystem.filter((host) => host.endsWith('.cluster.local'))).toEqual([]);
  });

  test('and leaves no socket, when client, watcher and set are closed', async ({ expect }) => {
    const app = await startColorsClient();
    await app.colors.insertOne({ _id: 1 });
    expect(openSockets()).not.toEqual([]);
    await app[Symbol.asyncDispose]();
    await expect.poll(openSockets, { timeout: 10_000 }).toEqual([]);
  });
});

/** Of the whole process: those that tests above forgot are seen here too. */
function openSockets(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|UDP/.test(kind));
}
