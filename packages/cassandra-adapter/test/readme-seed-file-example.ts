import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PeerWatcher } from '@peerset/core';
import { mayRewrite, planSeeds, readBootstrapState, seedObservation, whoServes, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedFileWriter, SeedInput } from '@peerset/cassandra-adapter';
import { parseDocument } from 'yaml';

const run = promisify(execFile);

type Cluster = Pick<SeedInput, 'declared' | 'self' | 'clusterState'>;

/** What this node knows now, with its data directory, say /var/lib/cassandra/data. */
export async function gather(watcher: PeerWatcher, cluster: Cluster, dataDirectory: string): Promise<SeedInput> {
  return {
    ...cluster,
    isBootstrapped: (await readBootstrapState(dataDirectory)) === 'completed',
    joined: await whoServes(watcher.snapshot.peers), // CQL, port 9042
    ...seedObservation(watcher),
  };
}

/** To be closed when the sidecar ends. */
export function openSeedFile(path: string): SeedFileWriter {
  return writeSeedFile({
    path, // /etc/cassandra/cassandra.yaml
    as: 'yaml',
    parseDocument,
    reload: async (signal) => await run('nodetool', ['reloadseeds'], { signal }),
    getSeeds: async (signal) => (await run('nodetool', ['getseeds'], { signal })).stdout,
    onReload: (report) => console.log(report.kind),
  });
}

/** After each round of the watcher, beside a node that runs. Before it starts: `mayStart(plan)` instead. */
export async function keepSeeds(file: SeedFileWriter, input: SeedInput): Promise<string> {
  const plan = planSeeds(input);
  return mayRewrite(plan) ? await file.write(plan, input) : plan.reason;
}
