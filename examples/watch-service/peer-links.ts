import { Agent } from 'node:http';
import type { Peer, PeerWatcher } from '@peerset/core';

const MOST_CONNECTIONS = 32;
const MOST_IDLE = 4;

/** Connections to the other peers, kept by name: opened when a peer joins, replaced when it moves, closed when it leaves and at the end. */
export class PeerLinks {
  readonly #agents = new Map<string, Agent>();

  constructor(watcher: PeerWatcher, self: string, say: (line: string) => void) {
    const open = (peer: Peer): void => {
      if (peer.name !== self)
        this.#agents.set(peer.name, new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS, maxFreeSockets: MOST_IDLE }));
    };
    watcher.on('join', (peer) => {
      open(peer);
      say(`${peer.name} joins at ${peer.addresses.join()}`);
    });
    watcher.on('move', ({ peer, from }) => {
      // What is under way there fails at once instead of waiting for an address that is gone.
      this.#close(peer.name);
      open(peer);
      say(`${peer.name} moves from ${from.join()} to ${peer.addresses.join()}`);
    });
    watcher.on('leave', ({ name }) => {
      this.#close(name);
      say(`${name} leaves`);
    });
    watcher.closed.addEventListener('abort', () => {
      for (const name of this.#agents.keys()) this.#close(name);
    });
  }

  /** The names of the peers that there are connections for. */
  get names(): readonly string[] {
    return [...this.#agents.keys()].toSorted();
  }

  /** Undefined for this pod itself, and for who is no peer. */
  agentOf(name: string): Agent | undefined {
    return this.#agents.get(name);
  }

  #close(name: string): void {
    this.#agents.get(name)?.destroy();
    this.#agents.delete(name);
  }
}
