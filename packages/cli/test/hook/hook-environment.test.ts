import { describe, expect, test } from 'vitest';
import { hookEnvironment } from '../../src/hook/hook-environment.ts';
import type { ChangeRecord, PeerRecord } from '../../src/records/change-record.ts';

function record(number: number, { from = 'db' } = {}): PeerRecord {
  const name = `${from}-${number}`;
  return {
    name,
    ordinal: number,
    host: `${name}.db-svc.default.svc.cluster.local`,
    addresses: [`10.0.0.${number}`, `fd00::${number}`],
    port: 1,
  };
}

function change(news: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    time: '2026-11-26T00:00:00.000Z',
    service: 'db-svc.default.svc.cluster.local',
    revision: 7,
    joined: [],
    left: [],
    moved: [],
    updated: [],
    peers: [],
    missing: [],
    ...news,
  };
}

describe('hookEnvironment', () => {
  test('says who is there and what has changed', () => {
    const news = change({
      peers: [record(0), record(1)],
      joined: [{ ...record(1), returned: false }],
      left: [record(2), record(3)],
      moved: [{ ...record(0), from: ['10.0.0.9'] }],
      updated: [record(1)],
      missing: ['db-4', 'db-5'],
    });
    expect(hookEnvironment(news, {})).toEqual({
      PEERSET_SERVICE: 'db-svc.default.svc.cluster.local',
      PEERSET_REVISION: '7',
      PEERSET_TRUNCATED: 'false',
      PEERSET_PEERS: 'db-0,db-1',
      PEERSET_HOSTS: 'db-0.db-svc.default.svc.cluster.local,db-1.db-svc.default.svc.cluster.local',
      PEERSET_ADDRESSES: '10.0.0.0,fd00::0,10.0.0.1,fd00::1',
      PEERSET_JOINED: 'db-1',
      PEERSET_LEFT: 'db-2,db-3',
      PEERSET_MOVED: 'db-0',
      PEERSET_UPDATED: 'db-1',
      PEERSET_MISSING: 'db-4,db-5',
    });
  });

  test('lists of nobody are empty, not unset', () => {
    expect(hookEnvironment(change(), {})).toMatchObject({ PEERSET_PEERS: '', PEERSET_LEFT: '', PEERSET_TRUNCATED: 'false' });
  });

  test('passes on the environment of the command without what is named PEERSET_*', () => {
    const own = {
      PATH: '/bin',
      HOME: undefined,
      XPEERSET_A: 'kept',
      PEERSET_PASSWORD: 'secret',
      PEERSET_PASSWORD_FILE: '/run/secret',
      PEERSET_SERVICE: 'the flag',
      PEERSET_: 'odd',
    };
    const env = hookEnvironment(change(), own);
    expect(env).toMatchObject({ PATH: '/bin', XPEERSET_A: 'kept', PEERSET_SERVICE: 'db-svc.default.svc.cluster.local' });
    for (const name of ['HOME', 'PEERSET_PASSWORD', 'PEERSET_PASSWORD_FILE', 'PEERSET_']) expect(env).not.toHaveProperty(name);
  });

  test.each([
    { name: '10 peers', peers: 10, isTruncated: false },
    { name: '1000 peers', peers: 1_000, isTruncated: false },
    { name: '5000 peers', peers: 5_000, isTruncated: true },
  ])('all lists or none: $name', ({ peers, isTruncated }) => {
    const env = hookEnvironment(change({ peers: Array.from({ length: peers }, (_, i) => record(i)) }), { PEERSET_PEERS: 'declared' });
    const names = Object.keys(env).filter((name) => name.startsWith('PEERSET_'));
    expect(env['PEERSET_TRUNCATED']).toBe(String(isTruncated));
    expect(names).toHaveLength(isTruncated ? 3 : 11);
  });
});
