import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { planSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedFileWriter, SeedInput } from '@peerset/cassandra-adapter';
import { parseDocument } from 'yaml';

const run = promisify(execFile);

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

/** Before the start of the node, and then at each change of the watcher. */
export async function writeSeeds(file: SeedFileWriter, input: SeedInput): Promise<string> {
  const plan = planSeeds(input);
  return plan.mode === 'wait' ? plan.reason : await file.write(plan, input);
}
