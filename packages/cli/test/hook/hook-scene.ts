import { readFile, writeFile } from 'node:fs/promises';
import { openHook } from '../../src/hook/open-hook.ts';
import type { Hook, HookOptions } from '../../src/hook/open-hook.ts';
import { changingWatch } from '../support/changing-watch.ts';
import type { ChangingWatch } from '../support/changing-watch.ts';
import { recordedLog } from '../support/recorded-log.ts';
import type { RecordedLog } from '../support/recorded-log.ts';
import { realPause } from '../support/process-life.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A hook that is a script of the shell, and the watcher that it follows. */
export interface HookScene extends ChangingWatch, AsyncDisposable {
  readonly hook: Hook;
  readonly log: RecordedLog;
  /** The lines of a file in the folder that the script knows as `$DIR`; none where there is no such file. */
  readonly read: (file: string) => Promise<readonly string[]>;
  /** The number in a file of the folder, once there is one. */
  readonly pidIn: (file: string) => Promise<number>;
}

/** Opens a hook on a script; what is not given is a limit of 20 s and a watcher by the machine's clock. */
export async function hookScene(
  script: string,
  options: Partial<HookOptions> & { readonly watch?: ChangingWatch } = {},
): Promise<HookScene> {
  const folder = await temporaryFolder();
  const path = folder.file('hook.sh');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { watch = changingWatch(), env, ...given } = options;
  const log = recordedLog();
  const hook = openHook({
    watcher: watch.watcher,
    command: [path],
    timeoutMs: 20_000,
    log,
    env: { PATH: process.env['PATH'], DIR: folder.path, ...env },
    ...given,
  });
  const read = (file: string): Promise<readonly string[]> => linesOf(folder.file(file));
  const pidIn = async (file: string): Promise<number> => {
    for (;;) {
      const [line] = await read(file);
      if (line !== undefined) return Number(line);
      await realPause(10);
    }
  };
  return {
    ...watch,
    hook,
    log,
    read,
    pidIn,
    async [Symbol.asyncDispose]() {
      await hook.close();
      await watch.watcher.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function linesOf(path: string): Promise<readonly string[]> {
  try {
    const text = await readFile(path, 'utf8');
    // What has no newline yet is still being written.
    return text.split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
