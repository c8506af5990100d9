import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { placedOptions, srvOptions, uriOptions } from '../src/connection-string/option-table.ts';
import { forLogs, uri } from './readme-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README.md', () => {
  test('shows the example that runs here', () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(code).toBe(readFileSync(new URL('readme-example.ts', import.meta.url), 'utf8'));
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
