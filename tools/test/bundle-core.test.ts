import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCore } from '../bundle-core.mjs';

describe('the JavaScript of core as it is published', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'peerset-bundle-'));
    mkdirSync(join(folder, 'lookup'));
    for (const file of ['removed.js', 'removed.js.map', 'lookup/moved.js']) writeFileSync(join(folder, file), '');
    writeFileSync(join(folder, 'index.d.ts'), 'export {};');
    await bundleCore(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const load = async (file: string): Promise<Record<string, unknown>> => import(pathToFileURL(join(folder, file)).href);

  it('leaves no JavaScript from before, and the type declarations as they are', () => {
    expect(new Set(readdirSync(folder, { recursive: true }))).toEqual(
      new Set([
        'THIRD-PARTY-NOTICES.txt',
        'errors.js',
        'index.d.ts',
        'index.js',
        'index.js.map',
        'kit.js',
        'lookup',
        'shared-errors.js',
        'shared-errors.js.map',
        'shared-unheard-errors.js',
        'shared-unheard-errors.js.map',
      ]),
    );
  });

  it('imports only what is part of Node or of itself', () => {
    const shared = ['shared-errors.js', 'shared-unheard-errors.js'];
    const imported = ['index.js', 'errors.js', 'kit.js', ...shared].flatMap((file) =>
      [...textOf(file).matchAll(/^(?:import|export) .* from "(?<name>.+)";$/gm)].map(({ groups }) => groups?.['name'] ?? ''),
    );
    expect(imported).toContain('node:dns/promises');
    expect(imported.filter((name) => !name.startsWith('node:') && !shared.includes(name.replace('./', '')))).toEqual([]);
  });

  it('has the same error classes behind both entries', async () => {
    const { DiscoveryError, InvalidOptionsError, PeersNotReadyError } = await load('index.js');
    expect({ ...(await load('errors.js')) }).toEqual({ DiscoveryError, InvalidOptionsError, PeersNotReadyError });
    expect(DiscoveryError).toBeTypeOf('function');
  });

  it('keeps the entry for errors light', () => {
    expect(textOf('errors.js').length + textOf('shared-errors.js').length).toBeLessThan(4_096);
  });

  it('has the same things behind the entry for other packages of the project, and keeps it light', async () => {
    const { systemClock } = await load('index.js');
    const kit = await load('kit.js');
    expect(Object.keys(kit)).toEqual(['codeOf', 'createEvents', 'replaceFile', 'systemClock', 'unheardErrors']);
    expect(kit['systemClock']).toBe(systemClock);
    expect(textOf('kit.js').length + textOf('shared-unheard-errors.js').length).toBeLessThan(16_384);
  });

  it('tells the licences of what it holds', () => {
    const told = [...textOf('THIRD-PARTY-NOTICES.txt').matchAll(/^(?<name>\S+) \d+\.\d+\.\d+ \(MIT\)\n\n.*License/gm)];
    expect(told.map(({ groups }) => groups?.['name'])).toEqual(['eventemitter3', 'is-network-error', 'p-retry', 'zod']);
  });

  it('maps to the sources in the package, and holds those of others', () => {
    const { sources, sourcesContent }: { sources: string[]; sourcesContent: (string | null)[] } = JSON.parse(textOf('index.js.map'));
    const places = sources.map((source, index) => (sourcesContent[index] === null ? existsSync(join(folder, source)) : source));
    expect(places).toContain('p-retry/index.js');
    expect(places).toContain(true);
    expect(places).not.toContain(false);
  });
});
