import type { Clock, PeerWatcher, ReadyOptions } from '@peerset/core';
import { noPaint } from './paint.ts';
import type { Paint } from './paint.ts';
import { plainLines } from './plain-text.ts';
import { progressSpans } from './progress-text.ts';
import type { WaitProgress } from './progress-text.ts';
import { lineOf } from './spans.ts';
import { TerminalFrame } from './terminal-frame.ts';
import type { TerminalStream } from './terminal-frame.ts';

/** How a wait goes, told to whoever waits. */
export interface Progress {
  /** Puts a line of a log above the line of progress. What a terminal would obey in it is written out. */
  above(line: string): void;
  /** Tells nothing more. Idempotent. */
  close(): void;
}

/** Which wait to tell of, and where. */
export interface ProgressOptions {
  readonly watcher: PeerWatcher;
  /** As they are given to `watcher.ready`. */
  readonly criteria?: ReadyOptions | undefined;
  readonly stream: TerminalStream & { readonly isTTY?: boolean | undefined };
  readonly paint: Paint;
  /** Whether one line is replaced, or each change gets a line of its own. Default: whether `stream` is a terminal. */
  readonly isLive?: boolean | undefined;
  /** Default: that of the watcher. */
  readonly clock?: Clock | undefined;
}

/** That of `watcher.ready`. */
const USUAL_TIMEOUT_MS = 60_000;

/** Tells how a wait goes, from now until `close`: on a terminal in one line, else in a line for each change. */
export function openProgress(options: ProgressOptions): Progress {
  const { watcher, criteria = {}, stream, paint, isLive = stream.isTTY === true, clock = watcher.clock } = options;
  const startedAtMs = clock.nowMs();
  const isDeclared = watcher.snapshot.missing.length > 0;
  const progress = (): WaitProgress => ({
    snapshot: watcher.snapshot,
    status: watcher.status,
    wanted: withDefault(criteria, isDeclared),
    waitedMs: clock.nowMs() - startedAtMs,
    timeoutMs: criteria.timeoutMs ?? USUAL_TIMEOUT_MS,
  });
  return isLive
    ? liveProgress(
        options,
        new TerminalFrame({ stream, clock, render: ({ columns }) => lineOf(progressSpans(progress()), { columns, paint }) }),
      )
    : plainProgress(options, () => lineOf(progressSpans(progress()), { columns: Infinity, paint: noPaint }));
}

function liveProgress({ watcher }: ProgressOptions, frame: TerminalFrame): Progress {
  const over = new AbortController();
  watcher.on('change', frame.redraw, { signal: over.signal });
  watcher.on('status', frame.redraw, { signal: over.signal });
  return {
    above: (line) => frame.above(line),
    close() {
      over.abort();
      frame.close();
    },
  };
}

function plainProgress({ watcher, stream }: ProgressOptions, line: () => string): Progress {
  const over = new AbortController();
  const tell = (): void => void stream.write(`${line()}\n`);
  tell();
  watcher.on('change', tell, { signal: over.signal });
  return {
    above: (text) => void stream.write(`${plainLines(text).join('\n')}\n`),
    close: () => over.abort(),
  };
}

/** What `watcher.ready` takes where nobody said whom to wait for. */
function withDefault(criteria: ReadyOptions, isDeclared: boolean): ReadyOptions {
  const { peers, ordinals = [], self = false } = criteria;
  return peers !== undefined || ordinals.length > 0 || self ? criteria : { ...criteria, peers: isDeclared ? 'declared' : 1 };
}
