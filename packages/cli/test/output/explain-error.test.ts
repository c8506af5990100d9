import * as fc from 'fast-check';
import { DiscoveryError, InvalidOptionsError, PeersNotReadyError, watchPeers } from '@peerset/core';
import type { ResolvedCriteria } from '@peerset/core';
import { describe, expect, test } from 'vitest';
import { explainError } from '../../src/output/explain-error.ts';
import { flagOf, inFlags } from '../../src/output/flag-words.ts';
import { noPaint } from '../../src/output/paint.ts';
import { wantedText } from '../../src/output/wanted-text.ts';
import { anyLookup, anySnapshot, hostileText } from './arbitraries.ts';
import { identity, lookup, peer, snapshot, tagged, unindented } from './builders.ts';
import { UNSAFE } from './unsafe.ts';

const flags = {
  namespace: '--namespace',
  clusterDomain: '--cluster-domain',
  statefulSet: '--stateful-set',
  replicas: '--replicas',
  servers: '--server',
  allowedAddresses: '--allow',
  pollIntervalMs: '--poll-interval',
  settlingIntervalMs: '--settling-interval',
  timeoutMs: '--timeout',
};
const style = { paint: noPaint, flags };

const wanted: ResolvedCriteria = { peers: 'declared', ordinals: [], self: false, stableForMs: 0, timeoutMs: 300_000, signal: undefined };

function explained(error: unknown, more: { isDebug?: boolean; columns?: number } = {}): string {
  return explainError(error, { ...style, ...more });
}

/** What is thrown by options that core refuses. */
function refusal(options: Parameters<typeof watchPeers>[0]): unknown {
  try {
    void watchPeers({ ...options, persistent: false }).close();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('explainError', () => {
  test('names the flag, the value and the rule of each refused option', () => {
    const error = refusal({
      service: 'color-svc.default',
      pollIntervalMs: 5,
      settlingIntervalMs: 70_000,
      replicas: 3,
      allowedAddresses: ['10.0.0.0'],
    });
    expect(explained(error)).toBe(
      `${unindented(`
        peerset: --allow: "10.0.0.0" is refused, must be a CIDR block, such as 10.244.0.0/16, or 10.244.1.7/32 for one address
        peerset: --poll-interval: 5 ms is refused, must be a whole number of milliseconds from 250 to 3600000
        peerset: --settling-interval: 70000 ms is refused, must be a whole number of milliseconds from 100 to 60000
        peerset: --replicas: 3 is refused, needs --stateful-set
      `)}\n`,
    );
  });

  test('says who is missing, why that may be, and what DNS said last, what failed first', () => {
    const error = new PeersNotReadyError({
      wanted,
      snapshot: snapshot([peer(0), peer(1)], [identity(2)]),
      lookups: [
        lookup(),
        lookup({ type: 'AAAA', outcome: 'unknown', code: 'ETIMEOUT', records: 0, server: undefined, attempts: 3, durationMs: 2_000 }),
      ],
      hint: "pass namespace: 'prod' to look there; or kubectl get pods",
    });
    expect(explained(error)).toBe(
      `${unindented(`
        peerset: not ready: waited 5m for all declared peers of color-svc.default.svc.cluster.local
        missing: color-ss-2
        there: color-ss-0, color-ss-1
        hint:
          pass --namespace prod to look there; or kubectl get pods
        last lookups:
          TYPE  NAME                                 OUTCOME                       SERVER      TOOK
          AAAA  color-svc.default.svc.cluster.local  unknown ETIMEOUT, 3 attempts  -           2.0 s
          A     color-svc.default.svc.cluster.local  found 2 (TTL 5 s)             10.96.0.10  2 ms
      `)}\n`,
    );
  });

  test('fits a narrow terminal: hints are wrapped, of many lookups the first are shown', () => {
    const lookups = Array.from({ length: 20 }, (_, ordinal) => lookup({ name: `color-ss-${ordinal}.color-svc` }));
    const error = new PeersNotReadyError({
      wanted: { ...wanted, peers: 3, timeoutMs: 0 },
      snapshot: snapshot([]),
      lookups,
      hint: 'one two three four five six',
    });
    expect(explained(error, { columns: 22 }).split('\n')).toStrictEqual([
      'peerset: not ready: looked once for 3 peers of color-svc.default.svc.cluster.local',
      'there: nobody',
      'hint:',
      '  one two three four',
      '  five six',
      'last lookups:',
      '  TYPE  NAME      O...',
      ...Array.from({ length: 8 }, () => '  A     color...  f...'),
      '  and 12 more',
      '',
    ]);
  });

  test.each([
    {
      name: 'an error of the library with its code',
      error: new DiscoveryError('CLOSED', 'the watcher is closed'),
      want: 'peerset: the watcher is closed (CLOSED)',
    },
    { name: 'any other error by its message', error: new Error('EACCES: permission denied'), want: 'peerset: EACCES: permission denied' },
    { name: 'an error without a message by its name', error: new TypeError(''), want: 'peerset: TypeError' },
    {
      name: 'an error of several by the first',
      error: new AggregateError([new Error('connect ECONNREFUSED'), new Error('b')]),
      want: 'peerset: connect ECONNREFUSED',
    },
    {
      name: 'an error of several by its own message',
      error: new AggregateError([new Error('a')], 'all failed'),
      want: 'peerset: all failed',
    },
    { name: 'a message of several lines', error: new Error('one\ntwo'), want: 'peerset: one\ntwo' },
    { name: 'a message with an escape', error: new Error('\u001B[2J'), want: String.raw`peerset: \x1B[2J` },
    { name: 'a text', error: 'no', want: 'peerset: no' },
    { name: 'nothing', error: undefined, want: 'peerset: thrown: undefined' },
    { name: 'an object', error: { a: 1 }, want: 'peerset: thrown: {"a":1}' },
    { name: 'what has no text', error: Object.assign(Object.create(null), { a: 1n }), want: 'peerset: thrown: a value without a text' },
  ])('tells $name', ({ error, want }) => {
    expect(explained(error)).toBe(`${want}\n`);
  });

  test('shows the stack to whoever debugs', () => {
    expect(explained(new Error('broken'), { isDebug: true })).toMatch(/^peerset: broken\nError: broken\n {4}at /);
    expect(explained(new Error('broken'))).toBe('peerset: broken\n');
  });

  test('colours what the words say', () => {
    expect(
      explainError(new InvalidOptionsError([{ path: 'replicas', value: '-1', rule: 'must be 0 or more' }]), { paint: tagged, flags }),
    ).toBe('<bad:peerset:> --replicas: -1 is refused, must be 0 or more\n');
  });

  test('never throws, and nothing in it is obeyed, whatever went wrong', () => {
    const anyError: fc.Arbitrary<unknown> = fc.oneof(
      fc.anything(),
      hostileText.map((text) => new Error(text)),
      hostileText.map((text) => new InvalidOptionsError([{ path: text, value: text, rule: text }])),
      fc
        .record({ snapshot: anySnapshot, lookups: fc.array(anyLookup), hint: hostileText })
        .map((details) => new PeersNotReadyError({ ...details, wanted })),
    );
    fc.assert(
      fc.property(anyError, fc.integer({ min: 1, max: 120 }), (error, columns) => {
        expect(explained(error, { columns, isDebug: true })).not.toMatch(UNSAFE);
      }),
    );
  });
});

describe('options as flags', () => {
  test.each([
    { path: 'pollIntervalMs', want: '--poll-interval' },
    { path: 'allowedAddresses.0', want: '--allow' },
    { path: 'until.peers', want: 'until.peers' },
    { path: 'constructor', want: 'constructor' },
  ])('$path is set by $want', ({ path, want }) => {
    expect(flagOf(path, flags)).toBe(want);
  });

  test.each([
    {
      text: "pass clusterDomain: 'corp.example', or color-svc as service",
      want: 'pass --cluster-domain corp.example, or color-svc as service',
    },
    { text: "pass namespace: 'prod'", want: 'pass --namespace prod' },
    { text: 'check the option namespace, or the namespace in the name', want: 'check --namespace, or the namespace in the name' },
    { text: 'needs statefulSet and replicas', want: 'needs --stateful-set and replicas' },
    { text: 'not above pollIntervalMs.', want: 'not above --poll-interval.' },
    { text: 'serviceName of its StatefulSet must be color-svc', want: 'serviceName of its StatefulSet must be color-svc' },
    { text: 'x.statefulSet.y stays', want: 'x.statefulSet.y stays' },
  ])('$text', ({ text, want }) => {
    expect(inFlags(text, flags)).toBe(want);
  });
});

test.each([
  { criteria: { peers: 'declared' as const }, want: 'all declared peers' },
  { criteria: { peers: 'majority' as const, stableForMs: 5_000 }, want: 'a majority of the declared peers, unchanged for 5s' },
  { criteria: { peers: 1 }, want: '1 peer' },
  { criteria: { peers: 3, self: true }, want: '3 peers and this pod' },
  { criteria: { ordinals: [2] }, want: 'ordinal 2' },
  { criteria: { ordinals: [0, 2], self: true }, want: 'ordinals 0, 2 and this pod' },
  { criteria: {}, want: 'peers' },
])('a wait is for $want', ({ criteria, want }) => {
  expect(wantedText(criteria)).toBe(want);
});
