import type { Peer, PeerWatcher, Phase } from '@peerset/core';
import type { Page, PageEvent } from './page.ts';

/** One thing the watcher told. */
export type Entry =
  | { readonly kind: 'join' | 'move' | 'leave' | 'doubt'; readonly peer: string }
  | { readonly kind: 'phase'; readonly phase: Phase };

/** Everything the watcher tells, printed as it happens and kept for the checks. */
export interface Journal {
  /** How many entries there are: marks a moment for `since`. */
  readonly length: number;
  since(mark: number): readonly Entry[];
  /** A line about what the demo itself does to the cluster. */
  act(text: string): void;
}

export function keepJournal(watcher: PeerWatcher, page: Page): Journal {
  const startedAtMs = performance.now();
  const entries: Entry[] = [];
  const print = (event: PageEvent): void => page.event(performance.now() - startedAtMs, event);

  watcher.on('join', (peer) => {
    entries.push({ kind: 'join', peer: peer.name });
    print({ kind: 'join', text: `${peer.name} at ${where(peer)}${peer.returned ? ', back again' : ''}`, role: 'good' });
  });
  watcher.on('move', ({ peer, from }) => {
    entries.push({ kind: 'move', peer: peer.name });
    print({ kind: 'move', text: `${peer.name} from ${from.join(', ')} to ${peer.addresses.join(', ')}, the same member`, role: 'news' });
  });
  watcher.on('leave', (peer) => {
    entries.push({ kind: 'leave', peer: peer.name });
    print({ kind: 'leave', text: `${peer.name}, last seen at ${where(peer)}`, role: 'bad' });
  });
  watcher.on('status', (status, previous) => {
    const doubted = status.unconfirmed.filter((name) => !previous.unconfirmed.includes(name));
    entries.push(...doubted.map((peer): Entry => ({ kind: 'doubt', peer })));
    if (doubted.length > 0) {
      print({ kind: 'doubt', text: `DNS does not show ${doubted.join(', ')}: kept as a member for now`, role: 'quiet' });
    }
    for (const { code, message } of status.problems) {
      const isNew = previous.problems.every((problem) => problem.code !== code);
      if (isNew) print({ kind: 'problem', text: `${code}: ${message}`, role: 'bad' });
    }
    if (status.phase !== previous.phase) {
      entries.push({ kind: 'phase', phase: status.phase });
      print({ kind: 'status', text: `${status.phase}, was ${previous.phase}`, role: status.phase === 'stale' ? 'bad' : 'quiet' });
    }
  });

  return {
    get length() {
      return entries.length;
    },
    since: (mark) => entries.slice(mark),
    act: (text) => print({ kind: 'cluster', text, role: 'heading' }),
  };
}

function where({ addresses, port }: Peer): string {
  return `${addresses.join(', ')}${port === undefined ? '' : ` port ${port}`}`;
}
