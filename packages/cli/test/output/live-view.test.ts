import * as fc from 'fast-check';
import stringWidth from 'string-width';
import type { Change, Peer, PeerIdentity } from '@peerset/core';
import { describe, expect, test } from 'vitest';
import { nextLive, startLive } from '../../src/output/live-state.ts';
import type { LiveEvent, LiveState } from '../../src/output/live-state.ts';
import { liveView } from '../../src/output/live-view.ts';
import { noPaint } from '../../src/output/paint.ts';
import { anyLookup, anySnapshot, anyStatus } from './arbitraries.ts';
import { identity, lookup, peer, problem, round, snapshot, status, tagged, unindented } from './builders.ts';
import { UNSAFE } from './unsafe.ts';

const NOBODY = snapshot([], [], 0);

/** An event, and when it is told. */
type Told = readonly [atMs: number, event: LiveEvent];

function changed(more: Partial<Change>): LiveEvent {
  return { kind: 'change', change: { snapshot: NOBODY, previous: NOBODY, joined: [], left: [], moved: [], updated: [], ...more } };
}

const looked: LiveEvent = { kind: 'round', report: round({ startedAtMs: 1_000 }) };

function stateAfter(events: readonly Told[]): LiveState {
  const start = startLive({ snapshot: NOBODY, status: status({ phase: 'starting', lastAnswerAtMs: undefined }) }, 0);
  return events.reduce((state, [atMs, event]) => nextLive(state, event, atMs), start);
}

/** What a first look finds, and the round that it ends with. */
function firstLook(peers: readonly Peer[], missing: readonly PeerIdentity[] = []): readonly Told[] {
  return [
    [1_002, changed({ snapshot: snapshot(peers, missing), joined: peers.map((each) => ({ ...each, returned: false })) })],
    [1_002, { kind: 'status', status: status({ phase: 'settling', lastAnswerAtMs: 1_002 }) }],
    [1_002, looked],
  ];
}

function view(
  events: readonly Told[],
  { nowMs, columns = 100, rows = 24, isLast = false }: { nowMs: number; columns?: number; rows?: number; isLast?: boolean },
): string {
  return liveView(stateAfter(events), { nowMs, columns, rows, isLast, paint: noPaint });
}

const settled: LiveEvent = { kind: 'status', status: status() };

describe('the live view', () => {
  test('says that the first look is under way', () => {
    expect(view([], { nowMs: 1_234 })).toBe(
      unindented(`
        color-svc.default.svc.cluster.local
        starting: no answer yet; 0 peers

        first look under way for 1.2 s
      `),
    );
  });

  test('shows who was found, and claims no change for what the first look found', () => {
    expect(view(firstLook([peer(0), peer(1)], [identity(2)]), { nowMs: 13_402 })).toBe(
      unindented(`
        color-svc.default.svc.cluster.local
        settling: something is in motion; 2 peers, 1 missing

        PEER        ORDINAL  ADDRESS   SEEN FOR  STATE    LAST CHANGE
        color-ss-0  0        10.0.0.1  12s       present  -
        color-ss-1  1        10.0.0.2  12s       present  -
        color-ss-2  2        -         -         missing  -

        last look 12.4 s ago (1 question, 2 ms), looking now
      `),
    );
  });

  test('shows who came, moved, left, changed the port and is in doubt', () => {
    const before = [0, 1, 2, 3, 4].map((ordinal) => peer(ordinal));
    const now = [peer(0, { addresses: ['10.0.0.9'] }), peer(1, { port: 1 }), peer(3), peer(5)];
    const events: readonly Told[] = [
      ...firstLook(before),
      [
        60_000,
        changed({
          snapshot: snapshot(now, [identity(2)], 2),
          joined: [{ ...peer(5), returned: false }],
          left: [peer(2), peer(4)],
          moved: [{ peer: peer(0), from: ['10.0.0.1'] }],
          updated: [peer(1)],
        }),
      ],
      [60_000, { kind: 'status', status: status({ phase: 'settling', unconfirmed: ['color-ss-3'] }) }],
      [63_000, { kind: 'status', status: status({ phase: 'settling', unconfirmed: ['color-ss-3', 'color-ss-5'] }) }],
      [63_000, { kind: 'round', report: round({ startedAtMs: 62_950, durationMs: 50, lookups: [lookup(), lookup(), lookup()] }) }],
    ];
    expect(view(events, { nowMs: 63_400 })).toBe(
      unindented(`
        color-svc.default.svc.cluster.local
        settling: something is in motion; 4 peers, 1 missing, 2 unconfirmed, 1 left a moment ago

        PEER        ORDINAL  ADDRESS   SEEN FOR  STATE        LAST CHANGE
        color-ss-0  0        10.0.0.9  1m 2s     present      moved 3s ago from 10.0.0.1
        color-ss-1  1        10.0.0.2  1m 2s     present      port changed 3s ago
        color-ss-2  2        -         -         missing      left 3s ago
        color-ss-3  3        10.0.0.4  1m 2s     unconfirmed  in doubt for 3s
        color-ss-4  4        10.0.0.5  -         left         left 3s ago
        color-ss-5  5        10.0.0.6  3s        unconfirmed  in doubt for 0s

        last look 0.4 s ago (3 questions, 50 ms), next look in 4.6 s
      `),
    );
  });

  test('tells a peer that returned from one that joined, and forgets who left more than a minute ago', () => {
    const events: readonly Told[] = [
      ...firstLook([peer(0), peer(1), peer(2)]),
      [10_000, changed({ snapshot: snapshot([peer(0)]), left: [peer(1), peer(2)] })],
      [20_000, changed({ snapshot: snapshot([peer(0), peer(1)]), joined: [{ ...peer(1), returned: true }] })],
      [70_000, settled],
    ];
    const rows = (nowMs: number): readonly string[] => view(events, { nowMs }).split('\n').slice(4, -2);
    expect(rows(69_000)).toStrictEqual([
      'color-ss-0  0        10.0.0.1  1m 7s     present  -',
      'color-ss-1  1        10.0.0.2  49s       present  returned 49s ago',
      'color-ss-2  2        10.0.0.3  -         left     left 59s ago',
    ]);
    expect(rows(70_000)).toStrictEqual([
      'color-ss-0  0        10.0.0.1  1m 8s     present  -',
      'color-ss-1  1        10.0.0.2  50s       present  returned 50s ago',
    ]);
    expect(stateAfter([...events, [75_000, looked]]).departures).toHaveLength(0);
  });

  test.each([
    { phase: 'settled', lastAnswerAtMs: 0, want: 'settled' },
    { phase: 'stale', lastAnswerAtMs: 1_000, want: 'stale: no answer for 34s' },
    { phase: 'stale', lastAnswerAtMs: undefined, want: 'stale: known from an earlier run, no answer yet' },
    { phase: 'closed', lastAnswerAtMs: 0, want: 'closed' },
  ] as const)('says $want', ({ phase, lastAnswerAtMs, want }) => {
    const lines = view([[0, { kind: 'status', status: status({ phase, lastAnswerAtMs }) }]], { nowMs: 35_000 }).split('\n');
    expect(lines[1]).toBe(`${want}; 0 peers`);
  });

  test('at the end it says nothing of a next look', () => {
    expect(view(firstLook([peer(0)]), { nowMs: 1_500, isLast: true })).toMatch(/\nlast look 0\.4 s ago \(1 question, 2 ms\)$/);
  });

  test('colour repeats the words', () => {
    const frame = { nowMs: 1_002, columns: 100, rows: 24, isLast: false };
    const coloured = liveView(stateAfter(firstLook([peer(0)], [identity(1)])), { ...frame, paint: tagged });
    expect(coloured.replaceAll(/<\w+:([^>]*)>/g, '$1')).toBe(
      liveView(stateAfter(firstLook([peer(0)], [identity(1)])), { ...frame, paint: noPaint }),
    );
    expect(coloured).toContain('<bad:1 missing>');
  });
});

describe('problems in the live view', () => {
  test('name flags in what they advise', () => {
    const guessed = problem({ hint: 'pass clusterDomain if the cluster uses another one' });
    const state = stateAfter([[1_002, { kind: 'status', status: status({ problems: [guessed] }) }]]);
    const frame = { nowMs: 1_500, columns: 100, rows: 24, isLast: false, paint: noPaint };
    expect(liveView(state, { ...frame, flags: { clusterDomain: '--cluster-domain' } })).toContain('pass --cluster-domain if');
    expect(liveView(state, frame)).toContain('pass clusterDomain if');
  });

  const long = problem({ hint: 'the last known peers stand; check the DNS servers, and that port 53 to them is open' });
  const withProblems = (count: number): readonly Told[] => [
    ...firstLook([peer(0)]),
    [1_002, { kind: 'status', status: status({ problems: Array.from({ length: count }, () => long) }) }],
  ];

  test('are told with their hints, wrapped', () => {
    expect(view(withProblems(1), { nowMs: 1_002, columns: 50 }).split('\n').slice(2, 6)).toStrictEqual([
      '! LOOKUPS_FAILING: DNS gives no usable answer',
      '  the last known peers stand; check the DNS',
      '  servers, and that port 53 to them is open',
      '',
    ]);
  });

  test('take a line each where there is less room', () => {
    expect(view(withProblems(1), { nowMs: 1_002, columns: 40, rows: 10 }).split('\n').slice(2, 4)).toStrictEqual([
      '! LOOKUPS_FAILING: DNS gives no usabl...',
      '  the last known peers stand; check t...',
    ]);
  });

  test('are counted where there is no room for all', () => {
    const lines = view(withProblems(9), { nowMs: 1_002, rows: 14 }).split('\n');
    expect(lines.slice(2, 6)).toStrictEqual([
      ...Array.from({ length: 3 }, () => '! LOOKUPS_FAILING: DNS gives no usable answer'),
      '! 6 more problems',
    ]);
    expect(lines).toHaveLength(11);
  });
});

describe('a large set in the live view', () => {
  const thousand = Array.from({ length: 1_000 }, (_, ordinal) => peer(ordinal));
  const events: readonly Told[] = [
    ...firstLook(thousand),
    [
      20_000,
      changed({
        snapshot: snapshot(
          thousand.filter(({ ordinal }) => ordinal !== 700),
          [identity(700)],
        ),
        left: [peer(700)],
        moved: [{ peer: peer(900), from: ['10.9.9.9'] }],
      }),
    ],
    [20_000, { kind: 'status', status: status({ unconfirmed: ['color-ss-800'] }) }],
    [20_000, looked],
  ];

  test('shows those in trouble and those that changed first, and says how many are left out', () => {
    expect(view(events, { nowMs: 21_000, rows: 15 })).toBe(
      unindented(`
        color-svc.default.svc.cluster.local
        settled; 999 peers, 1 missing, 1 unconfirmed

        PEER          ORDINAL  ADDRESS     SEEN FOR  STATE        LAST CHANGE
        color-ss-700  700      -           -         missing      left 1s ago
        color-ss-800  800      10.0.0.801  19s       unconfirmed  in doubt for 1s
        color-ss-900  900      10.0.0.901  19s       present      moved 1s ago from 10.9.9.9
        color-ss-0    0        10.0.0.1    19s       present      -
        color-ss-1    1        10.0.0.2    19s       present      -
        color-ss-2    2        10.0.0.3    19s       present      -
        color-ss-3    3        10.0.0.4    19s       present      -
        and 993 more: 993 present

        last look 19.9 s ago (1 question, 2 ms), looking now
      `),
    );
  });

  test('is reduced and rendered fast enough for ten frames a second', () => {
    const state = stateAfter(events);
    const startedAtMs = performance.now();
    for (let frame = 0; frame < 20; frame += 1) liveView(state, { nowMs: 21_000, columns: 100, rows: 50, isLast: false, paint: noPaint });
    expect((performance.now() - startedAtMs) / 20).toBeLessThan(50);
  });
});

describe('for any state', () => {
  const anyState: fc.Arbitrary<LiveState> = fc.tuple(anySnapshot, anySnapshot).chain(([before, after]) =>
    fc
      .record({ status: anyStatus(after), lookups: fc.array(anyLookup, { maxLength: 3 }), atMs: fc.nat(1_000_000) })
      .map(({ status: told, lookups, atMs }) => {
        const change = { snapshot: after, previous: before, joined: after.peers.map((each) => ({ ...each, returned: true })) };
        const moved = after.peers.slice(0, 3).map((each) => ({ peer: each, from: each.addresses }));
        const start = startLive({ snapshot: before, status: told }, 0);
        const report = round({ lookups, startedAtMs: atMs });
        return [
          changed({ ...change, left: before.peers, moved }),
          { kind: 'status', status: told } as const,
          { kind: 'round', report } as const,
        ].reduce((state, event) => nextLive(state, event, atMs), nextLive(start, { kind: 'round', report: round() }, 0));
      }),
  );

  test('the view fits the terminal, and nothing in it is obeyed', () => {
    fc.assert(
      fc.property(
        anyState,
        fc.record({
          nowMs: fc.nat(2_000_000),
          columns: fc.integer({ min: 1, max: 140 }),
          rows: fc.integer({ min: 1, max: 60 }),
          isLast: fc.boolean(),
        }),
        (state, frame) => {
          const shown = liveView(state, { ...frame, paint: noPaint });
          expect(shown).not.toMatch(UNSAFE);
          const lines = shown.split('\n');
          expect(lines.length).toBeLessThanOrEqual(Math.max(1, frame.rows - 1));
          for (const line of lines) {
            expect(stringWidth(line)).toBeLessThanOrEqual(frame.columns);
            expect(line).toBe(line.trimEnd());
          }
        },
      ),
    );
  });
});
