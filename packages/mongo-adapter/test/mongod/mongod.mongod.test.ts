import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { lookAtServer } from './look-at-server.ts';

const uri = process.env['PEERSET_MONGODB_URI'];

test('a member of a real replica set is what this package takes servers for', async () => {
  if (uri === undefined) throw new Error('PEERSET_MONGODB_URI is not set: the connection string of a member, read only');
  await using client = await new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 }).connect();
  const { local, faults } = await lookAtServer(client);
  expect(faults).toEqual([]);
  expect(local.state).toBe('member');
});
