import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerWatcher, Snapshot } from '@peerset/core';

/** Nothing that is measured takes this long: whoever waits longer waits in vain. */
const LIMIT_MS = 240_000;

/** The longest rhythm there is: that of a cache. */
const CACHE_MS = 30_000;

/** Resolves at any time after the watcher has settled: what happens next knows nothing of the rhythm of polls and caches. */
export async function settled(watcher: PeerWatcher): Promise<void> {
  if (watcher.status.phase !== 'settled') {
    await first(watcher, 'a settled watcher', (resolve) =>
      watcher.on('status', ({ phase }) => {
        if (phase === 'settled') resolve();
      }),
    );
  }
  await sleep(Math.random() * CACHE_MS);
}

/** Makes a change, and returns the seconds from there to the first snapshot that shows it. */
export async function secondsToSee(watcher: PeerWatcher, isSeen: (snapshot: Snapshot) => boolean, change: () => void): Promise<number> {
  let seenAtMs = 0;
  const seen = first(watcher, 'the change', (resolve) =>
    watcher.on('change', ({ snapshot }) => {
      if (!isSeen(snapshot)) return;
      seenAtMs = performance.now();
      resolve();
    }),
  );
  const changedAtMs = performance.now();
  change();
  await seen;
  return (seenAtMs - changedAtMs) / 1_000;
}

/** Listens until `resolve` is called. Rejects when that takes too long, or the watcher closes. */
export async function first(watcher: PeerWatcher, awaited: string, listen: (resolve: () => void) => () => void): Promise<void> {
  const { signal, timer } = limit(watcher, awaited);
  let stop: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = listen(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    stop?.();
    clearTimeout(timer);
  }
}

function limit(watcher: PeerWatcher, awaited: string): { signal: AbortSignal; timer: NodeJS.Timeout } {
  const late = new AbortController();
  const { host } = watcher.snapshot.service;
  const timer = setTimeout(() => late.abort(new Error(`waited ${LIMIT_MS} ms for ${awaited} of ${host}`)), LIMIT_MS);
  return { signal: AbortSignal.any([late.signal, watcher.closed]), timer };
}
