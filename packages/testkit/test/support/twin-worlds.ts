import { startCluster, type Cluster, type Pod, type PortOptions, type ReplicaOptions, type StatefulSet } from '../../src/index.ts';
import type { Member, Port } from './cluster-objects.ts';
import type { CorefileSetting } from './corefile.ts';
import { startRealCluster, type RealCluster } from './real-cluster.ts';

export interface HeadlessTwin {
  readonly service: string;
  readonly ports?: readonly PortOptions[];
  readonly publishNotReadyAddresses?: boolean;
  readonly set: string;
  readonly replicas: number;
  readonly families?: readonly ('ipv4' | 'ipv6')[];
  readonly unreadyOrdinals?: readonly number[];
}

export interface ClusterIpTwin {
  readonly service: string;
  readonly ports: readonly PortOptions[];
  readonly set: string;
  readonly replicas: number;
}

/** What makes the simulation cache as each Corefile does. What kubeadm's caches outside the zone, the simulation does not. */
const simulatedCaches: Readonly<Record<CorefileSetting, ReplicaOptions>> = {
  uncached: {},
  kubeadm: {},
  classic: { positiveCacheSeconds: 30, negativeCacheSeconds: 30 },
  stale: { positiveCacheSeconds: 30, negativeCacheSeconds: 30, serveStaleSeconds: 3_600 },
};

/**
 * The same Services twice: in this package's simulation, and in a real CoreDNS.
 *
 * The simulation hands out the addresses, and the objects for CoreDNS are written after its pods.
 */
export class TwinWorlds {
  readonly simulated: Cluster;
  readonly real: RealCluster;

  private constructor(simulated: Cluster, real: RealCluster) {
    this.simulated = simulated;
    this.real = real;
  }

  static async start(setting: CorefileSetting, ttlSeconds: number): Promise<TwinWorlds> {
    const real = await startRealCluster({ setting, ttlSeconds });
    const caches = simulatedCaches[setting];
    return new TwinWorlds(await startCluster({ namespace: 'default', clusterDomain: 'cluster.local', ttlSeconds, ...caches }), real);
  }

  get servers(): { readonly simulated: string; readonly real: string } {
    const [simulated] = this.simulated.servers;
    if (simulated === undefined) throw new Error('the simulated cluster has no DNS server');
    return { simulated, real: this.real.server };
  }

  headless(twin: HeadlessTwin): StatefulSet {
    const { service, ports = [], publishNotReadyAddresses = false, unreadyOrdinals = [], replicas, families = ['ipv4'] } = twin;
    const set = this.simulated.headlessService(service, { ports, publishNotReadyAddresses }).statefulSet(twin.set, { replicas, families });
    for (const ordinal of unreadyOrdinals) set.pod(ordinal).setReady(false);
    this.#write(twin, set);
    return set;
  }

  /** Brings the set of `headless` to another size, on both sides, and waits until CoreDNS has seen it. */
  async scale(twin: HeadlessTwin, set: StatefulSet, replicas: number): Promise<void> {
    set.scale(replicas);
    this.#write(twin, set);
    await this.real.caughtUp();
  }

  /** A second headless Service over a set's pods: there they have no hostname. */
  headlessOver(service: string, set: StatefulSet, ports: readonly PortOptions[]): void {
    this.simulated.headlessService(service, { ports, selects: set });
    this.real.objects.headless(service, { ports: realPorts(ports), members: set.pods.map(namelessMember) });
  }

  clusterIp({ service, ports, set, replicas }: ClusterIpTwin): { readonly set: StatefulSet; readonly addresses: readonly string[] } {
    const simulated = this.simulated.clusterIpService(service, { ports });
    const twinSet = simulated.statefulSet(set, { replicas });
    this.real.objects.clusterIp(service, {
      clusterIps: simulated.addresses,
      ports: realPorts(ports),
      members: twinSet.pods.map(namedMember),
    });
    return { set: twinSet, addresses: simulated.addresses };
  }

  #write({ service, ports = [], publishNotReadyAddresses = false }: HeadlessTwin, set: StatefulSet): void {
    this.real.objects.headless(service, {
      ports: realPorts(ports),
      publishNotReady: publishNotReadyAddresses,
      members: set.pods.map(namedMember),
    });
  }

  async close(): Promise<void> {
    await this.real.close();
    await this.simulated.close();
  }
}

function realPorts(ports: readonly PortOptions[]): Port[] {
  return ports.map(({ protocol = 'TCP', ...port }) => {
    if (protocol === 'SCTP') throw new Error('the stand-in knows no SCTP');
    return { ...port, protocol };
  });
}

function namedMember({ name, addresses, isReady }: Pod): Member {
  return { hostname: name, addresses, isReady };
}

function namelessMember({ addresses, isReady }: Pod): Member {
  return { addresses, isReady };
}
