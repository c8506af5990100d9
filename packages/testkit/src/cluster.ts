import { checkInteger } from './check-options.ts';
import type { FaultOptions } from './fault-options.ts';
import type { Fault } from './faults.ts';
import type { LoggedQuery } from './query-log.ts';
import type { DnsReplica } from './replica.ts';
import { type DnsServer, startServer } from './server.ts';
import type { ClusterIpService, ClusterIpServiceOptions, HeadlessService, HeadlessServiceOptions } from './service.ts';
import { createWorld, type World } from './world.ts';
import type { WorldOptions } from './world-options.ts';

/** What a cluster can be told. */
export interface ClusterOptions extends WorldOptions {
  /** UDP and TCP port of `virtualServer` on 127.0.0.1. 0 (default) takes a free one. */
  port?: number;
}

/** A world with DNS servers in front. */
export interface Cluster extends AsyncDisposable {
  /**
   * An address for each DNS replica, such as `['127.0.0.1:53535']`: for `Resolver.setServers`. A question to one of them meets that
   * replica, as in a cluster a question to the address of a CoreDNS pod.
   */
  readonly servers: readonly string[];
  /**
   * The address all replicas share, as the `kube-dns` Service has one: each question meets the replica that `balance` picks, and so does
   * the one over TCP after a cut reply. With one replica it is the address of that.
   */
  readonly virtualServer: string;
  /** The same cluster without sockets. */
  readonly world: World;
  /** See `World.headlessService`. */
  headlessService(name: string, options?: HeadlessServiceOptions): HeadlessService;
  /** See `World.clusterIpService`. */
  clusterIpService(name: string, options?: ClusterIpServiceOptions): ClusterIpService;
  /** See `World.fault`. */
  fault(options: FaultOptions): Fault;
  /** See `World.replicas`. */
  readonly replicas: readonly DnsReplica[];
  /** See `World.queries`. */
  readonly queries: readonly LoggedQuery[];
  /** See `World.clearQueries`. */
  clearQueries(): void;
  /** Closes sockets and connections and drops everything scheduled. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a simulated cluster: a world and its DNS servers, UDP and TCP, on 127.0.0.1.
 *
 * @throws {TestkitError} `INVALID_OPTIONS`.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { port = 0, ...worldOptions } = options;
  checkInteger('port', port, 0, 65_535);
  const world = createWorld(worldOptions);
  const servers = await startServers(world, port);
  const close = async (): Promise<void> => {
    world.close();
    await Promise.all(servers.all.map((server) => server.close()));
  };
  return {
    servers: Object.freeze(servers.ofReplicas.map(({ address }) => address)),
    virtualServer: servers.virtual.address,
    world,
    replicas: world.replicas,
    headlessService: (name, serviceOptions) => world.headlessService(name, serviceOptions),
    clusterIpService: (name, serviceOptions) => world.clusterIpService(name, serviceOptions),
    fault: (faultOptions) => world.fault(faultOptions),
    get queries() {
      return world.queries;
    },
    clearQueries: () => world.clearQueries(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Servers {
  readonly virtual: DnsServer;
  readonly ofReplicas: readonly DnsServer[];
  readonly all: readonly DnsServer[];
}

/** The port is that of the address which clients are given: the shared one. */
async function startServers(world: World, port: number): Promise<Servers> {
  const virtual = await startServer({ world }, port);
  if (world.replicas.length === 1) return { virtual, ofReplicas: [virtual], all: [virtual] };
  const ofReplicas: DnsServer[] = [];
  try {
    for (const { index } of world.replicas) ofReplicas.push(await startServer({ world, replica: index }, 0));
  } catch (error) {
    await Promise.all([virtual, ...ofReplicas].map((server) => server.close()));
    throw error;
  }
  return { virtual, ofReplicas, all: [virtual, ...ofReplicas] };
}
