import { inspect } from 'node:util';
import { describe, test } from 'vitest';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';
import { SidecarStage, converge } from './reconciler-stage.ts';

const credentials = { username: 'side,=car', password: 'hunter-2/p@ss' };

describe.concurrent('a reconciler of a set with users', () => {
  test('before there are users: founds under the localhost exception, waits, and goes on with its credentials', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false, isAuthOn: true });
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    const sidecar = stage.sidecar(0, { credentials, reachTimeoutMs: 10_000 });
    expect(await sidecar.reconciler.tick()).toMatchObject({ kind: 'initiate' });
    expect(sidecar.applied).toHaveLength(1);
    // Its configuration may not be read under the exception.
    expect(await sidecar.reconciler.tick()).toMatchObject({ kind: 'wait' });
    fake.addUser(credentials);
    expect(await converge([sidecar])).toEqual([]);
    expect(fake.mutations.map(({ name }) => name)).toEqual(['replSetInitiate']);
  });

  test('a wrong password is no reason to found, and stands in nothing that is told', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    await using stage = new SidecarStage(fake);
    await stage.watcher.ready({ peers: 3 });
    const wrong = { ...credentials, password: 'planted-secret' };
    const sidecar = stage.sidecar(0, { credentials: wrong, replicas: 5, reachTimeoutMs: 10_000 });
    expect(await sidecar.reconciler.tick()).toMatchObject({ kind: 'wait', reason: expect.stringContaining('credentials') });
    expect(fake.mutations).toEqual([]);
    const told = inspect({ ...sidecar, metrics: sidecar.reconciler.metrics }, { depth: null, showHidden: false });
    expect(told).not.toContain('planted-secret');
  });

  test('the password goes to the server beside it, and to no other', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials });
    await using stage = new SidecarStage(fake);
    await fake.scale(4);
    await stage.watcher.ready({ peers: 4 });
    const sidecar = stage.sidecar(0, { credentials, replicas: 4 });
    await converge([sidecar]);
    const logins = fake.commands.filter(({ name }) => name === 'saslStart');
    expect(new Set(logins.map(({ ordinal, isLocal }) => `${ordinal} ${isLocal}`))).toEqual(new Set(['0 true']));
    expect(fake.member(3).commands.some(({ name }) => name === 'hello')).toBe(true);
  });
});
