import { availableParallelism, cpus } from 'node:os';
import { judged } from './measurement.ts';
import type { Bar, Measurement, Spread } from './measurement.ts';

const HEADER: readonly string[] = ['work', 'floor', 'ours', 'ratio', 'bar', 'verdict'];

/** Where the numbers come from: they compare with each other, not with those of another machine. */
export function machine(): string {
  return `Node ${process.version}, ${availableParallelism()} CPUs (${cpus()[0]?.model.trim() ?? 'unknown'}), ${process.platform}`;
}

/** The table: medians, with the least and the most in brackets. */
export function table(measurements: readonly Measurement[]): string {
  const rows = [HEADER, ...measurements.map(row)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
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
    default:
      return kind satisfies never;
  }
}

function shown({ median, min, max }: Spread, unit: string): string {
  return `${digits(median)} ${unit} [${digits(min)}..${digits(max)}]`;
}

/** Three digits say enough. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
