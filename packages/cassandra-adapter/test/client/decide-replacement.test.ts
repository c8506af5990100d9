import { describe, expect, test } from 'vitest';
import {
  decideReplacement,
  isBetter,
  mostPauseMs,
  retryDelayMs,
  type ClientView,
  type ReplacementPolicy,
} from '../../src/client/decide-replacement.ts';
import { host, peer } from './host-views.ts';

const policy: ReplacementPolicy = { minAgeMs: 5_000, settleMs: 5_000, unconnectedAfterMs: 2_000, noHostAfterMs: 2_000 };

/** Two nodes, all well. */
function view(changes: Partial<ClientView> = {}): ClientView {
  return {
    nowMs: 100_000,
    peers: [peer(0, '10.0.0.1'), peer(1, '10.0.0.2')],
    quietForMs: 60_000,
    hosts: [host('10.0.0.1'), host('10.0.0.2')],
    connectedAtMs: 0,
    mapped: new Set(['10.0.0.1', '10.0.0.2']),
    knownNames: new Set(['cass-0', 'cass-1']),
    unconnectedSinceMs: new Map(),
    vainHosts: new Set(),
    noHostSinceMs: undefined,
    notBeforeMs: 0,
    ...changes,
  };
}

const bothMoved = [peer(0, '10.0.0.11'), peer(1, '10.0.0.12')];
const oneMoved = [peer(0, '10.0.0.1'), peer(1, '10.0.0.12')];
const names = ['cass-0.cass.db.svc.cluster.local', 'cass-1.cass.db.svc.cluster.local'];

describe('a client stays', () => {
  test.each<{ name: string; changes: Partial<ClientView> }>([
    { name: 'while all is well', changes: {} },
    { name: 'while it is young, whatever is wrong', changes: { peers: bothMoved, connectedAtMs: 95_001 } },
    { name: 'in the pause after a failed attempt', changes: { peers: bothMoved, notBeforeMs: 100_001 } },
    { name: 'while DNS is not to be believed', changes: { peers: bothMoved, quietForMs: undefined } },
    { name: 'while members still change, when some have moved', changes: { peers: oneMoved, quietForMs: 4_999 } },
    { name: 'when nobody is in DNS', changes: { peers: [] } },
    { name: 'when a peer is new that no client has had: it may be no node', changes: { peers: [...view().peers, peer(2, '10.0.0.3')] } },
    {
      name: 'when nodes are called by name and have other addresses',
      changes: { peers: bothMoved, mapped: new Set(names), hosts: names.map((each) => host(each)) },
    },
    {
      name: 'when a host has been without a connection for a moment',
      changes: { unconnectedSinceMs: new Map([['10.0.0.2:9042', 98_001]]) },
    },
    {
      name: 'when a host is up without a connection, as it was in a fresh client',
      changes: { unconnectedSinceMs: new Map([['10.0.0.2:9042', 0]]), vainHosts: new Set(['10.0.0.2']) },
    },
    { name: 'when nobody is reached and DNS shows nobody else', changes: { noHostSinceMs: 0 } },
    { name: 'when nobody is reached for a moment', changes: { peers: oneMoved, quietForMs: 0, noHostSinceMs: 98_001 } },
    { name: 'when a node was added elsewhere', changes: { hosts: [...view().hosts, host('10.1.0.1', { isLocal: false })] } },
    {
      name: 'when a node was added that owns no part of the ring',
      changes: { hosts: [...view().hosts, host('10.0.0.3', { hasTokens: false })] },
    },
    { name: 'when a node was added and is down', changes: { hosts: [...view().hosts, host('10.0.0.3', { isUp: false })] } },
  ])('$name', ({ changes }) => {
    expect(decideReplacement(view(changes), policy)).toBeUndefined();
  });
});

describe('a client is replaced', () => {
  test.each<{ name: string; changes: Partial<ClientView>; trigger: string; wanted: readonly string[] }>([
    {
      name: 'when every node has another address, at once',
      changes: { peers: bothMoved, quietForMs: 0 },
      trigger: 'all-moved',
      wanted: bothMoved.flatMap(({ host: each, addresses }) => [each, ...addresses]),
    },
    {
      name: 'when one node has another address, once members are quiet',
      changes: { peers: oneMoved, quietForMs: 5_000 },
      trigger: 'moved',
      wanted: ['cass-1.cass.db.svc.cluster.local', '10.0.0.12'],
    },
    {
      name: 'when nobody is reached, and DNS shows another address, without waiting for quiet',
      changes: { peers: oneMoved, quietForMs: 0, noHostSinceMs: 98_000 },
      trigger: 'no-host',
      wanted: [],
    },
    {
      name: 'when a host is up without a connection',
      changes: { unconnectedSinceMs: new Map([['10.0.0.2:9042', 98_000]]) },
      trigger: 'unconnected-host',
      wanted: ['10.0.0.2'],
    },
    {
      name: 'when one more host is without a connection than in a fresh client, for that one',
      changes: {
        unconnectedSinceMs: new Map([
          ['10.0.0.1:9042', 98_000],
          ['10.0.0.2:9042', 0],
        ]),
        vainHosts: new Set(['10.0.0.2']),
      },
      trigger: 'unconnected-host',
      wanted: ['10.0.0.1'],
    },
    {
      name: 'when a node has moved, though a fresh client could not help another one',
      changes: {
        peers: oneMoved,
        unconnectedSinceMs: new Map([['10.0.0.1:9042', 0]]),
        vainHosts: new Set(['10.0.0.1']),
      },
      trigger: 'moved',
      wanted: ['cass-1.cass.db.svc.cluster.local', '10.0.0.12'],
    },
    {
      name: 'when a node was added',
      changes: { hosts: [...view().hosts, host('10.0.0.3')] },
      trigger: 'added',
      wanted: ['10.0.0.3'],
    },
  ])('$name', ({ changes, trigger, wanted }) => {
    expect(decideReplacement(view(changes), policy)).toMatchObject({ trigger, wanted });
  });

  test('for a reason that names eight of a thousand hosts', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:9042`);
    const replacement = decideReplacement(view({ unconnectedSinceMs: new Map(many.map((each) => [each, 0])) }), policy);
    expect(replacement?.wanted).toHaveLength(1_000);
    expect(replacement?.reason).toMatch(/^up and without a connection: (10\S+ ){7}10\S+ and 992 more$/);
  });

  test('for bare hosts, of which a better one has fewer', () => {
    const hosts = [host('10.0.0.1', { openConnections: 0 }), host('10.0.0.2', { openConnections: 0 })];
    const unconnectedSinceMs = new Map([
      ['10.0.0.1:9042', 0],
      ['10.0.0.2:9042', 100_000],
    ]);
    expect(decideReplacement(view({ hosts, unconnectedSinceMs }), policy)).toMatchObject({ wanted: ['10.0.0.1'], bareHosts: 2 });
  });

  test('for the gravest reason of several', () => {
    const changes = { peers: bothMoved, unconnectedSinceMs: new Map([['10.0.0.2:9042', 0]]) };
    expect(decideReplacement(view(changes), policy)?.trigger).toBe('all-moved');
  });
});

describe('a new client is better', () => {
  const moved = { trigger: 'moved', reason: '', wanted: ['10.0.0.12'] } as const;
  const unconnected = { trigger: 'unconnected-host', reason: '', wanted: ['10.0.0.2'] } as const;
  test.each([
    { name: 'when it has a node that moved', replacement: moved, hosts: [host('10.0.0.12')], better: true },
    { name: 'not when DNS is behind and the node is elsewhere', replacement: moved, hosts: [host('10.0.0.13')], better: false },
    {
      name: 'not while the tokens of the node that moved are not known',
      replacement: moved,
      hosts: [host('10.0.0.12', { hasTokens: false })],
      better: false,
    },
    {
      name: 'when it reaches one of the nodes that all moved, whatever is known of its tokens',
      replacement: { ...moved, trigger: 'all-moved' } as const,
      hosts: [host('10.0.0.12', { hasTokens: false })],
      better: true,
    },
    { name: 'when it connects at all, after nobody was reached', replacement: { ...moved, wanted: [] }, hosts: [], better: true },
    { name: 'when the bare host has a connection', replacement: unconnected, hosts: [host('10.0.0.2')], better: true },
    { name: 'when it knows the bare host to be down', replacement: unconnected, hosts: [host('10.0.0.2', { isUp: false })], better: true },
    {
      name: 'not when another host is bare in its place',
      replacement: { ...unconnected, bareHosts: 1 },
      hosts: [host('10.0.0.2'), host('10.0.0.1', { openConnections: 0 })],
      better: false,
    },
    {
      name: 'when fewer hosts are bare',
      replacement: { ...unconnected, bareHosts: 2 },
      hosts: [host('10.0.0.2'), host('10.0.0.1', { openConnections: 0 })],
      better: true,
    },
    { name: 'not when the host is bare again', replacement: unconnected, hosts: [host('10.0.0.2', { openConnections: 0 })], better: false },
  ])('$name', ({ replacement, hosts, better }) => {
    expect(isBetter(replacement, hosts)).toBe(better);
  });
});

describe('pauses', () => {
  test.each([
    { trigger: 'all-moved', most: 5_000 },
    { trigger: 'no-host', most: 5_000 },
    { trigger: 'unconnected-host', most: 60_000 },
    { trigger: 'moved', most: 60_000 },
    { trigger: 'added', most: 60_000 },
  ] as const)('after $trigger pauses end at $most ms', ({ trigger, most }) => {
    expect(mostPauseMs(trigger, 60_000)).toBe(most);
  });

  test.each([
    { name: 'the first pause is half a second to a second', failures: 1, least: 500, most: 1_000 },
    { name: 'pauses double', failures: 4, least: 4_000, most: 8_000 },
    { name: 'and end at the limit', failures: 100, least: 30_000, most: 60_000 },
  ])('$name', ({ failures, least, most }) => {
    expect([retryDelayMs(failures, 60_000, 0), retryDelayMs(failures, 60_000, 1)]).toEqual([least, most]);
  });
});
