import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OptionIssue } from '@peerset/core';
import { codeOf } from '@peerset/core/kit';
import type { Environment } from './hook-environment.ts';

/** Where the C library looks without a PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';
const NOT_THERE = 'there is no such file';

/**
 * Why a command can never be started, as far as that can be told beforehand: a path (with a slash) that leads to nothing executable, or a
 * name that is not in PATH. Undefined where it can.
 */
export function checkCommand(command: readonly string[], env: Environment = process.env): OptionIssue | undefined {
  const [file = ''] = command;
  if (file === '') return issue(file, 'must be a command, with its arguments');
  if (file.includes('/')) {
    const fault = faultOf(file);
    return fault === undefined ? undefined : issue(file, `must be a file that can be executed: ${fault}`);
  }
  const folders = (env['PATH'] ?? DEFAULT_PATH).split(':');
  // An empty entry is the working directory.
  const faults = folders.map((folder) => faultOf(join(folder === '' ? '.' : folder, file)));
  if (faults.includes(undefined)) return undefined;
  const found = faults.find((fault) => fault !== NOT_THERE);
  return issue(file, `must be a command that is in PATH, or a path: ${found ?? NOT_THERE}`);
}

function faultOf(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'it is no regular file';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return NOT_THERE;
    return code === 'EACCES' ? 'it may not be executed' : code;
  }
}

function issue(file: string, rule: string): OptionIssue {
  return { path: '--exec', value: JSON.stringify(file.slice(0, 200)), rule };
}
