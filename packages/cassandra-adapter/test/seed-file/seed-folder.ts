import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when the test has ended. */
export interface SeedFolder extends AsyncDisposable {
  readonly path: string;
  /** The path of a file in it. */
  file(name?: string): string;
  text(name?: string): Promise<string>;
  /** What is in it. */
  names(): Promise<readonly string[]>;
}

export async function seedFolder(): Promise<SeedFolder> {
  const path = await mkdtemp(join(tmpdir(), 'peerset-seeds-'));
  const file = (name = 'seeds'): string => join(path, name);
  return {
    path,
    file,
    text: async (name) => await readFile(file(name), 'utf8'),
    names: async () => (await readdir(path)).toSorted(),
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  };
}
