import { lineOf, textOf } from './spans.ts';
import type { LineStyle, Span } from './spans.ts';
import { plainText } from './plain-text.ts';
import { cutText, textWidth } from './text-width.ts';

const GAP = '  ';
/** The widest columns are narrowed to no less, before lines are cut at their end. */
const LEAST_COLUMN = 8;

/** A column that is wider can be cut, and still tells something. */
const ENOUGH = 20;

/** One column of a table. */
export interface Column {
  readonly head: string;
  /** In a narrow terminal, columns with a rank are left out, that of the lowest first. */
  readonly rank?: number;
}

/** Heads and rows as lines, in columns that fit the width: what can be spared is left out, then the widest columns are cut. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly Span[])[], style: LineStyle): readonly string[] {
  const heads = columns.map(({ head }) => head);
  const texts = [heads, ...rows.map((row) => row.map((cell) => plainText(textOf(cell))))];
  const wanted = heads.map((_, index) => widest(texts, index));
  const widths = fitting(withoutSpare(wanted, columns, style.columns), style.columns);
  const head = heads.map((text): Span => ({ text, role: 'quiet' }));
  return [head, ...rows].map((row) =>
    lineOf(
      row.flatMap((cell, index) => cellSpans(cell, widths[index] ?? 0)),
      style,
    ),
  );
}

/** The widths, 0 for columns that are left out. */
function withoutSpare(wanted: readonly number[], columns: readonly Column[], space: number): readonly number[] {
  const spare = [...columns.entries()]
    .filter(([, { rank }]) => rank !== undefined)
    .toSorted(([, a], [, b]) => (a.rank ?? 0) - (b.rank ?? 0));
  let widths = wanted;
  for (const [index] of spare) {
    if (totalWidth(widths.map((width) => Math.min(width, ENOUGH))) <= space) break;
    widths = widths.with(index, 0);
  }
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.filter((width) => width > 0).reduce((sum, width) => sum + width + GAP.length, -GAP.length);
}

function cellSpans(cell: Span, width: number): readonly Span[] {
  if (width === 0) return [];
  const text = cutText(plainText(textOf(cell)), width);
  const blanks = `${' '.repeat(width - textWidth(text))}${GAP}`;
  return [typeof cell === 'string' ? text : { ...cell, text }, blanks];
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((width, row) => Math.max(width, textWidth(row[column] ?? '')), 0);
}

function fitting(wanted: readonly number[], columns: number): readonly number[] {
  const widths = [...wanted];
  let excess = totalWidth(widths) - columns;
  while (excess > 0) {
    const width = Math.max(...widths);
    if (width <= LEAST_COLUMN) break;
    widths[widths.indexOf(width)] = width - 1;
    excess -= 1;
  }
  return widths;
}
