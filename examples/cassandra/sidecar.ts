import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { renderSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { ReloadReport, SeedFileOptions } from '@peerset/cassandra-adapter';
import { parseDocument } from 'yaml';
import { SeedNode } from './seed-node.ts';
import type { Say, SeedEnvironment, SeedNodeOptions } from './seed-node.ts';

const run = promisify(execFile);

/** What a sidecar need not be told. */
export interface SidecarOptions extends SeedNodeOptions {
  /** Default: `nodetool`, beside a Cassandra that listens on 127.0.0.1:7199. */
  readonly seedFile?: Partial<SeedFileOptions>;
}

/** What runs beside each Cassandra: keeps the seeds in its cassandra.yaml true, and has it reload them, until it is disposed of. */
export function startSidecar(environment: SeedEnvironment, say: Say, options: SidecarOptions = {}): AsyncDisposable {
  const { seedFile, ...rest } = options;
  const node = new SeedNode(environment, rest);
  const file = writeSeedFile({
    path: node.yamlFile,
    as: 'yaml',
    parseDocument,
    reload: async (signal) => await run('nodetool', ['reloadseeds'], { signal }),
    getSeeds: async (signal) => (await run('nodetool', ['getseeds'], { signal })).stdout,
    onReload: (report) => say(`reloaded: ${told(report)}`),
    ...seedFile,
  });
  const ending = new AbortController();

  const once = async (): Promise<void> => {
    const { input, plan } = await node.look();
    // Until it is in the ring, a node keeps what it was started with.
    if (plan.mode !== 'restart') return;
    if ((await file.write(plan, input)) === 'written') say(`seeds ${renderSeeds(plan, { as: 'csv' })}`);
  };
  const keep = async (): Promise<void> => {
    let last = '';
    while (!ending.signal.aborted) {
      const failure = await once().then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (failure !== '' && failure !== last && !ending.signal.aborted) say(`not written: ${failure}`);
      last = failure;
      await node.pause(ending.signal).catch(() => {});
    }
  };
  const running = keep();

  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      await file.close();
      await node[Symbol.asyncDispose]();
    },
  };
}

function told(report: ReloadReport): string {
  switch (report.kind) {
    case 'current':
      return 'the node has these seeds';
    case 'unchecked':
      return 'not checked';
    case 'outdated':
      return `the node has others yet, try ${report.tries}`;
    case 'failed':
      return `try ${report.tries} failed, ${report.error instanceof Error ? report.error.message : String(report.error)}`;
    default:
      return report satisfies never;
  }
}
