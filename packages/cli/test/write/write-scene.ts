import { readFile } from 'node:fs/promises';
import type { Snapshot } from '@peerset/core';
import { openWriter } from '../../src/write/open-writer.ts';
import type { Writer } from '../../src/write/open-writer.ts';
import type { FileOutput } from '../../src/write/file-output.ts';
import { virtualWatch } from '../support/changing-watch.ts';
import { recordedLog } from '../support/recorded-log.ts';
import type { RecordedLog } from '../support/recorded-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** For `vi.waitFor`: files are real, so that what is awaited of them takes real time. */
export const QUICK = { timeout: 5_000, interval: 5 };

/** A line for each peer. */
export function names({ peers }: Snapshot): string {
  return `${peers.map(({ name }) => name).join('\n')}\n`;
}

/** A watcher in virtual time, and a folder for what is written of it. */
export interface WriteScene extends ReturnType<typeof virtualWatch>, AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly log: RecordedLog;
  /** Opens a writer that closes with the scene. */
  readonly open: (...outputs: readonly FileOutput[]) => Writer;
  /** What stands in a file of the folder; undefined where it is not there. */
  readonly text: (name: string) => Promise<string | undefined>;
}

export async function writeScene(): Promise<WriteScene> {
  const folder = await temporaryFolder();
  const log = recordedLog();
  const watch = virtualWatch();
  let writer: Writer | undefined;
  return {
    ...watch,
    folder,
    log,
    open: (...outputs) => (writer = openWriter({ watcher: watch.watcher, outputs, log })),
    text: (name) => readFile(folder.file(name), 'utf8').catch(() => undefined),
    async [Symbol.asyncDispose]() {
      await writer?.close();
      await watch.watcher.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
