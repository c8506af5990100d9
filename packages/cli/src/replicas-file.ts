import { readFileSync } from 'node:fs';
import type { PeerWatcher } from '@peerset/core';
import { UsageError } from './exit-codes.ts';
import type { Log } from './log.ts';

const REREAD_MS = 5_000;

/**
 * The number in a file.
 *
 * @throws {UsageError} where there is none.
 */
export function readReplicas(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--replicas-file: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--replicas-file: ${file} must hold a whole number and nothing else`);
  return Number(text);
}

/** Reads the file again and again until the watcher closes. What makes no sense, or is refused, is told once, and the last good number stays. */
export function followReplicas(file: string, watcher: PeerWatcher, log: Log, declare: (replicas: number) => void): void {
  let declared = readReplicas(file);
  let trouble = '';
  const timer = setInterval(() => {
    try {
      const replicas = readReplicas(file);
      if (replicas !== declared) {
        declare(replicas);
        declared = replicas;
        log.info({ replicas }, 'another number of replicas is declared');
      }
      trouble = '';
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      if (told !== trouble) log.warn({ file }, told);
      trouble = told;
    }
  }, REREAD_MS);
  watcher.closed.addEventListener('abort', () => clearInterval(timer), { once: true });
}
