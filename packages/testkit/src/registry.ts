import type { Zone } from './answer.ts';
import type { ClusterChange } from './cluster-change.ts';
import { ClusterFeed, listing } from './cluster-feed.ts';
import { TestkitError } from './errors.ts';
import { pointerTargets } from './pointer-targets.ts';
import type { SimulatedService } from './service.ts';
import type { ServiceZone } from './service-zone.ts';
import type { ResourceKind } from './surroundings.ts';
import type { Workload } from './workload.ts';

/** Every cluster has them. */
const STANDARD_NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

type AnyService = SimulatedService<'headless' | 'cluster-ip'>;

/** Everything that has a name, as DNS looks it up. */
export class Registry implements Zone {
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  readonly #services = new Map<string, AnyService>();
  readonly #namespaces = new Set<string>(STANDARD_NAMESPACES);
  readonly #claimed = new Set<string>();
  readonly #feed = new ClusterFeed();
  #revision = 1;
  #pointers: { readonly revision: number; readonly targets: ReadonlyMap<string, readonly string[]> } | undefined;

  constructor({ clusterDomain, ttlSeconds }: { clusterDomain: string; ttlSeconds: number }) {
    this.clusterDomain = clusterDomain;
    this.ttlSeconds = ttlSeconds;
  }

  get serial(): number {
    return this.#revision;
  }

  /** `workload` is the one whose pods have changed. */
  touch(workload?: Workload): void {
    this.#revision += 1;
    if (workload === undefined || !this.#feed.isWatched) return;
    for (const service of this.#services.values()) {
      if (service.isSelecting(workload)) this.#feed.podsChanged(service);
    }
  }

  /** Calls back with every change from now on. */
  watch(watcher: (change: ClusterChange) => void): void {
    // What happened while nobody watched is not news, but what comes after it is.
    if (!this.#feed.isWatched) for (const service of this.#services.values()) this.#feed.podsChanged(service);
    this.#feed.watch(watcher);
  }

  /** The cluster as it is now, as the changes that lead there from nothing. */
  list(): Iterable<ClusterChange> {
    return listing(this.#namespaces, this.#services.values());
  }

  claim(kind: ResourceKind, namespace: string, name: string): void {
    const key = `${kind} ${namespace}/${name}`;
    if (this.#claimed.has(key)) throw new TestkitError('DUPLICATE_NAME', `there is already a ${kind} ${name} in namespace ${namespace}`);
    this.#claimed.add(key);
  }

  unclaim(kind: ResourceKind, namespace: string, name: string): void {
    this.#claimed.delete(`${kind} ${namespace}/${name}`);
  }

  addNamespace(namespace: string): void {
    this.#namespaces.add(namespace);
    this.touch();
  }

  addService(service: AnyService): void {
    this.#services.set(serviceKey(service), service);
    this.addNamespace(service.namespace);
    this.#feed.serviceMade(service);
  }

  removeService(place: { name: string; namespace: string }): void {
    this.#services.delete(serviceKey(place));
    this.#feed.serviceGone(serviceKey(place));
    this.touch();
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  service(key: string): ServiceZone | undefined {
    return this.#services.get(key)?.zone();
  }

  pointers(name: string): readonly string[] | undefined {
    if (this.#pointers?.revision !== this.#revision) {
      const targets = pointerTargets([...this.#services.values()].map((service) => service.zone()));
      this.#pointers = { revision: this.#revision, targets };
    }
    return this.#pointers.targets.get(name);
  }
}

function serviceKey({ name, namespace }: { name: string; namespace: string }): string {
  return `${name}.${namespace}`;
}
