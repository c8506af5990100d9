import { describe, expect, test } from 'vitest';
import type { Snapshot } from '@peerset/core';
import { addVain, stillVain, watchUnconnected } from '../../src/client/bare-hosts.ts';
import { afterLook, afterReplacement, afterVainAttempt, firstMemory, type ClientMemory } from '../../src/client/client-memory.ts';
import type { HostView } from '../../src/client/host-view.ts';
import { foundNobody, stillNobody } from '../../src/client/no-host.ts';
import { host, peer } from './host-views.ts';

const bare = { openConnections: 0 };
const peers = [peer(0, '10.0.0.1'), peer(1, '10.0.0.2')];

describe('a host without a connection', () => {
  test('keeps its first moment, and is forgotten once it has one', () => {
    const first = watchUnconnected(new Map(), [host('10.0.0.1', bare), host('10.0.0.2')], 1_000);
    expect([...first]).toEqual([['10.0.0.1:9042', 1_000]]);
    expect([...watchUnconnected(first, [host('10.0.0.1', bare)], 2_000)]).toEqual([['10.0.0.1:9042', 1_000]]);
    expect([...watchUnconnected(first, [host('10.0.0.1')], 2_000)]).toEqual([]);
  });

  test('is not missed while it is down or elsewhere', () => {
    const hosts = [host('10.0.0.1', { ...bare, isUp: false }), host('10.0.0.2', { ...bare, isLocal: false })];
    expect(watchUnconnected(new Map(), hosts, 0).size).toBe(0);
  });
});

describe('a host that a fresh client did not reach either', () => {
  const hosts = [host('10.0.0.1'), host('10.0.0.2', bare)];
  const vain = addVain(undefined, ['10.0.0.2'], { peers, hosts });
  test.each<{ name: string; now: { peers?: typeof peers; hosts?: readonly HostView[] }; left: readonly string[] | undefined }>([
    { name: 'stays in vain while nothing changes', now: {}, left: ['10.0.0.2'] },
    { name: 'is worth a try once DNS shows something else', now: { peers: [...peers] }, left: undefined },
    { name: 'is worth a try once a host has come', now: { hosts: [...hosts, host('10.0.0.3')] }, left: undefined },
    { name: 'is worth a try once a host has gone', now: { hosts: [host('10.0.0.2', bare)] }, left: undefined },
    {
      name: 'is worth a try once a host has another address',
      now: { hosts: [host('10.0.0.9'), host('10.0.0.2', bare)] },
      left: undefined,
    },
    { name: 'is worth a try once it was connected', now: { hosts: [host('10.0.0.1'), host('10.0.0.2')] }, left: undefined },
    {
      name: 'is worth a try once it was down',
      now: { hosts: [host('10.0.0.1'), host('10.0.0.2', { ...bare, isUp: false })] },
      left: undefined,
    },
  ])('$name', ({ now, left }) => {
    const still = stillVain(vain, { peers, hosts, ...now });
    expect(still && [...still.hosts]).toEqual(left);
  });

  test('is one of several, each with its own fate', () => {
    const all = [host('10.0.0.1', bare), host('10.0.0.2', bare)];
    const both = addVain(addVain(undefined, ['10.0.0.2'], { peers, hosts: all }), ['10.0.0.1'], { peers, hosts: all });
    expect([...both.hosts]).toEqual(['10.0.0.2', '10.0.0.1']);
    expect([...(stillVain(both, { peers, hosts: [host('10.0.0.1'), host('10.0.0.2', bare)] })?.hosts ?? [])]).toEqual(['10.0.0.2']);
  });
});

describe('requests that found nobody', () => {
  const nobody = foundNobody(undefined, new Set(), 1_000);
  const halfOpen = foundNobody(undefined, new Set(['10.0.0.1:9042']), 1_000);
  const noneConnected = [host('10.0.0.1', bare), host('10.0.0.2', { ...bare, isUp: false })];
  test.each<{ name: string; before: typeof nobody; hosts: readonly HostView[]; nowMs: number; counts: boolean }>([
    { name: 'count while no host has a connection, however long ago', before: nobody, hosts: noneConnected, nowMs: 9e9, counts: true },
    { name: 'do not count once a host has got a connection', before: nobody, hosts: [host('10.0.0.1')], nowMs: 1_001, counts: false },
    {
      name: 'count all the same while only another data centre is connected',
      before: nobody,
      hosts: [...noneConnected, host('10.1.0.1', { isLocal: false })],
      nowMs: 2_000,
      counts: true,
    },
    { name: 'count while the only connection may be dead', before: halfOpen, hosts: [host('10.0.0.1')], nowMs: 18_000, counts: true },
    { name: 'do not count once a dead one would be gone', before: halfOpen, hosts: [host('10.0.0.1')], nowMs: 18_001, counts: false },
    {
      name: 'do not count once a second host is connected',
      before: halfOpen,
      hosts: [host('10.0.0.1'), host('10.0.0.2')],
      nowMs: 1_001,
      counts: false,
    },
  ])('$name', ({ before, hosts, nowMs, counts }) => {
    expect(stillNobody(before, hosts, nowMs, 2_000) !== undefined).toBe(counts);
  });

  test('begin with the first of them, and are as recent as the last', () => {
    expect(foundNobody(nobody, new Set(), 9_000)).toEqual({ sinceMs: 1_000, lastMs: 9_000, connected: new Set() });
  });

  test('do not count after a connection that was lost is there again', () => {
    const between = stillNobody(halfOpen, noneConnected, 2_000, 2_000);
    expect(between?.connected.size).toBe(0);
    expect(stillNobody(between, [host('10.0.0.1')], 3_000, 2_000)).toBeUndefined();
  });
});

describe('the memory of a managed client', () => {
  const policy = { minAgeMs: 0, settleMs: 0, unconnectedAfterMs: 0, noHostAfterMs: 0 };
  const snapshot = { peers } as unknown as Snapshot;
  const memory: ClientMemory = firstMemory(snapshot, ['cass-0'], 0);
  const hosts = [host('10.0.0.1', bare)];

  test('learns names, and when members were other ones', () => {
    const changed = { peers: [peer(1, '10.0.0.2')] } as unknown as Snapshot;
    const same = afterLook(memory, { nowMs: 500, snapshot, hosts, names: ['cass-0'] }, policy);
    const other = afterLook(same, { nowMs: 1_000, snapshot: changed, hosts, names: ['cass-1'] }, policy);
    expect(same).toMatchObject({ snapshotSinceMs: 0, unconnectedSinceMs: new Map([['10.0.0.1:9042', 500]]) });
    expect(same.knownNames).toBe(memory.knownNames);
    expect(other).toMatchObject({ snapshotSinceMs: 1_000, knownNames: new Set(['cass-0', 'cass-1']) });
  });

  test('keeps what was in vain when another client serves, and nothing else of the old one', () => {
    const looked = afterLook(memory, { nowMs: 500, snapshot, hosts, names: [] }, policy);
    const attempt = { trigger: 'unconnected-host', reason: '', wanted: ['10.0.0.1'] } as const;
    const vain = afterVainAttempt({ ...looked, noHost: foundNobody(undefined, new Set(), 0), failuresInARow: 3 }, attempt, {
      peers,
      hosts,
    });
    const after = afterReplacement(vain);
    expect(after).toMatchObject({ vain: { hosts: new Set(['10.0.0.1']) }, noHost: undefined, failuresInARow: 0 });
    expect(after.unconnectedSinceMs.size).toBe(0);
  });

  test('takes no attempt for another reason as one in vain: DNS may be behind', () => {
    expect(afterVainAttempt(memory, { trigger: 'moved', reason: '', wanted: ['10.0.0.1'] }, { peers, hosts })).toBe(memory);
  });
});
