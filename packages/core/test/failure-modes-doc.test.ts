import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const doc = readFileSync(new URL('../../../docs/failure-modes.md', import.meta.url), 'utf8');
const rows = [...doc.matchAll(/^\| (?!fault |---)([^|]+?) \|/gm)].map(([, title = '']) => ({ title }));

const folders = ['.', '../../cassandra-adapter/test/', '../../cli/test/'].map((path) => new URL(path, import.meta.url));
const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(new URL(file, folder), 'utf8')),
  )
  .join('\n');

/** What tests are called: the titles themselves, and the names in tables. */
const titles = [...sources.matchAll(/(?:test\(|\]\)\(|\)\(|name: )\s*(['"`])(.+?)\1,?/g)].map(([, , title = '']) =>
  title.replaceAll("\\'", "'"),
);

/** A row is a whole title, or its part before the colon; `%s` and `$name` in titles stand for anything. */
function isCalled(title: string, row: string): boolean {
  const forms = [title, title.split(': ')[0] ?? title];
  return forms.some((form) => {
    const literal = form.replaceAll(/%s|%i|\$\w+/g, '\0');
    if (literal.replaceAll('\0', '').trim() === '') return false;
    const pattern = literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('\0', '.+');
    return new RegExp(`^${pattern}$`).test(row);
  });
}

describe('docs/failure-modes.md', () => {
  test('has its rows', () => {
    expect(rows.length).toBeGreaterThan(30);
  });

  test.each(rows)('a test is called: $title', ({ title }) => {
    expect(titles.filter((candidate) => isCalled(candidate, title))).not.toEqual([]);
  });

  test('a row without a test is found out', () => {
    expect(titles.some((candidate) => isCalled(candidate, 'a fault that nobody has tried'))).toBe(false);
  });
});
