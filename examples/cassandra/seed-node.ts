import { readFile } from 'node:fs/promises';
import { declaredPeers, watchPeers } from '@peerset/core';
import type { PeerWatcher, WatchOptions } from '@peerset/core';
import { planSeeds, readBootstrapState } from '@peerset/cassandra-adapter';
import type { DeclaredNode, SeedInput, SeedPlan } from '@peerset/cassandra-adapter';
import { parse } from 'yaml';
import { whoServes } from './who-serves.ts';

/** What a pod says in its environment, see manifest.yaml. */
export interface SeedEnvironment {
  readonly POD_NAME?: string | undefined;
  readonly POD_IP?: string | undefined;
  readonly SERVICE?: string | undefined;
  /** The racks that there shall be, and whether there is a cluster yet: of a ConfigMap, so that it changes without a restart. */
  readonly CLUSTER_FILE?: string | undefined;
  /** The first of `data_file_directories`. */
  readonly DATA_DIRECTORY?: string | undefined;
  /** The cassandra.yaml that Cassandra starts with. Its folder is writable. */
  readonly CASSANDRA_YAML?: string | undefined;
}

/** What a pod need not say. */
export interface SeedNodeOptions {
  readonly watch?: Partial<WatchOptions>;
  /** Where nodes serve CQL. Default 9042. */
  readonly cqlPort?: number;
  /** Between two looks. Default 1,000 ms. */
  readonly lookMs?: number;
}

/** Says a line, of a node or of the app. */
export type Say = (line: string) => void;

/** What was seen, and what follows from it. */
export interface Look {
  readonly input: SeedInput;
  readonly plan: SeedPlan;
}

/** What the file of the ConfigMap says. */
interface ClusterFile {
  readonly datacenter: string;
  readonly clusterState: 'new' | 'existing';
  readonly racks: readonly { readonly name: string; readonly statefulSet: string; readonly replicas: number }[];
}

/** One node that asks what it may start with: gathers what `planSeeds` wants to know, and decides nothing. */
export class SeedNode implements AsyncDisposable {
  readonly yamlFile: string;
  readonly #name: string;
  readonly #address: string;
  readonly #clusterFile: string;
  readonly #dataDirectory: string;
  readonly #options: SeedNodeOptions;
  readonly #watcher: PeerWatcher;

  constructor(environment: SeedEnvironment, options: SeedNodeOptions) {
    this.yamlFile = needed(environment, 'CASSANDRA_YAML');
    this.#name = needed(environment, 'POD_NAME');
    this.#address = needed(environment, 'POD_IP');
    this.#clusterFile = needed(environment, 'CLUSTER_FILE');
    this.#dataDirectory = needed(environment, 'DATA_DIRECTORY');
    this.#options = options;
    // One Service for the pods of all racks: one watcher sees them all.
    this.#watcher = watchPeers({ service: needed(environment, 'SERVICE'), ...options.watch });
  }

  /** Looks at DNS, at the ConfigMap, at the other nodes and at the own disk. */
  async look(): Promise<Look> {
    if (this.#watcher.status.phase === 'starting') await this.#watcher.refresh();
    const { snapshot, status } = this.#watcher;
    const { clusterState, declared } = await this.#declared();
    const input: SeedInput = {
      declared,
      clusterState,
      present: snapshot,
      unconfirmed: status.unconfirmed,
      lookupsComplete: (status.phase === 'settling' || status.phase === 'settled') && status.failuresInARow === 0,
      joined: await whoServes(snapshot.peers, this.#options.cqlPort ?? 9_042),
      self: this.#name,
      selfAddress: this.#address,
      isBootstrapped: (await readBootstrapState(this.#dataDirectory)) === 'completed',
    };
    return { input, plan: planSeeds(input) };
  }

  /** Until the next look. Rejects when the signal aborts. */
  async pause(signal: AbortSignal): Promise<void> {
    await this.#watcher.clock.sleep(this.#options.lookMs ?? 1_000, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close();
  }

  async #declared(): Promise<{ clusterState: ClusterFile['clusterState']; declared: readonly DeclaredNode[] }> {
    const { clusterState, datacenter, racks }: ClusterFile = parse(await readFile(this.#clusterFile, 'utf8'));
    const { name: service, namespace, clusterDomain } = this.#watcher.snapshot.service;
    const declared = racks.flatMap(({ name: rack, statefulSet, replicas }) =>
      declaredPeers({ service, namespace, clusterDomain, statefulSet, replicas }).map((peer) => ({ ...peer, datacenter, rack })),
    );
    return { clusterState, declared };
  }
}

/** @throws {Error} when it is not set. */
export function needed<K extends string>(environment: { readonly [key in K]?: string | undefined }, name: K): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
