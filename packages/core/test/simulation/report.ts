import type { Played } from './play.ts';
import { MUST_BE_MET, RULES } from './rules.ts';
import type { Total } from './total.ts';

/** Rounds a second that the design asks for with 5 peers on one core, and how much less a busy machine is forgiven. */
const BAR = 20_000;
const FORGIVEN = 5;
const ROUNDS_THAT_MEET_ALL = 500_000;

/** What a whole run is judged by. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

/** Judges a run: a line for each rule, one for what was met, one for the speed (rounds of 5 peers in a second of one core). */
export function judge(total: Total, speed: number): Verdict {
  const { tally, rounds, histories, broken } = total;
  // A short run need not meet everything.
  const unmet = rounds < ROUNDS_THAT_MEET_ALL ? [] : MUST_BE_MET.filter((word) => tally.of(word) === 0);
  const met = [...tally.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([word, times]) => `  ${told(times).padStart(11)} ${word}`);
  const isFast = speed >= BAR / FORGIVEN;
  const bar = `bar ${told(BAR)}: ${speed >= BAR ? 'met' : isFast ? 'not met here' : 'far from met'}`;
  const failedRules = [...RULES.keys()].filter((rule) => broken.has(rule));
  const lines = [
    `${told(rounds)} rounds in ${told(histories)} histories met:`,
    ...met,
    ...unmet.map((word) => `never met: ${word}`),
    ...[...RULES].map(([rule, meaning]) => `${rule.padEnd(5)} ${meaning}: ${violationsOf(broken.get(rule))}`),
    `speed ${told(speed)} rounds of 5 peers in a second of one core, the rules included (${bar})`,
  ];
  const failed = failedRules.length + Number(unmet.length > 0) + Number(!isFast);
  return { lines, failed, passed: RULES.size + 2 - failed };
}

/** A history that broke a rule, for a person who looks for the cause. */
export function tellFailure({ seed, deeds, violations, trace }: Played): string {
  return [
    `history ${seed} broke a rule`,
    ...deeds.map((deed) => `  ${deed}`),
    ...trace.map((line) => `  ${line.replaceAll('\n', '\n  ')}`),
    ...violations.map(({ rule, atMs, text }) => `  ${atMs} ms: ${rule}: ${text}`),
    `replay: PEERSET_SEED=${seed} npm run test:simulation`,
  ].join('\n');
}

/** A number with its thousands apart. */
export function told(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function violationsOf(histories: number | undefined): string {
  return histories === undefined ? 'held' : `broken in ${told(histories)} histories`;
}
