import type { Peer, PeerWatcher } from '@peerset/core';
import { askPeer } from './ask-peer.ts';
import type { PeerLinks } from './peer-links.ts';
import { rankOwners } from './rank-owners.ts';
import type { Settings } from './settings.ts';

/** The owner, and who stands in for it: whoever asks waits for no more. */
const MOST_ASKED = 2;

/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What became of the requests so far. */
export interface RouteCounts {
  /** Answered here, as the owner or for it. */
  readonly own: number;
  /** Answered by another peer. */
  readonly forwarded: number;
  /** Times that a peer was asked in vain. */
  readonly failed: number;
}

/** Finds the peer that owns a key, by names alone, and lets it answer. */
export class KeyRouter {
  readonly #watcher: PeerWatcher;
  readonly #links: PeerLinks;
  readonly #settings: Settings;
  #counts: RouteCounts = { own: 0, forwarded: 0, failed: 0 };

  constructor(watcher: PeerWatcher, links: PeerLinks, settings: Settings) {
    this.#watcher = watcher;
    this.#links = links;
    this.#settings = settings;
  }

  get counts(): RouteCounts {
    return this.#counts;
  }

  /**
   * Lets the owner answer; or who comes after it when it cannot be reached; or answers here, when that one cannot be reached either: pods that
   * have just been started are in DNS before they listen. `addressee`: whom another pod took for the owner.
   */
  async answer(key: string, addressee: string | undefined): Promise<Answer> {
    const { name: self } = this.#settings;
    if (addressee === self) return this.#answerHere(key);
    // The address is this pod's now and was another's.
    if (addressee !== undefined) return { status: 421, body: { error: `this is ${self}, not ${addressee}` } };
    for (const peer of this.#candidates(key)) {
      if (peer.name === self) return this.#answerHere(key);
      const answer = await this.#ask(peer, key);
      if (answer !== undefined) return answer;
    }
    return this.#watcher.snapshot.peers.length > 0 ? this.#answerHere(key) : { status: 503, body: { error: 'no peer is known yet' } };
  }

  /** Who may answer, the best first. Those whom DNS denies at the moment come last: they are restarting, or gone. */
  #candidates(key: string): readonly Peer[] {
    const { snapshot, status } = this.#watcher;
    const isDenied = (name: string): boolean => status.unconfirmed.includes(name);
    const ranked = rankOwners(
      key,
      snapshot.peers.map(({ name }) => name),
    );
    const ordered = [...ranked.filter((name) => !isDenied(name)), ...ranked.filter(isDenied)].slice(0, MOST_ASKED);
    return ordered.flatMap((name) => snapshot.peers.find((peer) => peer.name === name) ?? []);
  }

  async #ask({ name, addresses: [address], port = this.#settings.port }: Peer, key: string): Promise<Answer | undefined> {
    const agent = this.#links.agentOf(name);
    if (address === undefined || agent === undefined) return undefined;
    try {
      const body: Answer['body'] = JSON.parse(await askPeer({ name, address, port, agent }, `/keys/${encodeURIComponent(key)}`));
      this.#count('forwarded');
      return { status: 200, body };
    } catch {
      this.#count('failed');
      // Perhaps it has moved. This request does not wait for DNS, the next ones gain.
      this.#watcher.refresh().catch(() => {});
      return undefined;
    }
  }

  /** Where an application would do its work. */
  #answerHere(key: string): Answer {
    this.#count('own');
    return { status: 200, body: { key, servedBy: this.#settings.name } };
  }

  #count(what: keyof RouteCounts): void {
    this.#counts = { ...this.#counts, [what]: this.#counts[what] + 1 };
  }
}
