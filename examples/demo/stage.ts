import { setTimeout as sleep } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher, WatchOptions } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import type { Cluster, StatefulSet } from '@peerset/testkit';
import { keepJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { NAMES } from './names.ts';
import type { Page } from './page.ts';
import { until } from './until.ts';

/** Short, so that nobody has to wait for half a minute. The defaults are in the text that the demo prints first. */
export const TIMES = Object.freeze({
  pollIntervalMs: 500,
  settlingIntervalMs: 150,
  lookupTimeoutMs: 500,
  leaveAfterMs: 3_000,
  staleAfterMs: 1_500,
} as const);

/** A pod of the demo gets ready so long after it was created. */
const READY_AFTER_MS = 300;
const QUIET_SERVICE = 'quiet-svc';

/** The simulated cluster, the StatefulSet that the demo acts on, and the watcher that follows it. */
export interface Stage {
  readonly cluster: Cluster;
  readonly set: StatefulSet;
  readonly watcher: PeerWatcher;
  /** Watches a Service of its own to which nothing happens. */
  readonly bystander: PeerWatcher;
  readonly journal: Journal;
  /** Aborts when the demo is interrupted. */
  readonly signal: AbortSignal;
  /** Questions that DNS was asked so far, without those of the bystander. */
  readonly questions: () => number;
  /** Questions of the bystander so far. */
  readonly bystanderQuestions: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Resolves when `holds`, which is asked after each round of the watcher.
   *
   * @throws {BrokenPromise} when it takes longer than `limitMs`.
   */
  readonly until: (what: string, holds: () => boolean, limitMs: number) => Promise<void>;
  close(): Promise<void>;
}

export async function openStage(page: Page, signal: AbortSignal): Promise<Stage> {
  const { service, namespace, clusterDomain, statefulSet, portName, port } = NAMES;
  const cluster = await startCluster({ namespace, clusterDomain });
  const ports = [{ name: portName, port }];
  const set = cluster.headlessService(service, { ports }).statefulSet(statefulSet, { replicas: 3, readyAfterMs: READY_AFTER_MS });
  const quiet = cluster.headlessService(QUIET_SERVICE, { ports });
  quiet.statefulSet('quiet-ss', { replicas: 3 });
  const options = { namespace, clusterDomain, servers: cluster.servers, signal, ...TIMES } satisfies Partial<WatchOptions>;
  const watcher = watchPeers({ service, ...options });
  const bystander = watchPeers({ service: QUIET_SERVICE, ...options });
  const isAboutQuiet = ({ name }: { name: string }): boolean => name === quiet.host || name.endsWith(`.${quiet.host}`);

  return {
    cluster,
    set,
    watcher,
    bystander,
    journal: keepJournal(watcher, page),
    signal,
    questions: () => cluster.queries.filter((query) => !isAboutQuiet(query)).length,
    bystanderQuestions: () => cluster.queries.filter(isAboutQuiet).length,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    until: (what, holds, limitMs) => until(watcher, { what, holds, limitMs, signal }),
    async close() {
      await Promise.all([watcher.close(), bystander.close()]);
      await cluster.close();
    },
  };
}
