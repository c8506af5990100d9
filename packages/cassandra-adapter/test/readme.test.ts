import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ManagedClientOptions, RenderOptions, ReplacementTrigger, SeedFileOptions, SeedInput, SeedPlan } from '../src/index.ts';
import { line } from './readme-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** A key that is missing here does not compile. */
const options: Readonly<Record<keyof (SeedInput & RenderOptions & SeedFileOptions), true>> = {
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
  previousAddresses: true,
  perDatacenter: true,
  externalSeeds: true,
  founder: true,
  flavour: true,
  addressing: true,
  as: true,
  storagePort: true,
  version: true,
  edit: true,
  path: true,
  parseDocument: true,
  reload: true,
  getSeeds: true,
  onReload: true,
  debounceMs: true,
  timeoutMs: true,
  clock: true,
};
const clientOptions: Readonly<Record<keyof ManagedClientOptions | ReplacementTrigger, true>> = {
  driver: true,
  watcher: true,
  datacenter: true,
  port: true,
  declared: true,
  clientOptions: true,
  connectTimeoutMs: true,
  drainMs: true,
  checkIntervalMs: true,
  minAgeMs: true,
  settleMs: true,
  unconnectedAfterMs: true,
  noHostAfterMs: true,
  mostRetryMs: true,
  'all-moved': true,
  'no-host': true,
  'unconnected-host': true,
  moved: true,
  added: true,
};
const modes: Readonly<Record<SeedPlan['mode'], true>> = { found: true, join: true, restart: true, 'replace-suspected': true, wait: true };

describe('README.md', () => {
  test('shows the examples that run here', () => {
    const shown = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    const run = ['readme-example.ts', 'readme-seed-file-example.ts', 'readme-client-example.ts'];
    expect(shown).toEqual(run.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')));
  });

  test('shows what the example gives', () => {
    expect(readme).toContain(`\`${line}\``);
  });

  test.each([...Object.keys(options), ...Object.keys(clientOptions), ...Object.keys(modes)].map((name) => ({ name })))(
    'has a row for $name',
    ({ name }) => {
      expect(readme).toContain(`\n| \`${name}\` |`);
    },
  );
});
