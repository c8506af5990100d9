import { startingMembership } from '../../../src/membership/membership.ts';
import { withDeclared } from '../../../src/membership/next-membership.ts';
import type { Membership } from '../../../src/membership/membership.ts';
import { observe } from '../../../src/membership/observe.ts';
import type { PeerIdentity } from '../../../src/membership/peer.ts';
import type { Policy } from '../../../src/membership/policy.ts';
import type { Snapshot } from '../../../src/membership/snapshot.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** One round of so many is observed a third time, on the state it was observed on before. */
const SAMPLE = 64;

/**
 * M5: the same observations and declarations lead to the same snapshots, revision by revision: all of them are played again, from the start, on a
 * state of their own.
 */
export class Replay implements Watch {
  readonly #report: Report;
  readonly #policy: Policy;
  #twin: Membership;

  constructor(report: Report, policy: Policy, start: Membership) {
    const { service, statefulSet, firstOrdinal, declared, startedAtMs } = start;
    this.#report = report;
    this.#policy = policy;
    this.#twin = startingMembership({ service, statefulSet, firstOrdinal, declared, nowMs: startedAtMs });
  }

  round({ round: { number, before, observation, after }, endedAtMs }: SeenRound): void {
    const { snapshot } = this.#twin;
    this.#twin = observe(this.#twin, observation, this.#policy, endedAtMs);
    this.#compare(snapshot, before.snapshot, after.snapshot);
    if (number % SAMPLE !== 0) return;
    const again = observe(before, observation, this.#policy, endedAtMs);
    if (contentOf(again.snapshot) !== contentOf(after.snapshot)) this.#report('M5', 'the same observation leads to another snapshot');
  }

  declared(declared: readonly PeerIdentity[], atMs: number, { before, after }: { before: Snapshot; after: Snapshot }): void {
    const { snapshot } = this.#twin;
    this.#twin = withDeclared(this.#twin, declared, atMs);
    this.#compare(snapshot, before, after);
  }

  #compare(twinBefore: Snapshot, before: Snapshot, after: Snapshot): void {
    const { snapshot } = this.#twin;
    if (before === after && twinBefore === snapshot) return;
    if (contentOf(snapshot) !== contentOf(after)) this.#report('M5', `played again, revision ${after.revision} is another`);
  }
}

function contentOf({ revision, peers, missing }: Snapshot): string {
  return JSON.stringify([revision, peers, missing]);
}
