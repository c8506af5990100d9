import type { PeerWatcher, ReadyCriteria } from '@peerset/core';
import type { Answer } from './answer.ts';
import { textAnswer } from './answer.ts';
import { openHealth } from './health.ts';
import type { Metrics } from './metrics.ts';
import { peersText } from './peers-text.ts';
import { openReadiness } from './readiness.ts';

/** What is served. */
export interface RouteOptions {
  readonly watcher: PeerWatcher;
  /** The watcher's option, which bounds how long a round may take. Default: the longest that is allowed, 10000. */
  readonly lookupTimeoutMs?: number | undefined;
  /** When `/readyz` says 200. */
  readonly ready: ReadyCriteria;
  readonly metrics: Metrics;
}

/** What answers, by path. */
export type Routes = ReadonlyMap<string, () => Answer | Promise<Answer>>;

const LONGEST_LOOKUP_MS = 10_000;

/**
 * The four paths.
 *
 * @throws {UsageError} for criteria of readiness that can never hold.
 */
export async function openRoutes({ watcher, lookupTimeoutMs = LONGEST_LOOKUP_MS, ready, metrics }: RouteOptions): Promise<Routes> {
  // Before anything is waited for: health is counted from the start.
  const health = openHealth(watcher, lookupTimeoutMs);
  const peers = peersText(watcher);
  const readiness = await openReadiness(watcher, ready);
  return new Map<string, () => Answer | Promise<Answer>>([
    ['/healthz', () => okUnless(health.fault())],
    ['/readyz', async () => okUnless(await readiness())],
    ['/peers', () => ({ status: 200, type: 'application/json', body: peers() })],
    ['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
  ]);
}

function okUnless(fault: string | undefined): Answer {
  return fault === undefined ? textAnswer(200, 'ok') : textAnswer(503, fault);
}
