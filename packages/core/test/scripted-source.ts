import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';
import { watchPeers } from '../src/index.ts';
import type { Peer, PeerSource, PeerWatcher, WatchOptions } from '../src/index.ts';
import { ordinalOf, peerHost } from '../src/service/dns-names.ts';

const SERVICE = { name: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local', host: 'color-svc.default.svc.cluster.local' };

/** A peer of `color-svc`: `peer('color-ss-0', '10.0.0.1')`. */
export function peer(name: string, ...addresses: readonly string[]): Peer {
  return { name, ordinal: ordinalOf(name, undefined, addresses), host: peerHost(name, SERVICE), addresses, port: 27017 };
}

/** A source whose word is final, and that says what the test tells it to. */
export interface ScriptedSource extends PeerSource {
  /** Who is there from the next look on. */
  show(...peers: readonly Peer[]): void;
  /** Looks made so far. */
  readonly looks: number;
  readonly isClosed: boolean;
  /** Makes looks wait until `resume`. */
  pause(): void;
  resume(): void;
  /** Says that a look is worth having. */
  hint(): void;
  /** How many listen to hints. */
  readonly hintListeners: number;
}

export function scriptedSource(): ScriptedSource {
  let peers: readonly Peer[] = [];
  let looks = 0;
  let isClosed = false;
  let isPaused = false;
  const waiting: (() => void)[] = [];
  const hints = new Set<() => void>();
  return {
    async look() {
      looks += 1;
      if (isPaused) await new Promise<void>((resolve) => waiting.push(resolve));
      return { kind: 'complete', peers };
    },
    close() {
      isClosed = true;
    },
    onHint(listener) {
      hints.add(listener);
      return () => hints.delete(listener);
    },
    show(...shown) {
      peers = shown;
    },
    get looks() {
      return looks;
    },
    get isClosed() {
      return isClosed;
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    hint() {
      for (const listener of hints) listener();
    },
    get hintListeners() {
      return hints.size;
    },
  };
}

/** A watcher on a scripted source and a virtual clock, without jitter. */
export function watchScript(options: Partial<WatchOptions> = {}): { clock: VirtualClock; source: ScriptedSource; watcher: PeerWatcher } {
  const clock = virtualClock();
  const source = scriptedSource();
  const watcher = watchPeers({ service: SERVICE.host, clock, source, random: () => 0.5, persistent: false, ...options });
  return { clock, source, watcher };
}
