import { MongoClient } from 'mongodb';
import { describe, test } from 'vitest';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';
import { lookAtServer } from './look-at-server.ts';

describe('the look at a server, at simulated ones', () => {
  test.concurrent('finds no fault with a primary, nor with a secondary, and changes nothing', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    for (const ordinal of [0, 1]) {
      await using client = await new MongoClient(`mongodb://${fake.member(ordinal).localAddress}/?directConnection=true`).connect();
      expect(await lookAtServer(client)).toMatchObject({ faults: [], local: { state: 'member', isPrimary: ordinal === 0 } });
    }
    expect(fake.mutations).toEqual([]);
  });

  test.concurrent('says so where there is no set', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    await using client = await new MongoClient(`mongodb://${fake.member(0).localAddress}/?directConnection=true`).connect();
    expect(await lookAtServer(client)).toMatchObject({ faults: ['the server is no member of a set: uninit'] });
  });

  test.concurrent('says so where it may not read', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials: { username: 'u', password: 'p' } });
    await using client = await new MongoClient(`mongodb://${fake.member(0).localAddress}/?directConnection=true`).connect();
    expect(await lookAtServer(client)).toMatchObject({ faults: ['the server is no member of a set: authRefused'] });
  });
});
