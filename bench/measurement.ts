import type { Pair } from './in-turn.ts';

/** Several measurements of the same thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * What a work must not exceed: `ratio` to the floor, `over` the floor by so much, `at-most` in absolute terms, each by the median; or
 * `never-over`, by the worst case.
 */
export interface Bar {
  readonly kind: 'ratio' | 'over' | 'at-most' | 'never-over';
  readonly value: number;
}

/** One work, measured. */
export interface Measurement {
  readonly work: string;
  readonly unit: 'us' | 'ms' | 'MiB';
  /** The bare minimum, measured in the same run; undefined where there is none. */
  readonly floor: Spread | undefined;
  readonly ours: Spread;
  /** Ours to the floor, and above it, pair by pair: neighbours in time meet the same noise. */
  readonly ratio: Spread | undefined;
  readonly difference: Spread | undefined;
  /** Undefined: told for information. */
  readonly bar: Bar | undefined;
}

/** @param values - At least one. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** What is measured, and what it must not exceed. */
export type Subject = Pick<Measurement, 'work' | 'unit' | 'bar'>;

/** A measurement without a floor. */
export function fromValues(subject: Subject, values: readonly number[]): Measurement {
  return { ...subject, floor: undefined, ours: spread(values), ratio: undefined, difference: undefined };
}

/** A measurement of pairs that were taken one right after the other. */
export function fromPairs(subject: Subject, pairs: readonly Pair[]): Measurement {
  return {
    ...subject,
    floor: spread(pairs.map(({ floor }) => floor)),
    ours: spread(pairs.map(({ ours }) => ours)),
    ratio: spread(pairs.map(({ floor, ours }) => ours / floor)),
    difference: spread(pairs.map(({ floor, ours }) => ours - floor)),
  };
}

/** What is held against the bar. */
export function judged({ ours, ratio, difference }: Measurement, { kind }: Bar): number {
  switch (kind) {
    case 'ratio':
      return ratio?.median ?? Number.NaN;
    case 'over':
      return difference?.median ?? Number.NaN;
    case 'at-most':
      return ours.median;
    case 'never-over':
      return ours.max;
    default:
      return kind satisfies never;
  }
}
