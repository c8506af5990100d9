import { ManagedClient, type ManagedClientOptions, type Replaced, type ReplacementFailed } from '@peerset/cassandra-adapter';
import { virtualClock, type VirtualClock } from '@peerset/testkit';
import { noHostAvailable, StubHost, stubDriver, type ClientScript, type StubClient, type StubDriver } from './stub-driver.ts';
import { watchedPeers, type WatchedPeers } from './watched-peers.ts';

/** Where the two nodes of a stage are in the beginning. */
export const [first, second] = ['10.0.0.1', '10.0.0.2'] as const;

/** A managed client of a stub driver on a virtual clock, connected, and what it has told. Peers `cass-0` and `cass-1` are there. */
export interface StubStage extends WatchedPeers, AsyncDisposable {
  readonly clock: VirtualClock;
  readonly driver: StubDriver;
  readonly client: ManagedClient<StubClient>;
  readonly replaced: readonly Replaced[];
  readonly failed: readonly ReplacementFailed[];
}

export async function startStub(
  script: (number: number) => ClientScript,
  options: Partial<ManagedClientOptions<StubClient>> = {},
): Promise<StubStage> {
  const clock = virtualClock();
  const watched = watchedPeers(clock, [first, second]);
  const driver = stubDriver(script);
  const client = new ManagedClient({ driver, watcher: watched.watcher, datacenter: 'dc1', ...options });
  const [replaced, failed]: [Replaced[], ReplacementFailed[]] = [[], []];
  client.on('replaced', (told) => void replaced.push(told));
  client.on('failed', (told) => void failed.push(told));
  const connecting = client.connect();
  await clock.advance(0);
  await connecting;
  const close = async (): Promise<void> => {
    await Promise.all([client.shutdown(), clock.advance(60_000)]);
    await watched.watcher.close();
  };
  return { ...watched, clock, driver, client, replaced, failed, [Symbol.asyncDispose]: close };
}

/** Two hosts with these many connections each. */
export function hosts(connections: readonly [number, number] = [1, 1], addresses: readonly [string, string] = [first, second]): StubHost[] {
  return addresses.map((address, i) => new StubHost(address, connections[i]));
}

export function refuse(): never {
  throw noHostAvailable();
}
