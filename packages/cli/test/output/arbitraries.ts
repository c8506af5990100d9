import * as fc from 'fast-check';
import type { LookupReport, Peer, Problem, Snapshot, Status } from '@peerset/core';
import { SERVICE } from './builders.ts';

/** Text with everything that a terminal obeys, hides, or shows wider than one column. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '-',
      ' ',
      '\u001B[31m',
      '\u001B]0;t\u0007',
      '\u009B2J',
      '\r',
      '\n',
      '\t',
      '\u202E',
      '\u200B',
      '\uD800',
      '中',
      '😀',
      'e\u0301',
      '👩\u200D🚀',
      '🇩🇪',
      '가',
      '#\u20E3',
    ),
    maxLength: 30,
  }),
);
const ordinal = fc.option(fc.nat(2_000), { nil: undefined });
const identity = fc.record({ name: hostileText, ordinal, host: hostileText });

const peer: fc.Arbitrary<Peer> = fc.record({
  name: hostileText,
  ordinal,
  host: hostileText,
  addresses: fc.array(hostileText, { maxLength: 3 }),
  port: fc.option(fc.nat(65_535), { nil: undefined }),
});

export const anySnapshot: fc.Arbitrary<Snapshot> = fc.record({
  service: fc.record({ name: hostileText, namespace: hostileText, clusterDomain: hostileText, host: hostileText }),
  revision: fc.nat(),
  peers: fc.array(peer, { maxLength: 30 }),
  missing: fc.array(identity, { maxLength: 30 }),
});

const problem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constantFrom('LOOKUPS_FAILING', 'NOT_HEADLESS'),
  message: hostileText,
  hint: hostileText,
});

/** In doubt are some of the names of the snapshot. */
export function anyStatus({ peers }: Snapshot): fc.Arbitrary<Status> {
  return fc.record({
    phase: fc.constantFrom('starting', 'settling', 'settled', 'stale', 'closed'),
    lastAnswerAtMs: fc.option(fc.nat(), { nil: undefined }),
    failuresInARow: fc.nat(),
    problems: fc.array(problem, { maxLength: 4 }),
    unconfirmed: fc.subarray(peers.map(({ name }) => name)),
  });
}

export const anyLookup: fc.Arbitrary<LookupReport> = fc.record({
  name: fc.oneof(hostileText, fc.constant(SERVICE.host)),
  type: fc.constantFrom('A', 'AAAA', 'SRV'),
  outcome: fc.constantFrom('found', 'absent', 'unknown'),
  code: fc.option(hostileText, { nil: undefined }),
  ttlSeconds: fc.option(fc.nat(), { nil: undefined }),
  records: fc.nat(),
  refused: fc.nat(3),
  attempts: fc.nat(3),
  durationMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
  server: fc.option(hostileText, { nil: undefined }),
});
