import type { Clock, PeerWatcher } from '@peerset/core';
import type { FlagMap } from './flag-words.ts';
import { nextLive, startLive } from './live-state.ts';
import type { LiveEvent } from './live-state.ts';
import { liveView } from './live-view.ts';
import type { Paint } from './paint.ts';
import { TerminalFrame } from './terminal-frame.ts';
import type { TerminalStream } from './terminal-frame.ts';

/** A terminal that shows who is there. */
export interface LiveScreen {
  /** Puts a line above what is shown, where it stays. What a terminal would obey in it is written out. */
  above(line: string): void;
  /** Shows the last state, and leaves it on the screen. Idempotent. */
  close(): void;
}

/** Whom to show, and where. */
export interface LiveScreenOptions {
  readonly watcher: PeerWatcher;
  readonly stream: TerminalStream;
  readonly paint: Paint;
  /** Hints name these flags instead of options. Default: none. */
  readonly flags?: FlagMap | undefined;
  /** Default: that of the watcher. */
  readonly clock?: Clock | undefined;
}

/** Shows what a watcher sees, from now until `close`, or until the watcher is closed. Does not keep the process alive. */
export function openLiveScreen({ watcher, stream, paint, flags, clock = watcher.clock }: LiveScreenOptions): LiveScreen {
  const over = new AbortController();
  const { signal } = over;
  let state = startLive(watcher, clock.nowMs());
  const frame = new TerminalFrame({
    stream,
    clock,
    render: (size) => liveView(state, { ...size, paint, flags, nowMs: clock.nowMs() }),
  });
  const take = (event: LiveEvent): void => {
    state = nextLive(state, event, clock.nowMs());
    frame.redraw();
  };
  watcher.on('change', (change) => take({ kind: 'change', change }), { signal });
  watcher.on('status', (status) => take({ kind: 'status', status }), { signal });
  watcher.on('round', (report) => take({ kind: 'round', report }), { signal });
  const close = (): void => {
    over.abort();
    frame.close();
  };
  watcher.closed.addEventListener('abort', close, { once: true, signal });
  if (watcher.closed.aborted) close();
  return { above: (line) => frame.above(line), close };
}
