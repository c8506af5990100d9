import { setIdOf, type StoredConfig, type StoredMember } from './config-document.ts';
import { CommandError } from './command-error.ts';
import type { Mongod } from './mongod.ts';

/** Another member that answers heartbeats, and what the asker's configuration says of it. */
export interface Colleague {
  readonly entry: StoredMember;
  readonly mongod: Mongod;
}

/** Which server has a name, as seen from another server. */
export type FindHost = (host: string, asker: Mongod) => Mongod | undefined;

/** Who can talk to whom, and who waits for what. */
export class Fabric {
  readonly mongods: Mongod[] = [];
  readonly #findHost: FindHost;
  readonly #listeners = new Set<() => void>();
  /** Sides of a partition, by ordinal; members that no side names are on none. Undefined while the network is whole. */
  sides: readonly (readonly number[])[] | undefined;
  /** Members that clients can reach; undefined: all. */
  openTo: readonly number[] | undefined;
  /** Nobody will look any more. */
  isClosing = false;
  /** How long a quorum check takes at least. */
  quorumCheckMs = 0;
  /** What quorum checks wait for besides. */
  quorumGate: Promise<void> = Promise.resolve();

  constructor(findHost: FindHost) {
    this.#findHost = findHost;
  }

  /** The server behind a name, if it runs and can be reached from there. */
  reach(asker: Mongod, host: string): Mongod | undefined {
    const found = this.#findHost(host, asker);
    return found?.isRunning === true && this.#isConnected(asker, found) ? found : undefined;
  }

  /** Which entry of a configuration means this very server. */
  readonly findSelf = (mongod: Mongod, config: StoredConfig): number | undefined =>
    config.members.find(({ host }) => this.#findHost(host, mongod) === mongod)?._id;

  /** Whether a server that answers belongs to the asker's set: the same name, the same identity. */
  isOfSameSet(asker: Mongod, other: Mongod): boolean {
    const [mine, theirs] = [asker.volume.config, other.volume.config];
    if (other.isLoading || mine === undefined || theirs === undefined) return false;
    return asker.setName === other.setName && setIdOf(mine) === setIdOf(theirs);
  }

  /** All other members of its configuration that answer as members. */
  colleagues(asker: Mongod): readonly Colleague[] {
    return (asker.volume.config?.members ?? []).flatMap((entry) => {
      const mongod = this.reach(asker, entry.host);
      const isColleague = mongod !== undefined && mongod !== asker && this.isOfSameSet(asker, mongod);
      return isColleague ? [{ entry, mongod }] : [];
    });
  }

  isOpenToClients({ ordinal }: Mongod): boolean {
    return this.openTo === undefined || this.openTo.includes(ordinal);
  }

  /** Tells all who wait that something is different. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with true when it holds, with false when the time is up (never, without one); rejects when the server stops. */
  until(isMet: () => boolean, timeoutMs: number | undefined, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', abort);
        act();
      };
      const abort = (): void => end(() => reject(new CommandError('InterruptedAtShutdown', 'the server stops')));
      const look = (): void => {
        if (isMet()) end(() => resolve(true));
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => end(() => resolve(isMet())), timeoutMs);
      const stop = this.onChange(look);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else look();
    });
  }

  #isConnected(a: Mongod, b: Mongod): boolean {
    return a === b || this.sides === undefined || this.sides.some((side) => side.includes(a.ordinal) && side.includes(b.ordinal));
  }
}
