import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RenderOptions, SeedInput, SeedPlan } from '../src/index.ts';
import { line } from './readme-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** A key that is missing here does not compile. */
const options: Readonly<Record<keyof (SeedInput & RenderOptions), true>> = {
  declared: true,
  present: true,
  self: true,
  isBootstrapped: true,
  clusterState: true,
  lookupsComplete: true,
  unconfirmed: true,
  selfAddress: true,
  joined: true,
  joinGate: true,
  knownNames: true,
  perDatacenter: true,
  externalSeeds: true,
  founder: true,
  flavour: true,
  addressing: true,
  as: true,
  storagePort: true,
  version: true,
};
const modes: Readonly<Record<SeedPlan['mode'], true>> = { found: true, join: true, restart: true, 'replace-suspected': true, wait: true };

describe('README.md', () => {
  test('shows the example that runs here', () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(code).toBe(readFileSync(new URL('readme-example.ts', import.meta.url), 'utf8'));
  });

  test('shows what the example gives', () => {
    expect(readme).toContain(`\`${line}\``);
  });

  test.each([...Object.keys(options), ...Object.keys(modes)].map((name) => ({ name })))('has a row for $name', ({ name }) => {
    expect(readme).toContain(`\n| \`${name}\` |`);
  });
});
