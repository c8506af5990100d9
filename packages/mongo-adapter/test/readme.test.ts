import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { placedOptions, srvOptions, uriOptions } from '../src/connection-string/option-table.ts';
import { forLogs, uri } from './readme-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

describe('README.md', () => {
  test('shows the example that runs here', () => {
    expect(examples[0]).toBe(readFileSync(new URL('readme-example.ts', import.meta.url), 'utf8'));
  });

  test('shows the example of a driver that runs in the tests of drivers', () => {
    expect(examples[1]).toBe(readFileSync(new URL('readme-driver-example.ts', import.meta.url), 'utf8'));
  });

  test('shows the example of a sidecar that runs in the tests of reconcilers', () => {
    expect(examples.slice(2)).toEqual([readFileSync(new URL('readme-reconciler-example.ts', import.meta.url), 'utf8')]);
  });

  test('shows what the example gives', () => {
    expect(readme).toContain(`\`${uri}\``);
    expect(forLogs).toMatch(/^mongodb:\/\/\*\*\*@color-ss-0/);
  });

  test.each(
    [...[placedOptions, uriOptions, srvOptions].flatMap(Object.keys), 'extraOptions', 'credentials.username'].map((name) => ({ name })),
  )('lists the option $name', ({ name }) => {
    expect(readme).toContain(`\`${name}\``);
  });
});
