import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WatchOptions } from '@peerset/core';
import type { Cluster, HeadlessService, StatefulSet, StatefulSetPod } from '@peerset/testkit';
import { containerOf, environmentOf, examplesFolder, manifestObjects } from '../../stage/manifest.ts';
import { startPeerset, STOPPED } from '../../stage/peerset-command.ts';
import type { LogLine } from '../../stage/peerset-command.ts';
import type { StartedProgram } from '../../stage/start-program.ts';
import type { Say } from '../app.ts';
import { FakeRings } from './fake-rings.ts';
import { until } from './step.ts';
import { resolvedSeeds, writtenSeeds } from '../../stage/written-seeds.ts';

export type Rack = 'a' | 'b' | 'c';
export const RACKS: readonly Rack[] = ['a', 'b', 'c'];
const objects = manifestObjects('cassandra');
const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
const nodetool = fileURLToPath(new URL('dist/stage/nodetool-stand-in.js', examplesFolder()));
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
  isEnding: boolean;
  /** The program of the init container, then that of the sidecar. */
  program: StartedProgram | undefined;
}

/** The StatefulSets of the manifest, a pod each, and what runs in it: the command as init container and as sidecar, both as the manifest starts it, and a simulated node with a disk of its own. */
export class ColorRacks implements AsyncDisposable {
  readonly service: HeadlessService;
  readonly rings: FakeRings;
  /** What the containers said, in order: `color-rack-a-0/seeds: found: ...`. */
  readonly told: string[] = [];
  readonly #place: ColorPlace;
  readonly #say: Say;
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerset-cassandra-'));
  readonly #pods = new Map<Rack, RackPod>();
  /** Pods whose sidecar serves its endpoints. */
  readonly #serving = new Set<string>();

  constructor(place: ColorPlace, say: Say) {
    const { cluster, namespace, port, isPublishing } = place;
    this.#place = place;
    this.#say = say;
    const ports = [{ name: 'cql', port }];
    this.service = cluster.headlessService('color-svc', { namespace, ports, publishNotReadyAddresses: isPublishing });
    this.rings = new FakeRings(port);
    // The ConfigMap.
    for (const [name, text] of Object.entries(data)) writeFileSync(this.#file(name), text);
  }

  /** For watchers of this Service: everything sooner than by default. */
  get watch() {
    return {
      service: this.service.host,
      servers: this.#place.cluster.servers,
      allowedAddresses: ['127.0.0.0/8'],
      family: 'ipv4' as const,
      pollIntervalMs: 250,
      settlingIntervalMs: 100,
      leaveAfterMs: 1_000,
    } satisfies WatchOptions;
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
    if (pod === undefined) return;
    pod.isEnding = true;
    void pod.program?.stop();
    pod.set.scale(0);
  }

  /** Nodes end, all of them before the first pod is back; each is back with its disk, on another address. */
  async restart(...racks: readonly Rack[]): Promise<void> {
    const pods = racks.flatMap((rack) => this.#pods.get(rack) ?? []);
    await Promise.all(pods.map(endProgram));
    await Promise.all(racks.map((rack) => this.rings.stop(podName(rack))));
    for (const { set } of pods) set.pod(0).restart();
    await Promise.all(pods.map(({ set }, index) => this.#boot(racks[index] ?? 'a', set)));
  }

  /** The seeds that stand in the file of a node. */
  async seeds(rack: Rack): Promise<string> {
    return await writtenSeeds(this.#file(rack, 'cassandra.yaml'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#pods.values()].map(endProgram));
    await this.rings[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #boot(rack: Rack, set: StatefulSet): Promise<void> {
    const pod = set.pod(0);
    const state: RackPod = { set, isEnding: false, program: undefined };
    this.#pods.set(rack, state);
    mkdirSync(this.#file(rack, 'data'), { recursive: true });
    state.program = this.#start('seeds', rack, pod);
    const exitCode = await state.program.ended;
    if (state.isEnding) throw new Error(`${pod.name} is deleted`);
    if (exitCode !== 0) throw new Error(`the init container of ${pod.name} ended with ${exitCode}`);
    const address = pod.addresses[0] ?? '';
    await this.rings.start({ name: pod.name, ordinal: RACKS.indexOf(rack), address, seeds: await this.#resolved(rack) });
    this.#writeData(rack);
    pod.setReady(true);
    this.#serving.delete(pod.name);
    state.program = this.#start('sidecar', rack, pod);
    // As its startup probe does: a program that has hardly begun cannot end in order.
    await until(`the sidecar of ${pod.name} serves`, () => this.#serving.has(pod.name));
  }

  /** The command of one of the manifest's containers. */
  #start(name: 'seeds' | 'sidecar', rack: Rack, pod: StatefulSetPod): StartedProgram {
    const container = containerOf(objects, name);
    const facts = {
      'metadata.name': pod.name,
      'metadata.namespace': this.#place.namespace,
      'status.podIP': pod.addresses[0] ?? '',
    };
    const args = [
      ...(container.args ?? []),
      ...(name === 'sidecar' ? this.#sidecarDifferences(rack, pod) : ['--template', this.#file('cassandra.yaml')]),
      ...this.#differences(rack),
    ];
    return startPeerset(args, {
      env: environmentOf(container, facts),
      onLine: (line) => {
        if (typeof line['url'] === 'string') this.#serving.add(pod.name);
        this.#hear(`${pod.name}/${name}`, line);
      },
    });
  }

  /** What differs from a real pod: all are on one machine, and everything comes sooner. What is said twice counts as it is said here. */
  #differences(rack: Rack): readonly string[] {
    const { servers, allowedAddresses, family, pollIntervalMs, settlingIntervalMs, leaveAfterMs } = this.watch;
    const differences: readonly (readonly string[])[] = [
      ['--server', servers.join(), '--allow', allowedAddresses.join(), '--family', family, '--cluster-domain', 'cluster.local'],
      ['--poll-interval', `${pollIntervalMs}ms`, '--settling-interval', `${settlingIntervalMs}ms`, '--leave-after', `${leaveAfterMs}ms`],
      ['--cql-port', String(this.#place.port), '--cluster-file', this.#file('cluster.yaml')],
      ['--data-dir', this.#file(rack, 'data'), '--write', this.#file(rack, 'cassandra.yaml')],
    ];
    return differences.flat();
  }

  #sidecarDifferences(rack: Rack, pod: StatefulSetPod): readonly string[] {
    const [address = ''] = pod.addresses;
    const tool = [process.execPath, nodetool, this.#file(rack, 'cassandra.yaml'), address, this.#place.cluster.servers[0]].join(' ');
    const differences: readonly (readonly string[])[] = [
      ['--reload', `${tool} reloadseeds`, '--get-seeds', `${tool} getseeds`, '--reload-delay', '300ms'],
      ['--listen', '127.0.0.1:0'],
    ];
    return differences.flat();
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

  /** Plans, what became of them, and reloads; and what is no line of a log. */
  #hear(who: string, { level, mode, message }: LogLine): void {
    const text = String(message);
    if (level !== undefined && mode === undefined && !text.startsWith('reload: ')) return;
    const line = [who, ...(typeof mode === 'string' ? [mode] : []), text].join(': ');
    this.told.push(line);
    this.#say(line);
  }

  #file(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }
}

async function endProgram(pod: RackPod): Promise<void> {
  const isRunning = !pod.isEnding && pod.program !== undefined;
  pod.isEnding = true;
  const exitCode = await pod.program?.stop();
  if (isRunning && exitCode !== STOPPED) throw new Error(`a program ended with ${exitCode}`);
}

export function podName(rack: Rack): string {
  return `color-rack-${rack}-0`;
}
