import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToSize } from '../src/message-size.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { ResourceRecord, Sections } from '../src/index.ts';

const QUESTION = 'db.default.svc.cluster.local';

const names = fc.constantFrom(QUESTION, `db-0.${QUESTION}`, `db-10.${QUESTION}`, 'cluster.local', 'other.example', `x${QUESTION}`);
const records: fc.Arbitrary<ResourceRecord> = fc.oneof(
  names.map((name): ResourceRecord => ({ type: 'A', name, ttlSeconds: 5, address: '198.18.0.1' })),
  names.map((name): ResourceRecord => ({ type: 'AAAA', name, ttlSeconds: 5, address: '2001:db8::1' })),
  fc.tuple(names, names).map(([name, target]): ResourceRecord => ({ type: 'PTR', name, ttlSeconds: 5, target })),
  fc
    .tuple(names, names)
    .map(([name, target]): ResourceRecord => ({ type: 'SRV', name, ttlSeconds: 5, priority: 0, weight: 1, port: 1, target })),
);
const sections = fc.record({
  answers: fc.array(records, { maxLength: 30 }),
  authority: fc.array(records, { maxLength: 2 }),
  additional: fc.array(records, { maxLength: 30 }),
});

const listOf = ({ answers, authority, additional }: Sections): ResourceRecord[] => [answers, authority, additional].flat();

function writtenBytes(kept: readonly ResourceRecord[]): number {
  const writer = new MessageWriter();
  writer.questionName(QUESTION);
  for (const record of kept) writer.record(record);
  return writer.length;
}

describe('cutToSize', () => {
  test('keeps as many records as fit when written, in order, and says whether it left any out', () => {
    fc.assert(
      fc.property(sections, fc.integer({ min: 100, max: 2_000 }), (all, limitBytes) => {
        const cut = cutToSize(QUESTION, all, limitBytes);
        const [kept, wanted] = [listOf(cut.sections), listOf(all)];
        expect(kept).toEqual(wanted.slice(0, kept.length));
        expect(cut.isTruncated).toBe(kept.length < wanted.length);
        expect(writtenBytes(kept)).toBeLessThanOrEqual(limitBytes);
        const couldMoreFit = kept.length < wanted.length && writtenBytes(wanted.slice(0, kept.length + 1)) <= limitBytes;
        expect(couldMoreFit).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
