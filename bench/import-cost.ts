import { spawnSync } from 'node:child_process';
import { fromPairs } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { inTurn } from './pairs.ts';

/** How much longer a Node process lives that imports the built core. Nothing here runs in parallel: the processes have the machine. */
export async function measureImportCost(pairs: number): Promise<Measurement> {
  const core = import.meta.resolve('@peerset/core');
  const results = await inTurn(
    { floor: async () => lifetimeMs(''), ours: async () => lifetimeMs(`import ${JSON.stringify(core)};`) },
    { pairs, warmUp: 2 },
  );
  return fromPairs({ work: 'import of the built core, over bare Node (wall)', unit: 'ms', bar: { kind: 'over', value: 35 } }, results);
}

function lifetimeMs(code: string): number {
  const startedAtMs = performance.now();
  const { status, error, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`node ended with ${status}: ${stderr}`);
  return performance.now() - startedAtMs;
}
