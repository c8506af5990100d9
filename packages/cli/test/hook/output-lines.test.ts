import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputBudget, OutputLines } from '../../src/hook/output-lines.ts';
import type { OutputBudget } from '../../src/hook/output-lines.ts';

const KIB = 1_024;

function linesOf(chunks: readonly Uint8Array[]): { lines: readonly string[]; budget: OutputBudget } {
  const lines: string[] = [];
  const budget = outputBudget();
  const output = new OutputLines(budget, (line) => lines.push(line));
  for (const chunk of chunks) output.push(chunk);
  output.end();
  return { lines, budget };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('OutputLines', () => {
  test.each([
    { name: 'two lines', text: 'one\ntwo\n', lines: ['one', 'two'] },
    { name: 'a last line without a newline', text: 'one\ntwo', lines: ['one', 'two'] },
    { name: 'carriage returns', text: 'one\r\ntwo\r\n', lines: ['one', 'two'] },
    { name: 'blank lines', text: '\n\none\n  \n', lines: ['one'] },
    { name: 'nothing', text: '', lines: [] },
    { name: 'characters of several bytes', text: 'grün\n🙂\n', lines: ['grün', '🙂'] },
  ])('makes lines of $name', ({ text, lines }) => {
    expect(linesOf([bytes(text)])).toMatchObject({ lines, budget: { leftOutBytes: 0 } });
  });

  test('bytes that are no UTF-8 become replacement characters', () => {
    expect(linesOf([Uint8Array.of(65, 255, 66, 10)]).lines).toEqual(['A\uFFFDB']);
  });

  test('a line is cut at 8 KiB, between characters, and the rest is counted', () => {
    const { lines, budget } = linesOf([bytes(`x${'ü'.repeat(10 * KIB)}\nnext\n`)]);
    expect(lines).toEqual([`x${'ü'.repeat(4 * KIB - 1)}…`, 'next']);
    expect(budget.leftOutBytes).toBe(1 + 20 * KIB - 8 * KIB);
  });

  test('a run passes on 64 KiB, and the rest is counted', () => {
    const { lines, budget } = linesOf(Array.from({ length: 1_000 }, () => bytes(`${'x'.repeat(KIB)}\n`)));
    expect(lines).toHaveLength(64);
    expect(budget.leftOutBytes).toBe((1_000 - 64) * (KIB + 1));
  });

  test('the line in which 64 KiB are reached is cut there', () => {
    const { lines } = linesOf(Array.from({ length: 30 }, () => bytes(`${'x'.repeat(3_000)}\n`)));
    expect(lines.at(-1)).toBe(`${'x'.repeat(64 * KIB - 21 * 3_000)}…`);
  });

  test('a run passes on 1024 lines, however short', () => {
    expect(linesOf([bytes('y\n'.repeat(100_000))]).lines).toHaveLength(KIB);
  });

  test('two streams share what a run may pass on', () => {
    const budget = outputBudget();
    const passed: string[] = [];
    const [out, err] = [new OutputLines(budget, (line) => passed.push(line)), new OutputLines(budget, (line) => passed.push(line))];
    for (let i = 0; i < 100; i += 1) for (const stream of [out, err]) stream.push(bytes(`${'x'.repeat(KIB)}\n`));
    expect(passed).toHaveLength(64);
  });

  test('where the chunks end makes no difference', () => {
    const text = fc.array(fc.oneof(fc.constantFrom('\n', 'ü', '🙂', 'x'.repeat(5_000)), fc.string({ maxLength: 20 })), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 40 }), (parts, sizes) => {
        const whole = bytes(parts.join(''));
        const chunks: Uint8Array[] = [];
        let from = 0;
        for (const size of sizes) {
          chunks.push(whole.subarray(from, from + size));
          from += size;
        }
        chunks.push(whole.subarray(from));
        expect(linesOf(chunks).lines).toEqual(linesOf([whole]).lines);
      }),
    );
  });
});
