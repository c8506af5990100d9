import type { Peer } from '@peerset/core';
import { planSeeds, readBootstrapState, renderSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { DeclaredNode, ReloadReport, SeedFileWriter, SeedInput, SeedPlan } from '@peerset/cassandra-adapter';
import { parseDocument } from 'yaml';
import { pollUntil } from '../../../../testkit/test/support/poll-until.ts';
import { CassandraCluster } from './cassandra-cluster.ts';
import type { RingRow } from './cassandra-node.ts';

const service = 'cass.db.svc.cluster.local';
const ringLimitMs = 60_000;

/** A cluster whose nodes start with the seeds that `planSeeds` says, from what DNS would show at that moment. */
export class PlannedRing implements AsyncDisposable {
  readonly cluster: CassandraCluster;
  readonly declared: readonly DeclaredNode[];
  /** The addresses that DNS shows, by ordinal. */
  readonly #addresses = new Map<number, string>();

  private constructor(cluster: CassandraCluster) {
    this.cluster = cluster;
    this.declared = cluster.nodes.map(({ name }, ordinal) => ({
      name,
      ordinal,
      host: `${name}.${service}`,
      datacenter: 'dc1',
      rack: 'r1',
    }));
  }

  static async prepare(count: number): Promise<PlannedRing> {
    return new PlannedRing(await CassandraCluster.prepare(count));
  }

  address(last: number): string {
    return `${this.cluster.subnet}.${last}`;
  }

  /** The peers that DNS shows. */
  get present(): readonly Peer[] {
    return this.declared.flatMap(({ name, ordinal, host }, index) => {
      const address = this.#addresses.get(index);
      return address === undefined ? [] : [{ name, ordinal, host, addresses: [address], port: undefined }];
    });
  }

  /** What a node knows that is about to start on an address, with what its disk says. */
  async input(ordinal: number, selfAddress: string): Promise<SeedInput> {
    return {
      declared: this.declared,
      present: this.present,
      self: `cass-${ordinal}`,
      isBootstrapped: (await readBootstrapState(this.cluster.node(ordinal).dataDirectory)) === 'completed',
      clusterState: 'new',
      lookupsComplete: true,
      selfAddress,
    };
  }

  /** The plan of that node. */
  async plan(ordinal: number, selfAddress: string): Promise<SeedPlan> {
    return planSeeds(await this.input(ordinal, selfAddress));
  }

  /** The seeds in the configuration of a node, whose reloads are told. */
  seedFile(ordinal: number, onReload: (report: ReloadReport) => void): SeedFileWriter {
    const node = this.cluster.node(ordinal);
    return writeSeedFile({
      path: node.configurationFile,
      as: 'yaml',
      parseDocument,
      reload: async () => await node.nodetool('reloadseeds'),
      getSeeds: async () => await node.nodetool('getseeds'),
      onReload,
      debounceMs: 500,
    });
  }

  /** DNS shows this node on this address, or no longer. */
  async show(ordinal: number, address: string | undefined): Promise<void> {
    if (address === undefined) this.#addresses.delete(ordinal);
    else this.#addresses.set(ordinal, address);
    await this.cluster.resolve(Object.fromEntries(this.present.map(({ host, addresses }) => [host, addresses[0] ?? ''])));
  }

  /** Plans, shows the node in DNS and starts it: what was planned, for the evidence. */
  async start(ordinal: number, address: string): Promise<string> {
    const plan = await this.plan(ordinal, address);
    if (plan.mode === 'wait') throw new Error(`cass-${ordinal} waits: ${plan.reason}`);
    const seeds = renderSeeds(plan, { as: 'csv' });
    await this.show(ordinal, address);
    await this.cluster.node(ordinal).start({ address, rack: 'r1', seeds });
    return `cass-${ordinal} on ${address}: ${plan.mode}, seeds ${seeds}`;
  }

  /** As `start`, and waits until every node that runs sees the whole ring: gossip takes a second or two, and joins come one after another. */
  async join(ordinal: number, address: string): Promise<string> {
    const line = await this.start(ordinal, address);
    await this.untilWhole();
    return line;
  }

  /** Waits until all nodes that run see each other up and normal, at the addresses of DNS, and nobody else: the ring as they see it. */
  async untilWhole(): Promise<readonly RingRow[]> {
    const running = this.cluster.nodes.flatMap(({ isRunning }, ordinal) => (isRunning ? [ordinal] : []));
    const wanted = this.present.flatMap(({ addresses }) => addresses).toSorted();
    return await pollUntil('every node to see the whole ring', ringLimitMs, async () => {
      const views = await Promise.all(running.map((ordinal) => this.ring(ordinal)));
      const isWhole = views.every((rows) => wanted.join() === upAddresses(rows).join() && rows.length === wanted.length);
      return isWhole ? views[0] : undefined;
    });
  }

  /** Stops a node; DNS shows it no longer. */
  async stop(ordinal: number, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.show(ordinal, undefined);
    await this.cluster.node(ordinal).stop(signal);
  }

  /** The ring as one node sees it. */
  async ring(ordinal: number): Promise<readonly RingRow[]> {
    return await this.cluster.node(ordinal).ring();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}

function upAddresses(rows: readonly RingRow[]): readonly string[] {
  return rows.flatMap(({ state, address }) => (state === 'UN' ? [address] : [])).toSorted();
}
