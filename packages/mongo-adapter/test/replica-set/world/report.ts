import type { Played } from './history.ts';
import { INVARIANTS } from './invariants.ts';

const TICKS_THAT_PLAN_ALL = 100_000;
/** Beginnings of what a whole run must plan at least once: each kind, and each step for the primary and for others. */
const MUST_BE_PLANNED: readonly string[] = [
  'none: the configuration is as declared',
  'none: this member',
  'wait: no primary is seen',
  'wait: the local server does not answer',
  'wait: the local server refuses the credentials',
  'wait: the configuration is not committed',
  'wait: DNS has not answered',
  'blocked: ',
  'initiate: ',
  ...['rename', 'remove', 'add', 'give', 'take', 'change'].map((step) => `reconfig: ${step}`),
  ...['rename', 'remove', 'take', 'change'].map((step) => `step-down: ${step}`),
];

/** Judges a run: what was met, then a line for each invariant. */
export function judge(
  played: readonly Played[],
  ticksPerSecond: number,
): { readonly lines: readonly string[]; readonly passed: number; readonly failed: number } {
  const ticks = played.reduce((sum, each) => sum + each.ticks, 0);
  const met = counted(tally(played.flatMap((each) => each.met)));
  const planned = tally(played.flatMap((each) => each.planned));
  const plans = counted(planned);
  // A short run need not plan everything.
  const unmet =
    ticks < TICKS_THAT_PLAN_ALL ? [] : MUST_BE_PLANNED.filter((word) => ![...planned.keys()].some((each) => each.startsWith(word)));
  const results = [...INVARIANTS].map(([name, meaning]) => ({
    name,
    meaning,
    times: played.filter(({ broken }) => broken.includes(name)).length,
  }));
  const failed = results.filter(({ times }) => times > 0).length + Number(unmet.length > 0);
  const lines = [
    ...played.filter(({ broken }) => broken.length > 0).map(tellHistory),
    `${told(ticks)} ticks in ${told(played.length)} histories met:`,
    ...met,
    'planned:',
    ...plans,
    ...unmet.map((word) => `never planned: ${word}`),
    ...results.map(
      ({ name, meaning, times }) => `${name.padEnd(4)} ${meaning}: ${times === 0 ? 'held' : `broken in ${told(times)} histories`}`,
    ),
    `${told(Math.round(ticksPerSecond))} ticks a second, the rules included`,
  ];
  return { lines, failed, passed: INVARIANTS.size + 1 - failed };
}

/** A history for a person who looks for a cause. */
export function tellHistory({ seed, deeds, broken }: Played): string {
  const replay = `replay: PEERSET_SEED=${seed} npm run test:replica-set`;
  return [
    `history ${seed}: ${broken.length === 0 ? 'broke nothing' : `broke ${broken.join(', ')}`}`,
    ...deeds.map((deed) => `  ${deed}`),
    replay,
  ].join('\n');
}

function counted(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([word, times]) => `${told(times).padStart(10)} ${word}`);
}

/** How often each word is there. */
export function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function told(value: number): string {
  return value.toLocaleString('en-US');
}
