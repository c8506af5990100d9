import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@peerset/core/kit';

/** What a node has of a cluster on its disk. */
export type BootstrapState = 'none' | 'unfinished' | 'completed';

const COMPLETED = Buffer.from('COMPLETED');

/**
 * Whether a node has joined its cluster, from its own disk, whatever runs: for `isBootstrapped` of `planSeeds`, which is true for `completed`
 * only. A node that was stopped while it joined has data, too, but still has to stream: were it to list itself, it would stream nothing.
 *
 * Cassandra keeps the state in the table `system.local`; it is flushed as soon as it changes, and a value so short stands in the file as it is
 * (seen on 5.0.9, with its compression). Where none is found in files that are there, `unfinished` is said, which is never dangerous; a cluster
 * whose every node is stopped at once would then wait for an operator.
 *
 * @param dataDirectory - One of `data_file_directories` (the first), or `local_system_data_file_directory` where it is set. A folder that does
 * not exist is `none`; every other trouble with the disk is passed on, since silence must not look like an empty disk.
 */
export async function readBootstrapState(dataDirectory: string): Promise<BootstrapState> {
  const system = join(dataDirectory, 'system');
  const tables = (await entriesOf(system)).filter((name) => name.startsWith('local-'));
  const files = await Promise.all(
    tables.map(async (table) => (await entriesOf(join(system, table))).map((name) => join(system, table, name))),
  );
  const data = files.flat().filter((name) => name.endsWith('-Data.db'));
  if (data.length === 0) return 'none';
  const texts = await Promise.all(data.map(contentOf));
  return texts.some((text) => text.includes(COMPLETED)) ? 'completed' : 'unfinished';
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Compaction of a node that runs takes files away. */
async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
