import { staticSource, watchPeers } from '@peerset/core';
import type { PeerWatcher, StaticPeer, WatchOptions } from '@peerset/core';
import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';

/** A watched Service whose peers are what the test says. */
export interface ChangingWatch {
  readonly watcher: PeerWatcher;
  /** The peers with these numbers are there: `db-1` at 10.0.0.1 and so on. Seen when it resolves. */
  readonly show: (...numbers: readonly number[]) => Promise<void>;
  /** These are there. Seen when it resolves. */
  readonly showPeers: (peers: readonly StaticPeer[]) => Promise<void>;
}

export function numberedPeer(number: number): StaticPeer {
  return { name: `db-${number}`, addresses: [`10.0.${number >> 8}.${number & 255}`], port: 27017 };
}

/** A watcher on a source whose word is final, by the machine's clock unless told otherwise. */
export function changingWatch(options: Partial<WatchOptions> = {}): ChangingWatch {
  let source = staticSource([]);
  const watcher = watchPeers({
    service: 'db-svc.default.svc.cluster.local',
    source: { look: (request, signal) => source.look(request, signal), close() {} },
    persistent: false,
    random: () => 0.5,
    ...options,
  });
  const showPeers = async (peers: readonly StaticPeer[]): Promise<void> => {
    source = staticSource(peers);
    await watcher.refresh();
  };
  return { watcher, showPeers, show: (...numbers) => showPeers(numbers.map(numberedPeer)) };
}

/** The same by a clock that stands still until told to move. */
export function virtualWatch(options: Partial<WatchOptions> = {}): ChangingWatch & { readonly clock: VirtualClock } {
  const clock = virtualClock();
  return { clock, ...changingWatch({ clock, ...options }) };
}
