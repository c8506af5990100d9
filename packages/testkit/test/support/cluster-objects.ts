import { endpointSlices } from './endpoint-slices.ts';
import { serviceNameLabel, type Endpoint, type Protocol } from './kubernetes-objects.ts';
import { ObjectStore } from './object-store.ts';

/** One pod behind a Service. */
export interface Member {
  /** The pod's ordinal name; without one the member is known by its dashed address only. */
  readonly hostname?: string;
  readonly addresses: readonly string[];
  /** Default true. A terminating pod is one that is not ready. */
  readonly isReady?: boolean;
}

export interface Port {
  /** Default: an unnamed port. */
  readonly name?: string;
  readonly port: number;
  /** The pods' port, which SRV of a headless Service gives; default `port`. */
  readonly targetPort?: number;
  /** Default TCP. */
  readonly protocol?: Protocol;
}

export interface ServiceDescription {
  /** Default `default`. */
  readonly namespace?: string;
  readonly ports?: readonly Port[];
  readonly members?: readonly Member[];
}

export interface HeadlessDescription extends ServiceDescription {
  /** `publishNotReadyAddresses` of the Service: members are in DNS whether ready or not. */
  readonly publishNotReady?: boolean;
}

export interface ClusterIpDescription extends ServiceDescription {
  readonly clusterIps: readonly string[];
}

/**
 * The objects of a cluster, and what its controllers would make of them.
 *
 * Every description is the whole state of that Service: what it no longer names goes away.
 */
export class ClusterObjects {
  /** For what the conveniences here do not cover. */
  readonly store: ObjectStore = new ObjectStore();

  constructor() {
    this.namespace('default');
  }

  namespace(name: string): void {
    this.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  headless(name: string, description: HeadlessDescription = {}): void {
    this.#apply(name, ['None'], description.publishNotReady ?? false, description);
  }

  clusterIp(name: string, description: ClusterIpDescription): void {
    this.#apply(name, description.clusterIps, false, description);
  }

  /** Deletes a Service and its slices. */
  remove(name: string, namespace = 'default'): void {
    for (const slice of this.#slicesOf(name, namespace)) this.store.delete(slice);
    this.store.delete({ kind: 'Service', metadata: { name, namespace } });
  }

  /** Deletes a namespace and everything in it. */
  removeNamespace(name: string): void {
    for (const service of this.store.list('Service')) if (service.metadata.namespace === name) this.remove(service.metadata.name, name);
    this.store.delete({ kind: 'Namespace', metadata: { name } });
  }

  #apply(name: string, clusterIPs: readonly string[], publishNotReady: boolean, description: ServiceDescription): void {
    const { namespace = 'default', ports = [], members = [] } = description;
    this.store.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        type: 'ClusterIP',
        clusterIP: clusterIPs[0] ?? 'None',
        clusterIPs,
        publishNotReadyAddresses: publishNotReady,
        ports: ports.map(({ name: portName, port, protocol = 'TCP' }) => ({ ...(portName && { name: portName }), port, protocol })),
      },
    });
    const slices = endpointSlices({
      service: name,
      namespace,
      ports: ports.map(({ name: portName = '', port, targetPort = port, protocol = 'TCP' }) => ({
        name: portName,
        port: targetPort,
        protocol,
      })),
      endpoints: members.map((member) => endpointOf(member, publishNotReady)),
      previous: this.#slicesOf(name, namespace),
    });
    for (const slice of slices) this.store.apply(slice);
  }

  #slicesOf(service: string, namespace: string) {
    const slices = this.store.list('EndpointSlice');
    return slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[serviceNameLabel] === service);
  }
}

/** The condition as the EndpointSlice controller sets it: published members count as ready. */
function endpointOf({ hostname, addresses, isReady = true }: Member, publishNotReady: boolean): Endpoint {
  return { addresses, conditions: { ready: isReady || publishNotReady }, ...(hostname !== undefined && { hostname }) };
}
