import type { Played } from './history.ts';
import { INVARIANTS } from './invariants.ts';

/** The steps of a plan, by the first word of their reason. `none` and `ordinal` found: none of the members has a configuration. */
const STEPS = ['none', 'rename', 'remove', 'add', 'give', 'take', 'change'] as const;
/** A run of so many ticks comes to each of them. */
const TICKS_THAT_MEET_ALL = 50_000;

/** Judges a run: what was met, then a line for each invariant. */
export function judge(played: readonly Played[]): { readonly lines: readonly string[]; readonly passed: number; readonly failed: number } {
  const ticks = played.reduce((sum, each) => sum + each.ticks, 0);
  const counts = tally(played);
  const met = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([word, times]) => `${told(times).padStart(10)} ${word}`);
  const results = [...INVARIANTS].map(([name, meaning]) => ({
    name,
    meaning,
    times: played.filter(({ broken }) => broken.includes(name)).length,
  }));
  const unmet = ticks < TICKS_THAT_MEET_ALL ? [] : STEPS.filter((step) => !counts.has(`done: ${step}`));
  const failed = results.filter(({ times }) => times > 0).length + (unmet.length > 0 ? 1 : 0);
  const lines = [
    ...played.filter(({ broken }) => broken.length > 0).map(tellHistory),
    `${told(ticks)} ticks in ${told(played.length)} histories met:`,
    ...met,
    ...results.map(
      ({ name, meaning, times }) => `${name.padEnd(4)} ${meaning}: ${times === 0 ? 'held' : `broken in ${told(times)} histories`}`,
    ),
    `all  every step was done by some history: ${unmet.length === 0 ? 'held' : `not ${unmet.join(', ')}`}`,
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

/** How often each kind of deed was met. */
export function tally(played: readonly Played[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of played.flatMap(({ met }) => met)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function told(value: number): string {
  return value.toLocaleString('en-US');
}
