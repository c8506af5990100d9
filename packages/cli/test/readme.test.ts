import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../src/commands/command-table.ts';
import { longName } from '../src/flags/flag.ts';
import { logFlags } from '../src/flags/log-flags.ts';

const sources = fileURLToPath(new URL('../src', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('every command has its row', () => {
  const rows = [...readme.matchAll(/^\| `peerset ([a-z]+(?: [a-z]+)?)(?: SERVICE)?` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(commands.map(({ name }) => (name === 'completion' ? 'completion bash' : name)));
});

test('every flag is told of, and none that is not there', () => {
  const flags = new Set([...commands.flatMap((command) => command.flags.flatMap((group) => group.flags)), ...logFlags].map(longName));
  const told = new Set([...readme.matchAll(/`(--[a-zA-Z-]+)/g)].map(([, name]) => name));
  expect([...flags].filter((flag) => !told.has(flag))).toEqual([]);
  const ofOthers = new Set(['--replSet']);
  expect([...told].filter((flag) => flag !== undefined && !flags.has(flag) && !ofOthers.has(flag))).toEqual([]);
});

test('every endpoint has its row', async () => {
  const routes = readFileSync(join(sources, 'listen/routes.ts'), 'utf8');
  const served = [...routes.matchAll(/^ {4}\['(\/[a-z]+)',/gm)].map(([, path]) => path);
  const rows = [...readme.matchAll(/^\| `(\/[a-z]+)` \| [\d, ]+ \|/gm)].map(([, path]) => path);
  expect(rows).toEqual(served);
  expect(rows).toHaveLength(4);
});

test('every metric has its row, and none that is not there', () => {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = files.flatMap((file) =>
    [...readFileSync(join(sources, file), 'utf8').matchAll(/'(peerset_[a-z_]+)'/g)].map(([, name]) => name),
  );
  const rows = [...readme.matchAll(/^\| `(peerset_[a-z_]+)` \| (counter|gauge|histogram) \|/gm)].map(([, name, type]) => ({ name, type }));
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(named));
  expect(rows.filter(({ name, type }) => name?.endsWith('_total') !== (type === 'counter'))).toEqual([]);
});
