import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LARGEST_FILE_BYTES, readSmallFile } from '../src/last-known-file.ts';
import { replaceFile } from '../src/replace-file.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'peerset-'));
  file = join(directory, 'peers.json');
});
afterEach(() => rm(directory, { recursive: true }));

describe('readSmallFile', () => {
  test.each([
    { name: 'reads what stands there', prepare: () => writeFile(file, 'Grüße'), want: { kind: 'text', text: 'Grüße' } },
    { name: 'reads an empty file', prepare: () => writeFile(file, ''), want: { kind: 'text', text: '' } },
    { name: 'says that there is none', prepare: () => Promise.resolve(), want: { kind: 'none' } },
    { name: 'refuses a directory', prepare: () => mkdir(file), want: { kind: 'unusable', reason: 'it is no regular file' } },
    {
      name: 'refuses a pipe, and does not wait for its writer',
      prepare: async () => void execFileSync('mkfifo', [file]),
      want: { kind: 'unusable', reason: 'it is no regular file' },
    },
    {
      name: 'refuses a link that leads to itself',
      prepare: () => symlink(file, file),
      want: { kind: 'unusable', reason: 'it cannot be read (ELOOP)' },
    },
    {
      name: 'refuses a file that is too large',
      prepare: async () => {
        await writeFile(file, '');
        await truncate(file, LARGEST_FILE_BYTES + 1);
      },
      want: { kind: 'unusable', reason: 'it has 4194305 bytes, more than 4194304' },
    },
  ])('$name', async ({ prepare, want }) => {
    await prepare();
    expect(await readSmallFile(file)).toEqual(want);
  });
});

describe('replaceFile', () => {
  test('makes a file for the owner alone, and leaves nothing beside it', async () => {
    await writeFile(file, 'old', { mode: 0o644 });
    await replaceFile(file, 'new');
    expect(await readFile(file, 'utf8')).toBe('new');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['peers.json']);
  });

  test.each([
    { name: 'a directory that there is not', path: () => join(directory, 'none', 'peers.json'), code: 'ENOENT' },
    {
      name: 'a file as directory',
      path: async () => {
        await writeFile(file, '');
        return join(file, 'peers.json');
      },
      code: 'ENOTDIR',
    },
    {
      name: 'a directory in its place',
      path: async () => {
        await mkdir(file);
        return file;
      },
      code: 'EISDIR',
    },
  ])('rejects for $name, and leaves nothing behind', async ({ path, code }) => {
    const target = await path();
    const before = await readdir(directory);
    await expect(replaceFile(target, 'text')).rejects.toMatchObject({ code });
    expect(await readdir(directory)).toEqual(before);
  });

  test('of many that write at a time the last one wins, and a reader finds one of them whole', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => String(i).repeat(20_000));
    await replaceFile(file, texts[0] ?? '');
    const written = new AbortController();
    const reading = (async () => {
      const seen = new Set<string>();
      while (!written.signal.aborted) seen.add(await readFile(file, 'utf8'));
      return seen;
    })();
    await Promise.all(texts.map((text) => replaceFile(file, text)));
    written.abort();
    const seen = await reading;
    expect(seen.size).toBeGreaterThan(0);
    expect([...seen].filter((text) => !texts.includes(text))).toEqual([]);
    expect(await readdir(directory)).toEqual(['peers.json']);
  });
});
