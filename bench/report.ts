import { availableParallelism, cpus, loadavg } from 'node:os';
import { judged } from './measurement.ts';
import type { Bar, Measurement, Spread } from './measurement.ts';

const HEADER: readonly string[] = ['work', 'floor', 'ours', 'ratio', 'bar', 'verdict'];

/** Where the numbers come from: they compare with each other, not with those of another machine. */
export function machine(): string {
  const [load = 0] = loadavg();
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `Node ${process.version}, ${availableParallelism()} CPUs (${model}), ${process.platform}, load ${load.toFixed(1)}`;
}

/** One thing that several ways are compared in. */
export interface Comparison {
  readonly what: string;
  /** By way. */
  readonly values: Readonly<Record<string, string>>;
}

/** The table: medians, with the least and the most in brackets. */
export function table(measurements: readonly Measurement[]): string {
  return aligned([HEADER, ...measurements.map(row)]);
}

/** The table of a comparison, a column for each way. */
export function comparisonTable(ways: readonly string[], comparisons: readonly Comparison[]): string {
  return aligned([['', ...ways], ...comparisons.map(({ what, values }) => [what, ...ways.map((way) => values[way] ?? '-')])]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** How many bars are met. */
export function sum(measurements: readonly Measurement[]): string {
  const verdicts = measurements.map(isMet).filter((verdict) => verdict !== undefined);
  return `${verdicts.filter(Boolean).length} of ${verdicts.length} bars met`;
}

function row(measurement: Measurement): readonly string[] {
  const { work, unit, floor, ours, ratio, bar } = measurement;
  const verdict = isMet(measurement);
  return [
    work,
    floor === undefined ? '-' : shown(floor, unit),
    shown(ours, unit),
    ratio === undefined ? '-' : `${ratio.median.toFixed(2)}x [${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}]`,
    bar === undefined ? '-' : barText(bar, measurement),
    verdict === undefined ? '-' : verdict ? 'met' : 'NOT MET',
  ];
}

function isMet(measurement: Measurement): boolean | undefined {
  return measurement.bar === undefined ? undefined : judged(measurement, measurement.bar) <= measurement.bar.value;
}

function barText(bar: Bar, measurement: Measurement): string {
  const { kind, value } = bar;
  switch (kind) {
    case 'ratio':
      return `<= ${value.toFixed(2)}x`;
    case 'over':
      return `+${judged(measurement, bar).toFixed(1)} ${measurement.unit}, <= +${value} ${measurement.unit}`;
    case 'at-most':
      return `<= ${value} ${measurement.unit}`;
    case 'never-over':
      return `max <= ${value} ${measurement.unit}`;
    default:
      return kind satisfies never;
  }
}

function shown({ median, min, max }: Spread, unit: string): string {
  return `${digits(median)} ${unit} [${digits(min)}..${digits(max)}]`;
}

/** Three digits say enough. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
