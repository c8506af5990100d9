import { MongoServerError } from 'mongodb';
import { describe, test } from 'vitest';
import { askMember } from '../support/ask-member.ts';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';

const credentials = { username: 'side,=car', password: 'p@ss/word' };
const reads = [{ replSetGetStatus: 1 }, { replSetGetConfig: 1 }];

describe('users of the fake', () => {
  test.concurrent('who has the password may do everything, from everywhere', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    await using client = await askMember(fake.member(1).address, { auth: credentials });
    for (const command of reads) expect(await client.ask(command)).toMatchObject({ ok: 1 });
    expect(fake.member(1).commands.at(-1)).toMatchObject({ name: 'replSetGetConfig', user: credentials.username, isLocal: false });
  });

  test.concurrent('a wrong password is 18, and so is a user that nobody knows', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    for (const auth of [
      { ...credentials, password: 'wrong' },
      { ...credentials, username: 'nobody' },
    ]) {
      const refused = await askMember(fake.member(0).address, { auth }).catch((error: unknown) => error);
      expect(refused instanceof MongoServerError && refused.code).toBe(18);
    }
  });

  test.concurrent('without credentials there is hello and ping, and 13 for the rest, on the machine itself too', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    for (const address of [fake.member(0).address, fake.member(0).localAddress]) {
      await using client = await askMember(address);
      expect(await client.ask({ hello: 1 })).toMatchObject({ setName: 'rs0' });
      expect(await client.ask({ ping: 1 })).toMatchObject({ ok: 1 });
      for (const command of [...reads, { replSetStepDown: 60 }, { insert: 'colors', documents: [{}] }])
        expect(await client.ask(command)).toMatchObject({ code: 13 });
    }
    expect(fake.primary?.ordinal).toBe(0);
  });

  test.concurrent('a role gives what belongs to it', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    const monitor = { username: 'monitor', password: 'm' };
    fake.addUser(monitor, ['clusterMonitor']);
    await using client = await askMember(fake.member(0).address, { auth: monitor });
    for (const command of reads) expect(await client.ask(command)).toMatchObject({ ok: 1 });
    expect(await client.ask({ replSetStepDown: 60 })).toMatchObject({ code: 13 });
  });

  test.concurrent('before there are users: initiate, status and createUser on the machine itself, nothing from elsewhere', async ({
    expect,
  }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false, isAuthOn: true });
    const members = fake.hosts.map((host, _id) => ({ _id, host }));
    const initiation = { replSetInitiate: { _id: 'rs0', members } };
    await using remote = await askMember(fake.member(0).address);
    expect(await remote.ask(initiation)).toMatchObject({ code: 13 });
    await using local = await askMember(fake.member(0).localAddress);
    expect(await local.ask({ replSetGetStatus: 1 })).toMatchObject({ code: 94 });
    expect(await local.ask(initiation)).toMatchObject({ ok: 1 });
    expect(await local.ask({ replSetGetStatus: 1 })).toMatchObject({ myState: 1 });
    expect(await local.ask({ replSetGetConfig: 1 })).toMatchObject({ code: 13 });
    const { username, password } = credentials;
    expect(await local.ask({ createUser: username, pwd: password, roles: ['root'] })).toMatchObject({ ok: 1 });
    expect(await local.ask({ replSetGetStatus: 1 })).toMatchObject({ code: 13 });
    await using follower = await askMember(fake.member(2).address, { auth: credentials });
    expect(await follower.ask({ replSetGetStatus: 1 })).toMatchObject({ myState: 2 });
  });
});
