import { readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.ts';

/**
 * A secret from a file, without the line end that editors and `echo` put there.
 *
 * @throws {UsageError} naming the flag and the file.
 */
export function readSecret(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
