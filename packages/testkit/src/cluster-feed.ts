import type { ClusterChange } from './cluster-change.ts';
import { type AddressFamily, familyOf } from './ip-address.ts';
import type { Endpoint, ServiceFace } from './service-zone.ts';

/** A Service as its watchers see it. */
interface WatchedService {
  readonly name: string;
  readonly namespace: string;
  readonly face: ServiceFace;
  endpoints(): readonly Endpoint[];
}

type Slices = Readonly<Record<AddressFamily, readonly Endpoint[]>>;

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];
const NO_SLICES: Slices = Object.freeze({ ipv4: [], ipv6: [] });

/** Tells watchers what changes, as the API server does. */
export class ClusterFeed {
  readonly #watchers: ((change: ClusterChange) => void)[] = [];
  readonly #told = new Map<string, Slices>();

  /** Calls back with every change from now on, when it has happened. */
  watch(watcher: (change: ClusterChange) => void): void {
    this.#watchers.push(watcher);
    // What was told before nobody heard.
    this.#told.clear();
  }

  /** While nobody watches, nothing need be told. */
  get isWatched(): boolean {
    return this.#watchers.length > 0;
  }

  serviceMade(service: WatchedService): void {
    this.#told.set(keyOf(service), NO_SLICES);
    this.#tell({ kind: 'namespace', namespace: service.namespace });
    this.#tell({ kind: 'service', key: keyOf(service), face: service.face });
    this.podsChanged(service);
  }

  serviceGone(key: string): void {
    this.#told.delete(key);
    this.#tell({ kind: 'service-gone', key });
  }

  /** To be called after every change of a pod that the Service may list. Tells only what is new. */
  podsChanged(service: WatchedService): void {
    const key = keyOf(service);
    const told = this.#told.get(key);
    const slices = slicesOf(service);
    this.#told.set(key, slices);
    for (const family of FAMILIES) {
      if (told === undefined || !isSame(told[family], slices[family])) {
        this.#tell({ kind: 'slice', key, family, endpoints: slices[family] });
      }
    }
  }

  #tell(change: ClusterChange): void {
    this.#watchers.forEach((watcher) => watcher(change));
  }
}

/** The changes that lead from nothing to these Services as they are now. */
export function* listing(namespaces: Iterable<string>, services: Iterable<WatchedService>): Generator<ClusterChange> {
  for (const namespace of namespaces) yield { kind: 'namespace', namespace };
  for (const service of services) {
    const key = keyOf(service);
    yield { kind: 'service', key, face: service.face };
    const slices = slicesOf(service);
    for (const family of FAMILIES) {
      if (slices[family].length > 0) yield { kind: 'slice', key, family, endpoints: slices[family] };
    }
  }
}

function slicesOf(service: WatchedService): Slices {
  const slices: Record<AddressFamily, Endpoint[]> = { ipv4: [], ipv6: [] };
  for (const endpoint of service.endpoints()) slices[familyOf(endpoint.address)].push(endpoint);
  return slices;
}

function isSame(one: readonly Endpoint[], other: readonly Endpoint[]): boolean {
  return one.length === other.length && one.every(({ label, address }, at) => label === other[at]?.label && address === other[at].address);
}

function keyOf({ name, namespace }: WatchedService): string {
  return `${name}.${namespace}`;
}
