import { diff } from '../../src/membership/diff.ts';
import type { Round } from './sync-watcher.ts';
import type { Worth } from './sync-dns.ts';
import type { Truth } from './truth.ts';

/** Counts by words, such as `join` or `fault servfail`. */
export class Tally {
  readonly #counts = new Map<string, number>();

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  count(word: string, times = 1): void {
    if (times > 0) this.#counts.set(word, (this.#counts.get(word) ?? 0) + times);
  }

  add(counts: Iterable<readonly [string, number]>): void {
    for (const [word, times] of counts) this.count(word, times);
  }

  of(word: string): number {
    return this.#counts.get(word) ?? 0;
  }

  /** Counts what a round was and what it led to. */
  round({ isProbeOnly, wasSettling, before, after }: Round, { worth, truth }: { worth: Worth; truth: Truth }): void {
    const { questions, lies, unknown } = worth;
    this.count('rounds');
    this.count(isProbeOnly ? 'rounds of a lone probe' : wasSettling ? 'settling polls' : 'settled polls');
    this.count('questions', questions);
    this.count('untrue answers', lies);
    this.count('no answers', unknown);
    if (after.unconfirmed.length > 0) this.count('rounds with doubt');
    if (before.unconfirmed !== after.unconfirmed) {
      const ended = before.unconfirmed.filter((name) => !after.unconfirmed.includes(name) && after.membersByName.has(name));
      this.count('doubts that a confirmation ended', ended.length);
    }
    if (before.snapshot === after.snapshot) return;
    const change = diff(before.snapshot, after.snapshot, (name) => after.membersByName.get(name)?.hasReturned === true);
    const returned = change.joined.filter((peer) => peer.returned).length;
    this.count('joins', change.joined.length - returned);
    this.count('returns', returned);
    this.count('moves', change.moved.length);
    const gone = change.left.filter(({ name }) => !truth.names.has(name));
    this.count('leaves of pods that were gone', gone.length);
    this.count('leaves of pods that were denied for a window', change.left.length - gone.length);
    this.count('port updates', change.updated.length);
  }
}
