import type { Kind, KubernetesObject } from './kubernetes-objects.ts';

/** One change of one object, as a watch reports it. A deleted object is given in its last state, under the version of its deletion. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  readonly resourceVersion: number;
}

/**
 * The stand-in's etcd: objects under one counting resource version.
 *
 * It forgets no event, so that a watch can resume from any version; it lives as long as one test file.
 */
export class ObjectStore {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #events: StoreEvent[] = [];
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  /** Counts from 1: to a client, version 0 means "any". */
  get resourceVersion(): number {
    return this.#events.length + 1;
  }

  list<K extends Kind>(kind: K): Extract<KubernetesObject, { kind: K }>[] {
    const isOfKind = (object: KubernetesObject): object is Extract<KubernetesObject, { kind: K }> => object.kind === kind;
    return [...this.#objects.values()].filter(isOfKind);
  }

  /** Creates or replaces an object. Without a difference there is no event, as with the real API server. */
  apply(object: KubernetesObject): void {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous !== undefined && JSON.stringify(unversioned(previous)) === JSON.stringify(unversioned(object))) return;
    const stored = this.#publish(previous === undefined ? 'ADDED' : 'MODIFIED', object);
    this.#objects.set(key, stored);
  }

  /** Deletes an object, if it is there. */
  delete(object: Pick<KubernetesObject, 'kind' | 'metadata'>): void {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    this.#objects.delete(key);
    this.#publish('DELETED', previous);
  }

  eventsAfter(resourceVersion: number): readonly StoreEvent[] {
    return this.#events.filter((event) => event.resourceVersion > resourceVersion);
  }

  /** Calls back on every event from now on. Returns the unsubscribe. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(type: StoreEvent['type'], object: KubernetesObject): KubernetesObject {
    const resourceVersion = this.resourceVersion + 1;
    const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } };
    const event: StoreEvent = { type, object: versioned, resourceVersion };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return versioned;
  }
}

function keyOf({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function unversioned(object: KubernetesObject): KubernetesObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
