import type { LookupReport } from '@peerset/core';
import { tookText } from './durations.ts';
import type { Span } from './spans.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';
import type { LineStyle } from './spans.ts';

const COLUMNS: readonly Column[] = [
  { head: 'TYPE' },
  { head: 'NAME' },
  { head: 'OUTCOME' },
  { head: 'SERVER', rank: 1 },
  { head: 'TOOK', rank: 0 },
];
const INDENT = '  ';
/** What failed tells more than what went well. */
const ORDER: readonly LookupReport['outcome'][] = ['unknown', 'absent', 'found'];

/** The first lookups as a table, indented, those that failed before the others; says how many are left out. */
export function lookupLines(lookups: readonly LookupReport[], most: number, { columns, paint }: LineStyle): readonly string[] {
  if (lookups.length === 0) return [];
  const shown = lookups.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)).slice(0, most);
  const lines = tableLines(COLUMNS, shown.map(cellsOf), { columns: Math.max(1, columns - INDENT.length), paint });
  const rest = lookups.length - shown.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].map((line) => `${INDENT}${line}`);
}

/** How a question went: `found 3 (TTL 5 s)`, `unknown ETIMEOUT, 2 attempts`. */
export function outcomeText({ outcome, code, records, ttlSeconds, refused, attempts }: LookupReport): string {
  const told =
    outcome === 'found' ? `found ${records}${ttlSeconds === undefined ? '' : ` (TTL ${ttlSeconds} s)`}` : `${outcome} ${code ?? ''}`;
  return `${told.trimEnd()}${refused > 0 ? `, ${refused} refused` : ''}${attempts > 1 ? `, ${attempts} attempts` : ''}`;
}

function cellsOf(report: LookupReport): readonly Span[] {
  const { type, name, outcome, server, durationMs } = report;
  const told = outcomeText(report);
  return [type, name, outcome === 'unknown' ? { text: told, role: 'bad' } : told, server ?? '-', tookText(durationMs)];
}
