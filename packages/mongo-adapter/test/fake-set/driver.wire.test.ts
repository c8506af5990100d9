import { connect } from 'node:net';
import { MongoClient } from 'mongodb';
import { describe, test } from 'vitest';
import { clusterLookup } from '../support/cluster-lookup.ts';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';

const modes = [{ monitoring: 'stream' }, { monitoring: 'poll' }] as const;

describe('the driver and the fake', () => {
  test.concurrent.for(modes)(
    'by $monitoring: finds all members from one, writes, reads from followers, fails over',
    async ({ monitoring }, { expect }) => {
      await using fake = await startFakeReplicaSet({ monitoring });
      const client = new MongoClient(`mongodb://${fake.member(1).host}/?replicaSet=rs0`, {
        lookup: clusterLookup(fake.cluster),
        heartbeatFrequencyMS: 500,
        serverSelectionTimeoutMS: 10_000,
        readPreference: 'secondary',
      });
      try {
        const colors = client.db('db').collection<{ _id: number }>('colors');
        await colors.insertOne({ _id: 1 });
        fake.failOver();
        await colors.insertOne({ _id: 2 });
        expect(await colors.find({ _id: 2 }).toArray()).toEqual([{ _id: 2 }]);
        expect(fake.primary?.ordinal).toBe(1);
        expect(fake.member(0).documents('db.colors')).toMatchObject([{ _id: 1 }, { _id: 2 }]);
      } finally {
        await client.close();
      }
    },
  );

  test.concurrent('a write that was done and whose reply was lost is sent again, and done once', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    fake.member(0).failNext('insert', { code: 'hang-up', when: 'after' });
    const client = new MongoClient(`mongodb://${fake.member(0).host}/?replicaSet=rs0`, { lookup: clusterLookup(fake.cluster) });
    try {
      await client.db('db').collection<{ _id: number }>('colors').insertOne({ _id: 1 });
      expect(fake.member(2).documents('db.colors')).toHaveLength(1);
      expect(fake.commands.filter(({ name }) => name === 'insert').map(({ code }) => code)).toEqual([undefined, 0]);
    } finally {
      await client.close();
    }
  });

  test.concurrent('wrong set name, or a member without a configuration: no server is selected', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    const options = { lookup: clusterLookup(fake.cluster), serverSelectionTimeoutMS: 300 };
    const client = new MongoClient(`mongodb://${fake.member(0).host}/?replicaSet=rs0`, options);
    await expect(client.connect()).rejects.toThrow(/Server selection timed out/);
    await client.close();
    await fake.initiate();
    const other = new MongoClient(`mongodb://${fake.member(0).host}/?replicaSet=rs1`, options);
    await expect(other.connect()).rejects.toThrow(/Server selection timed out/);
    await other.close();
  });

  test.concurrent('after close nobody listens any more', async ({ expect }) => {
    const fake = await startFakeReplicaSet({ replicas: 2 });
    const addresses = [...fake.members.flatMap(({ address, localAddress }) => [address, localAddress]), `127.0.0.1:${fake.port}`];
    const client = new MongoClient(`mongodb://${fake.member(0).host}/?replicaSet=rs0`, { lookup: clusterLookup(fake.cluster) });
    await client.connect();
    await fake.close();
    await client.close();
    expect(await Promise.all(addresses.map(refusalOf))).toEqual(addresses.map(() => 'ECONNREFUSED'));
  });
});

function refusalOf(address: string): Promise<unknown> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.on('connect', () => socket.destroy(new Error('somebody listens')));
    socket.on('error', (error) => resolve('code' in error ? error.code : error));
  });
}
