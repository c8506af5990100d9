import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { OptionIssue } from '@peerset/core';
import { codeOf } from '@peerset/core/kit';
import type { FileOutput } from './file-output.ts';
import { realPath } from './real-path.ts';

/**
 * Why files can never be written, as far as that can be told beforehand: the folder is not there or is not writable, something that is
 * no regular file is in its place, two are one behind links. Empty where all is well.
 */
export async function checkOutputs(outputs: readonly Pick<FileOutput, 'path'>[]): Promise<readonly OptionIssue[]> {
  const issues: OptionIssue[] = [];
  const taken = new Set<string>();
  for (const { path } of outputs) {
    const found = await look(path);
    if (found.fault !== undefined) issues.push(issue(path, found.fault));
    else if (taken.has(found.target)) issues.push(issue(path, 'must be another file than those before it: it is the same one'));
    else taken.add(found.target);
  }
  return issues;
}

type Look = { readonly target: string; readonly fault?: undefined } | { readonly fault: string };

async function look(path: string): Promise<Look> {
  if (path === '' || path.endsWith('/')) return { fault: 'must be a file' };
  try {
    const target = await realPath(path);
    if (await isSomethingElse(target)) return { fault: 'must be a file, and what is there is none' };
    await access(dirname(target), constants.W_OK | constants.X_OK);
    return { target };
  } catch (error) {
    return { fault: faultOf(codeOf(error)) };
  }
}

/** A folder, a device, a pipe. */
async function isSomethingElse(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function faultOf(code: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'must be in a folder that is there';
  if (code === 'EACCES' || code === 'EROFS') return `must be in a folder that can be written to (${code}); the file is replaced whole`;
  return `must be a file that can be written (${code})`;
}

function issue(path: string, rule: string): OptionIssue {
  return { path: '--write', value: JSON.stringify(path.slice(0, 200)), rule };
}
