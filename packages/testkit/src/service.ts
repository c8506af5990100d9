import { checkKnownKeys, checkLabel, checkOneOf } from './check-options.ts';
import { type Deployment, type DeploymentOptions, SimulatedDeployment } from './deployment.ts';
import { TestkitError } from './errors.ts';
import { type AddressFamily, dashedLabel } from './ip-address.ts';
import { type PortOptions, type ServicePort, servicePorts } from './service-port.ts';
import { type Endpoint, type ServiceFace, ServiceZone } from './service-zone.ts';
import type { StatefulSet, StatefulSetOptions } from './stateful-set.ts';
import { SimulatedStatefulSet } from './stateful-set-controller.ts';
import type { Surroundings } from './surroundings.ts';
import type { SimulatedWorkload, Workload } from './workload.ts';

/** What a headless Service can be told. */
export interface HeadlessServiceOptions {
  /** Default: the namespace of the world. */
  namespace?: string;
  /** Whether unready and terminating pods are listed too. Default false. */
  publishNotReadyAddresses?: boolean;
  /** Default none: the Service then has addresses but no SRV records. */
  ports?: readonly PortOptions[];
  /**
   * Workloads made elsewhere whose pods this Service selects as well. A pod has its hostname only under the Service its StatefulSet was
   * made through; under any other it gets a dashed name.
   */
  selects?: Workload | readonly Workload[];
}

/** What a ClusterIP Service can be told. */
export interface ClusterIpServiceOptions extends HeadlessServiceOptions {
  /** At least one; default port 80 without a name. SRV records carry `port`, not `targetPort`. */
  ports?: readonly PortOptions[];
  /** Families of its virtual addresses, default `['ipv4']`. */
  families?: readonly AddressFamily[];
}

/** A Service of either kind. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** Its name in DNS: `<service>.<namespace>.svc.<cluster domain>`. */
  readonly host: string;
  /** Makes a StatefulSet with this Service as its governing Service (`spec.serviceName`). */
  statefulSet(name: string, options?: StatefulSetOptions): StatefulSet;
  /** Makes a Deployment whose pods this Service selects. */
  deployment(name: string, options?: DeploymentOptions): Deployment;
  /** Takes the Service out of DNS. Its pods live on. */
  delete(): void;
}

/** A Service with `clusterIP: None`. */
export interface HeadlessService extends Service {
  readonly kind: 'headless';
}

/** A Service with virtual addresses of its own. */
export interface ClusterIpService extends Service {
  readonly kind: 'cluster-ip';
  /** Its virtual addresses; they answer whether or not a pod is ready. */
  readonly addresses: readonly string[];
}

interface ServiceTraits {
  readonly ports: readonly ServicePort[];
  readonly families: readonly AddressFamily[];
}

/** A Service and its EndpointSlices. */
export class SimulatedService<Kind extends 'headless' | 'cluster-ip'> implements Service {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  readonly addresses: readonly string[];
  readonly face: ServiceFace;
  readonly #surroundings: Surroundings;
  readonly #isPublishingAll: boolean;
  readonly #workloads: SimulatedWorkload[];
  readonly #onDelete: () => void;
  #isDeleted = false;
  #zone: { readonly revision: number; readonly names: ServiceZone } | undefined;

  constructor(
    place: { name: string; namespace: string },
    {
      kind,
      options,
      surroundings,
      onDelete,
    }: { kind: Kind; options: ClusterIpServiceOptions; surroundings: Surroundings; onDelete: () => void },
  ) {
    const { ports, families } = serviceTraits(place.name, kind, options);
    this.kind = kind;
    this.name = place.name;
    this.namespace = place.namespace;
    this.host = `${place.name}.${place.namespace}.svc.${surroundings.clusterDomain}`;
    this.#isPublishingAll = options.publishNotReadyAddresses ?? false;
    this.#workloads = selectedWorkloads(place, options.selects ?? []);
    this.#surroundings = surroundings;
    this.#onDelete = onDelete;
    surroundings.claim('Service', place.namespace, place.name);
    this.addresses = kind === 'headless' ? [] : families.map((family) => surroundings.pool.take(family));
    this.face = { host: this.host, ttlSeconds: surroundings.ttlSeconds, ports, clusterIps: this.addresses };
  }

  statefulSet(name: string, options: StatefulSetOptions = {}): StatefulSet {
    this.#checkNotDeleted();
    const place = { name, namespace: this.namespace, serviceName: this.name };
    return this.#adopt(new SimulatedStatefulSet(place, options, this.#surroundings));
  }

  deployment(name: string, options: DeploymentOptions = {}): Deployment {
    this.#checkNotDeleted();
    return this.#adopt(new SimulatedDeployment({ name, namespace: this.namespace }, options, this.#surroundings));
  }

  delete(): void {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    this.addresses.forEach((address) => this.#surroundings.pool.release(address));
    this.#surroundings.unclaim('Service', this.namespace, this.name);
    this.#onDelete();
    this.#surroundings.touch();
  }

  /** Its names as of now; the same object until the world changes. */
  zone(): ServiceZone {
    const revision = this.#surroundings.revision();
    if (this.#zone?.revision === revision) return this.#zone.names;
    const names = new ServiceZone({ ...this.face, endpoints: this.endpoints() });
    this.#zone = { revision, names };
    return names;
  }

  isSelecting(workload: Workload): boolean {
    return this.#workloads.some((selected) => selected === workload);
  }

  /** What the EndpointSlice controller would list: `ready = publishNotReadyAddresses || (pod is ready and not terminating)`. */
  endpoints(): readonly Endpoint[] {
    const endpoints: Endpoint[] = [];
    for (const workload of this.#workloads) {
      const hasHostnames = workload.subdomain === this.name;
      for (const pod of workload.simulatedPods) {
        if (!this.#isPublishingAll && !pod.isReady) continue;
        for (const address of pod.addresses) endpoints.push({ address, label: hasHostnames ? pod.name : dashedLabel(address) });
      }
    }
    return endpoints;
  }

  #adopt<Adopted extends SimulatedWorkload & { reconcile(): void }>(workload: Adopted): Adopted {
    this.#workloads.push(workload);
    workload.reconcile();
    return workload;
  }

  #checkNotDeleted(): void {
    if (this.#isDeleted) throw new TestkitError('WRONG_PHASE', `Service ${this.name} has been deleted`);
  }
}

function serviceTraits(name: string, kind: 'headless' | 'cluster-ip', options: ClusterIpServiceOptions): ServiceTraits {
  checkLabel('the name of a Service', name);
  const keys = ['namespace', 'publishNotReadyAddresses', 'ports', 'selects'];
  checkKnownKeys(`Service ${name}`, options, kind === 'headless' ? keys : [...keys, 'families']);
  const { families = ['ipv4'] } = options;
  families.forEach((family) => checkOneOf(`a family of ${name}`, family, ['ipv4', 'ipv6']));
  const ports = servicePorts(name, options.ports ?? (kind === 'headless' ? [] : [{ port: 80 }]));
  if (kind === 'cluster-ip' && (ports.length === 0 || families.length === 0)) {
    throw new TestkitError('INVALID_OPTIONS', `Service ${name} needs a port and an address family, only a headless Service can do without`);
  }
  return { ports, families };
}

function selectedWorkloads(place: { name: string; namespace: string }, selects: Workload | readonly Workload[]): SimulatedWorkload[] {
  return [selects].flat().map((workload) => {
    if (!(workload instanceof SimulatedStatefulSet || workload instanceof SimulatedDeployment)) {
      throw new TestkitError('INVALID_OPTIONS', `selects of ${place.name} must be StatefulSets or Deployments of this package`);
    }
    if (workload.namespace !== place.namespace) {
      throw new TestkitError(
        'INVALID_OPTIONS',
        `Service ${place.name} in ${place.namespace} cannot select ${workload.name} in ${workload.namespace}`,
      );
    }
    return workload;
  });
}
