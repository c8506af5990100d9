import { ApiServer } from './api-server.ts';
import { askDns } from './ask-dns.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { clusterDomain, type CorefileSetting } from './corefile.ts';
import { CoreDns, supportLabel } from './coredns.ts';
import { pollUntil } from './poll-until.ts';

export interface RealClusterOptions {
  /** Default `kubeadm`: the zone is not cached. */
  readonly setting?: CorefileSetting;
  /** Default 30, as kubeadm has it; EKS has 5. */
  readonly ttlSeconds?: number;
}

/** Private use (RFC 6895 section 3.1): nobody asks for these. */
const firstPrivateType = 65_280;
const catchUpLimitMs = 40_000;

/**
 * A real CoreDNS before a stand-in of the Kubernetes API server.
 *
 * ```ts
 * const cluster = await startRealCluster();
 * cluster.objects.headless('color-svc', { ports: [{ port: 27017 }], members: [{ hostname: 'color-ss-0', addresses: ['10.1.0.1'] }] });
 * await cluster.caughtUp();
 * watchPeers({ servers: [cluster.server], ... });
 * await cluster.dns.kill('SIGKILL'); await cluster.dns.restart();   // CoreDNS fails
 * await cluster.api.stop(); await cluster.api.start();              // the control plane fails
 * await cluster.close();
 * ```
 */
export class RealCluster {
  readonly objects: ClusterObjects;
  readonly api: ApiServer;
  readonly dns: CoreDns;
  #markers = 0;

  constructor(objects: ClusterObjects, api: ApiServer, dns: CoreDns) {
    this.objects = objects;
    this.api = api;
    this.dns = dns;
  }

  /** `127.0.0.1:20053` */
  get server(): string {
    return this.dns.server;
  }

  /**
   * Resolves when CoreDNS has seen every change of `objects` up to now. What it has cached may still be answered for a while.
   *
   * It writes a marker of each kind behind those changes and asks for it: CoreDNS takes the kinds by separate watches, but each in order.
   */
  async caughtUp(): Promise<void> {
    this.#markers += 1;
    const namespace = `${supportLabel}-${this.#markers}`;
    this.objects.namespace(namespace);
    // An address of a block for documentation, so that it belongs to nobody's member.
    this.objects.headless('marker', { namespace, members: [{ hostname: 'pod', addresses: ['198.51.100.1'] }] });
    const name = `pod.marker.${namespace}.svc.${clusterDomain}`;
    await pollUntil('CoreDNS to see the last change', catchUpLimitMs, async (attempt) => {
      // A denial is cached by type, so that each attempt asks for another one. For an existing name there is no record, but no error either.
      const { rcode } = await askDns(this.server, { name, type: firstPrivateType + attempt });
      return rcode === 'NOERROR' || undefined;
    });
    this.objects.removeNamespace(namespace);
  }

  async close(): Promise<void> {
    await this.dns.close();
    await this.api.stop();
  }
}

/** Starts both. Rejects, leaving nothing behind, when CoreDNS does not come up within 20 s or `PEERSET_COREDNS` names no binary. */
export async function startRealCluster({ setting = 'kubeadm', ttlSeconds = 30 }: RealClusterOptions = {}): Promise<RealCluster> {
  const objects = new ClusterObjects();
  const api = new ApiServer(objects.store);
  await api.start();
  try {
    return new RealCluster(objects, api, await CoreDns.start({ apiServerUrl: api.url, setting, ttlSeconds }));
  } catch (error) {
    await api.stop();
    throw error;
  }
}
