import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pair } from './in-turn.ts';
import { fromPairs } from './measurement.ts';
import type { Measurement } from './measurement.ts';

const PACKER = fileURLToPath(new URL('../../tools/pack-packages.mjs', import.meta.url));

/** What a process cost. */
interface Life {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * How much longer a Node process lives that imports core as it is published: packed, and installed by npm where nothing else is. The
 * processes run one after the other.
 */
export async function measureImportCost(rounds: number): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'peerset-import-'));
  try {
    installPacked(folder);
    const codes = ['', "import '@peerset/core';", "import '@peerset/core/errors';"];
    const lives: (readonly Life[])[] = [];
    for (let round = 0; round < rounds; round += 1) lives.push(liveInTurn(codes, round, folder));
    const over = (code: number, cost: keyof Life): readonly Pair[] =>
      lives.map((round) => ({ floor: round[0]?.[cost] ?? Number.NaN, ours: round[code]?.[cost] ?? Number.NaN }));
    return [
      fromPairs(
        { work: 'import of the packed core, over bare Node (wall)', unit: 'ms', bar: { kind: 'over', value: 35 } },
        over(1, 'wallMs'),
      ),
      fromPairs({ work: 'import of the packed core, over bare Node (CPU)', unit: 'ms', bar: undefined }, over(1, 'cpuMs')),
      fromPairs({ work: 'import of its entry for errors alone (CPU)', unit: 'ms', bar: undefined }, over(2, 'cpuMs')),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function installPacked(folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const tarball = run(process.execPath, [PACKER, folder, '@peerset/core'], folder).trim();
  const isWindows = process.platform === 'win32';
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', tarball], folder, isWindows);
}

function liveInTurn(codes: readonly string[], round: number, folder: string): readonly Life[] {
  const lives: Life[] = [];
  for (let step = 0; step < codes.length; step += 1) {
    const index = (round + step) % codes.length;
    lives[index] = live(codes[index] ?? '', folder);
  }
  return lives;
}

/** The process tells its CPU time in the end, which other work on the machine does not lengthen as it does the wall time. */
function live(code: string, folder: string): Life {
  const startedAtMs = performance.now();
  const tell = 'const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1_000));';
  const told = run(process.execPath, ['--input-type=module', '--eval', `${code} ${tell}`], folder);
  return { wallMs: performance.now() - startedAtMs, cpuMs: Number(told) };
}

function run(command: string, args: readonly string[], cwd: string, shell = false): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}
