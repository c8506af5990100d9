import type { PeerWatcher, Phase, ProblemCode } from '@peerset/core';
import type { Metrics } from './metrics.ts';

/** One that is missing here does not compile. */
const PHASES: Readonly<Record<Phase, true>> = { starting: true, settling: true, settled: true, stale: true, closed: true };
const PROBLEMS: Readonly<Record<ProblemCode, true>> = {
  NOT_HEADLESS: true,
  ANSWER_MAY_BE_CUT: true,
  FOREIGN_ANSWER: true,
  UNNAMED_ADDRESS: true,
  LOOKUPS_FAILING: true,
  TCP_BLOCKED: true,
  CLUSTER_DOMAIN_GUESSED: true,
  WRONG_CLUSTER_DOMAIN: true,
  WRONG_NAMESPACE: true,
  NO_SUCH_SERVICE_OR_NONE_READY: true,
  LAST_KNOWN_UNUSABLE: true,
};

/** Numbers of what a watcher knows at the time of a scrape. */
export function collectState(watcher: PeerWatcher, { collect }: Metrics): void {
  const startedAtMs = watcher.clock.nowMs();
  const one = (name: string, help: string, read: () => number): void => collect({ name, help }, () => [{ value: read() }]);
  one('peerset_peers', 'Peers that are there.', () => watcher.snapshot.peers.length);
  one('peerset_peers_missing', 'Declared peers that are not there.', () => watcher.snapshot.missing.length);
  one('peerset_peers_unconfirmed', 'Peers that the latest answers contradict.', () => watcher.status.unconfirmed.length);
  one('peerset_lookup_failures_in_a_row', 'Looks in a row without an answer that had authority.', () => watcher.status.failuresInARow);
  one(
    'peerset_last_answer_age_seconds',
    'Since the last answer of DNS that had authority, or since the start.',
    () => Math.max(0, watcher.clock.nowMs() - (watcher.status.lastAnswerAtMs ?? startedAtMs)) / 1_000,
  );
  collect({ name: 'peerset_status', help: 'How fresh the list of peers is: 1 for the present phase.', labelNames: ['phase'] }, () =>
    Object.keys(PHASES).map((phase) => ({ labels: { phase }, value: Number(watcher.status.phase === phase) })),
  );
  collect({ name: 'peerset_problems', help: 'What a person should look at: 1 for each problem there is.', labelNames: ['code'] }, () =>
    Object.keys(PROBLEMS).map((code) => ({ labels: { code }, value: Number(watcher.status.problems.some((each) => each.code === code)) })),
  );
}
