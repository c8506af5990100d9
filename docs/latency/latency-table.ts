import type { Rate, Timing } from './measure.ts';

/** One column of the table. */
export interface Column {
  readonly title: string;
  readonly timings: readonly Timing[];
  readonly rates: readonly Rate[];
}

/** The value that this share of the values does not exceed (nearest rank). NaN when there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The figures as a Markdown table: p50 / p99 of each timing, then the questions. */
export function latencyTable(columns: readonly Column[]): string {
  const rows = [
    ['', ...columns.map(({ title }) => title)],
    ['---', ...columns.map(() => '---')],
    ...titles(columns.map(({ timings }) => timings)).map((title) => [title, ...columns.map(({ timings }) => timingCell(timings, title))]),
    ...sizes(columns).map((peers) => [
      `questions a minute, settled, ${count(peers)} members`,
      ...columns.map(({ rates }) => rateCell(rates, peers)),
    ]),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts `text` between the markers. Throws when the page lacks them. */
export function betweenMarkers(page: string, text: string): string {
  const [begin, end] = ['<!-- measured: begin -->', '<!-- measured: end -->'];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} before ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function titles(columns: readonly (readonly Timing[])[]): readonly string[] {
  return [...new Set(columns.flatMap((timings) => timings.map(({ title }) => title)))];
}

function sizes(columns: readonly Column[]): readonly number[] {
  return [...new Set(columns.flatMap(({ rates }) => rates.map(({ peers }) => peers)))];
}

function timingCell(timings: readonly Timing[], title: string): string {
  const { seconds = [] } = timings.find((timing) => timing.title === title) ?? {};
  return seconds.length === 0 ? '' : `${time(percentile(seconds, 0.5))} / ${time(percentile(seconds, 0.99))}`;
}

function rateCell(rates: readonly Rate[], peers: number): string {
  const rate = rates.find((each) => each.peers === peers);
  if (rate === undefined) return '';
  const { udp, tcp } = rate.perMinute;
  return tcp === 0 ? udp.toFixed(1) : `${udp.toFixed(1)}, and ${tcp.toFixed(1)} by TCP`;
}

function time(seconds: number): string {
  return seconds < 0.1 ? `${(seconds * 1_000).toFixed(0)} ms` : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
