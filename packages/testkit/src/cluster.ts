import { checkInteger } from './check-options.ts';
import type { FaultOptions } from './fault-options.ts';
import type { Fault } from './faults.ts';
import type { LoggedQuery } from './query-log.ts';
import { startServer } from './server.ts';
import type { ClusterIpService, ClusterIpServiceOptions, HeadlessService, HeadlessServiceOptions } from './service.ts';
import { createWorld, type World } from './world.ts';
import type { WorldOptions } from './world-options.ts';

/** What a cluster can be told. */
export interface ClusterOptions extends WorldOptions {
  /** UDP and TCP port on 127.0.0.1. 0 (default) takes a free one. */
  port?: number;
}

/** A world with a DNS server in front. */
export interface Cluster extends AsyncDisposable {
  /** Addresses of the DNS server, such as `['127.0.0.1:53535']`: for `Resolver.setServers`. */
  readonly servers: readonly string[];
  /** The same cluster without sockets. */
  readonly world: World;
  /** See `World.headlessService`. */
  headlessService(name: string, options?: HeadlessServiceOptions): HeadlessService;
  /** See `World.clusterIpService`. */
  clusterIpService(name: string, options?: ClusterIpServiceOptions): ClusterIpService;
  /** See `World.fault`. */
  fault(options: FaultOptions): Fault;
  /** See `World.queries`. */
  readonly queries: readonly LoggedQuery[];
  /** See `World.clearQueries`. */
  clearQueries(): void;
  /** Closes sockets and connections and drops everything scheduled. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a simulated cluster: a world and its DNS server, UDP and TCP, on 127.0.0.1.
 *
 * @throws {TestkitError} `INVALID_OPTIONS`.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { port = 0, ...worldOptions } = options;
  checkInteger('port', port, 0, 65_535);
  const world = createWorld(worldOptions);
  const server = await startServer(world, port);
  const close = async (): Promise<void> => {
    world.close();
    await server.close();
  };
  return {
    servers: Object.freeze([server.address]),
    world,
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
