import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WatchOptions } from '@peerset/core';
import type { Cluster, HeadlessService, StatefulSet, StatefulSetPod } from '@peerset/testkit';
import { initSeeds } from '../init-seeds.ts';
import { startSidecar } from '../sidecar.ts';
import type { Say, SeedNodeOptions } from '../seed-node.ts';
import { FakeRings } from './fake-rings.ts';
import { resolvedSeeds, writtenSeeds } from './written-seeds.ts';

export type Rack = 'a' | 'b' | 'c';
export const RACKS: readonly Rack[] = ['a', 'b', 'c'];
const TEMPLATE = `cluster_name: color\nseed_provider:\n  - class_name: org.apache.cassandra.locator.SimpleSeedProvider\n    parameters:\n      - seeds: ""\n`;
/** Until a node serves, its pod is not ready; the simulated probe would say otherwise after this. */
const NEVER_MS = 3_600_000;

/** Where a cluster of the play is. */
export interface ColorPlace {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly port: number;
  /** Whether the Service publishes pods before they serve. The manifest's does. */
  readonly isPublishing: boolean;
}

/** A rack of one pod, and what runs in it. */
interface RackPod {
  readonly set: StatefulSet;
  readonly ending: AbortController;
  sidecar: AsyncDisposable | undefined;
}

/** The StatefulSets of the manifest, a pod each, and what runs in it: the init step, a simulated node with a disk of its own, the sidecar. */
export class ColorRacks implements AsyncDisposable {
  readonly service: HeadlessService;
  readonly rings: FakeRings;
  /** What the containers said, in order: `color-rack-a-0/seeds: found: ...`. */
  readonly told: string[] = [];
  readonly #place: ColorPlace;
  readonly #say: Say;
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerset-cassandra-'));
  readonly #pods = new Map<Rack, RackPod>();

  constructor(place: ColorPlace, say: Say) {
    const { cluster, namespace, port, isPublishing } = place;
    this.#place = place;
    this.#say = say;
    const ports = [{ name: 'cql', port }];
    this.service = cluster.headlessService('color-svc', { namespace, ports, publishNotReadyAddresses: isPublishing });
    this.rings = new FakeRings(port);
    const racks = RACKS.map((name) => ({ name, statefulSet: `color-rack-${name}`, replicas: 1 }));
    // JSON is YAML.
    writeFileSync(this.#file('cluster.yaml'), JSON.stringify({ datacenter: 'dc1', clusterState: 'new', racks }));
    writeFileSync(this.#file('template.yaml'), TEMPLATE);
  }

  /** For watchers of this Service: everything sooner than by default. */
  get watch(): Partial<WatchOptions> & { readonly service: string } {
    return {
      service: this.service.host,
      servers: this.#place.cluster.servers,
      allowedAddresses: ['127.0.0.0/8'],
      family: 'ipv4',
      pollIntervalMs: 250,
      settlingIntervalMs: 100,
      leaveAfterMs: 1_000,
    };
  }

  /** The addresses of the pods that there are. */
  get addresses(): readonly string[] {
    return [...this.#pods.values()].flatMap(({ set }) => set.pods.flatMap(({ addresses }) => addresses)).toSorted();
  }

  /** Lines of one pod. */
  saidBy(rack: Rack): readonly string[] {
    return this.told.filter((line) => line.startsWith(`${podName(rack)}/`));
  }

  /** The StatefulSet of a rack is applied: resolves when its node serves. */
  async apply(rack: Rack): Promise<void> {
    const known = this.#pods.get(rack);
    const set = known?.set ?? this.service.statefulSet(`color-rack-${rack}`, { replicas: 0, readyAfterMs: NEVER_MS });
    set.scale(1);
    await this.#boot(rack, set);
  }

  /** The StatefulSet of a rack is scaled to 0 while its pod waits. */
  scaleToZero(rack: Rack): void {
    const pod = this.#pods.get(rack);
    pod?.ending.abort(new Error('the pod is deleted'));
    pod?.set.scale(0);
  }

  /** Nodes end, all of them before the first pod is back; each is back with its disk, on another address. */
  async restart(...racks: readonly Rack[]): Promise<void> {
    const pods = racks.flatMap((rack) => this.#pods.get(rack) ?? []);
    await Promise.all(pods.map(endSidecar));
    await Promise.all(racks.map((rack) => this.rings.stop(podName(rack))));
    for (const { set } of pods) set.pod(0).restart();
    await Promise.all(pods.map(({ set }, index) => this.#boot(racks[index] ?? 'a', set)));
  }

  /** The seeds that stand in the file of a node. */
  async seeds(rack: Rack): Promise<string> {
    return await writtenSeeds(this.#file(rack, 'cassandra.yaml'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { ending } of this.#pods.values()) ending.abort(new Error('the play ends'));
    await Promise.all([...this.#pods.values()].map(endSidecar));
    await this.rings[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #boot(rack: Rack, set: StatefulSet): Promise<void> {
    const pod = set.pod(0);
    const state: RackPod = { set, ending: new AbortController(), sidecar: undefined };
    this.#pods.set(rack, state);
    mkdirSync(this.#file(rack, 'data'), { recursive: true });
    const sayAs =
      (container: string): Say =>
      (line) =>
        this.#told(`${pod.name}/${container}: ${line}`);
    const environment = this.#environment(rack, pod);
    await initSeeds(environment, sayAs('seeds'), { ...this.#options, signal: state.ending.signal });
    const address = pod.addresses[0] ?? '';
    await this.rings.start({ name: pod.name, ordinal: RACKS.indexOf(rack), address, seeds: await this.#resolved(rack) });
    this.#writeData(rack);
    pod.setReady(true);
    let loaded = await this.#resolved(rack);
    const reload = async (): Promise<void> => {
      loaded = await this.#resolved(rack);
    };
    const getSeeds = (): readonly string[] => loaded.filter((seed) => seed !== address);
    state.sidecar = startSidecar(environment, sayAs('sidecar'), { ...this.#options, seedFile: { reload, getSeeds, debounceMs: 300 } });
  }

  get #options(): SeedNodeOptions {
    const { service: _, ...watch } = this.watch;
    return { watch, cqlPort: this.#place.port, lookMs: 100 };
  }

  #environment(rack: Rack, pod: StatefulSetPod): Record<string, string> {
    return {
      POD_NAME: pod.name,
      POD_IP: pod.addresses[0] ?? '',
      SERVICE: this.service.host,
      CLUSTER_FILE: this.#file('cluster.yaml'),
      DATA_DIRECTORY: this.#file(rack, 'data'),
      TEMPLATE_YAML: this.#file('template.yaml'),
      CASSANDRA_YAML: this.#file(rack, 'cassandra.yaml'),
    };
  }

  async #resolved(rack: Rack): Promise<readonly string[]> {
    return await resolvedSeeds(this.#file(rack, 'cassandra.yaml'), this.#place.cluster.servers);
  }

  /** What a node that has joined has on its disk, as far as `readBootstrapState` looks. */
  #writeData(rack: Rack): void {
    const table = this.#file(rack, 'data', 'system', 'local-7ad54392bcdd35a684174e047860b377');
    mkdirSync(table, { recursive: true });
    writeFileSync(join(table, 'nb-1-big-Data.db'), 'COMPLETED');
  }

  #told(line: string): void {
    this.told.push(line);
    this.#say(line);
  }

  #file(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }
}

async function endSidecar({ sidecar }: RackPod): Promise<void> {
  await sidecar?.[Symbol.asyncDispose]();
}

export function podName(rack: Rack): string {
  return `color-rack-${rack}-0`;
}
