import type { Zone } from './answer.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { AddressFamily } from './ip-address.ts';
import { pointerTargets } from './pointer-targets.ts';
import { type Endpoint, type ServiceFace, ServiceZone } from './service-zone.ts';

interface SeenService {
  readonly face: ServiceFace;
  readonly endpoints: Readonly<Record<AddressFamily, readonly Endpoint[]>>;
  /** Made when first asked for. */
  names: ServiceZone | undefined;
}

const NO_ENDPOINTS: SeenService['endpoints'] = Object.freeze({ ipv4: [], ipv6: [] });

/** A cluster as one DNS server has come to know it, change by change. */
export class ClusterView implements Zone {
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  readonly #namespaces = new Set<string>();
  readonly #services = new Map<string, SeenService>();
  #serial = 0;
  #pointers: ReadonlyMap<string, readonly string[]> | undefined;

  constructor({ clusterDomain, ttlSeconds }: { clusterDomain: string; ttlSeconds: number }) {
    this.clusterDomain = clusterDomain;
    this.ttlSeconds = ttlSeconds;
  }

  get serial(): number {
    return this.#serial;
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  service(key: string): ServiceZone | undefined {
    const seen = this.#services.get(key);
    return seen === undefined ? undefined : namesOf(seen);
  }

  pointers(name: string): readonly string[] | undefined {
    this.#pointers ??= pointerTargets([...this.#services.values()].map(namesOf));
    return this.#pointers.get(name);
  }

  apply(change: ClusterChange): void {
    this.#serial += 1;
    this.#pointers = undefined;
    switch (change.kind) {
      case 'namespace':
        this.#namespaces.add(change.namespace);
        return;
      case 'service':
        this.#services.set(change.key, { face: change.face, endpoints: NO_ENDPOINTS, names: undefined });
        return;
      case 'service-gone':
        this.#services.delete(change.key);
        return;
      case 'slice': {
        const seen = this.#services.get(change.key);
        if (seen === undefined) return;
        const endpoints = { ...seen.endpoints, [change.family]: change.endpoints };
        this.#services.set(change.key, { face: seen.face, endpoints, names: undefined });
        return;
      }
      default:
        change satisfies never;
    }
  }
}

function namesOf(seen: SeenService): ServiceZone {
  seen.names ??= new ServiceZone({ ...seen.face, endpoints: [...seen.endpoints.ipv4, ...seen.endpoints.ipv6] });
  return seen.names;
}
