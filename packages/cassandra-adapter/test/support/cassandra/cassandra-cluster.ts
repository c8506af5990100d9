import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../../testkit/test/support/free-port.ts';
import { CassandraNode } from './cassandra-node.ts';
import { storagePort } from './node-files.ts';
import { freeSubnet } from './subnet.ts';

/** Nodes `cass-0`, `cass-1`, ... on addresses of one net of the loopback, and the names that their JVMs resolve. */
export class CassandraCluster implements AsyncDisposable {
  readonly subnet: string;
  readonly nodes: readonly CassandraNode[];
  readonly #folder: string;
  readonly #hostsFile: string;

  private constructor(subnet: string, folder: string, nodes: readonly CassandraNode[]) {
    this.subnet = subnet;
    this.nodes = nodes;
    this.#folder = folder;
    this.#hostsFile = join(folder, 'hosts');
  }

  /** Prepares so many nodes; none of them runs. */
  static async prepare(count: number): Promise<CassandraCluster> {
    const subnet = await freeSubnet(storagePort);
    const folder = await mkdtemp(join(tmpdir(), 'peerset-cassandra-'));
    const nodes: CassandraNode[] = [];
    for (let i = 0; i < count; i += 1) {
      const name = `cass-${i}`;
      await mkdir(join(folder, name));
      nodes.push(new CassandraNode({ name, folder: join(folder, name), hostsFile: join(folder, 'hosts'), jmxPort: await freePort() }));
    }
    return new CassandraCluster(subnet, folder, nodes);
  }

  node(ordinal: number): CassandraNode {
    const node = this.nodes[ordinal];
    if (node === undefined) throw new Error(`there is no node ${ordinal}`);
    return node;
  }

  /** The names that there are from now on, each with its address: the DNS of these JVMs, which hold an answer for a second. */
  async resolve(names: Readonly<Record<string, string>>): Promise<void> {
    // The file is compared byte by byte, so that a name with a final dot is another one.
    const lines = Object.entries(names).map(([name, address]) => `${address} ${name} ${name}.\n`);
    const text = `127.0.0.1 localhost ${hostname()}\n${lines.join('')}`;
    await writeFile(`${this.#hostsFile}.new`, text);
    await rename(`${this.#hostsFile}.new`, this.#hostsFile);
  }

  /** The last lines of every node, for a test that failed. */
  get logs(): string {
    return this.nodes.map(({ name, log }) => `--- ${name}\n${log.slice(-60).join('\n')}`).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop('SIGKILL')));
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
