import type { Zone } from './answer.ts';
import { TestkitError } from './errors.ts';
import { reverseName } from './ip-address.ts';
import type { SimulatedService } from './service.ts';
import type { ServiceZone } from './service-zone.ts';
import type { ResourceKind } from './surroundings.ts';

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
  #revision = 1;
  #pointers: { readonly revision: number; readonly targets: ReadonlyMap<string, readonly string[]> } | undefined;

  constructor({ clusterDomain, ttlSeconds }: { clusterDomain: string; ttlSeconds: number }) {
    this.clusterDomain = clusterDomain;
    this.ttlSeconds = ttlSeconds;
  }

  get serial(): number {
    return this.#revision;
  }

  touch(): void {
    this.#revision += 1;
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
  }

  removeService(place: { name: string; namespace: string }): void {
    this.#services.delete(serviceKey(place));
    this.touch();
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  service(key: string): ServiceZone | undefined {
    return this.#services.get(key)?.zone();
  }

  pointers(name: string): readonly string[] | undefined {
    if (this.#pointers?.revision !== this.#revision) this.#pointers = { revision: this.#revision, targets: this.#allPointers() };
    return this.#pointers.targets.get(name);
  }

  /** One name per Service that lists the address. */
  #allPointers(): Map<string, readonly string[]> {
    const targets = new Map<string, readonly string[]>();
    for (const { address, target } of [...this.#services.values()].flatMap((service) => [...service.zone().pointers()])) {
      const name = reverseName(address);
      const others = targets.get(name) ?? [];
      if (!others.includes(target)) targets.set(name, [...others, target]);
    }
    return targets;
  }
}

function serviceKey({ name, namespace }: { name: string; namespace: string }): string {
  return `${name}.${namespace}`;
}
