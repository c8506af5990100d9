import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readBootstrapState } from '@peerset/cassandra-adapter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerset-bootstrap-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const local = 'system/local-7ad54392bcdd35a684174e047860b377';

describe('the state of a node on its disk', () => {
  const rows: readonly { name: string; files: Readonly<Record<string, string>>; state: string }[] = [
    { name: 'nothing at all', files: {}, state: 'none' },
    { name: 'what a file system puts there', files: { 'lost+found/x': '' }, state: 'none' },
    {
      name: 'a first start that came to no data',
      files: { [`${local}/backups/x`]: '', 'system/peers-1/nb-1-big-Data.db': 'COMPLETED' },
      state: 'none',
    },
    {
      name: 'a join that was cut off',
      files: { [`${local}/nb-1-big-Data.db`]: 'local..', [`${local}/nb-6-big-Data.db`]: '..IN_PROGRESS' },
      state: 'unfinished',
    },
    {
      name: 'a node of the ring',
      files: { [`${local}/nb-8-big-Data.db`]: '\u0001local\u0009COMPLETED\u0003', [`${local}/nb-8-big-TOC.txt`]: '' },
      state: 'completed',
    },
    {
      name: 'the newest of several',
      files: { [`${local}/nb-6-big-Data.db`]: 'IN_PROGRESS', [`${local}/nb-7-big-Data.db`]: 'COMPLETED' },
      state: 'completed',
    },
    {
      name: 'the word in a file of another kind',
      files: { [`${local}/nb-6-big-Data.db`]: '', [`${local}/nb-6-big-Index.db`]: 'COMPLETED' },
      state: 'unfinished',
    },
  ];
  test.each(rows)('$name: $state', async ({ files, state }) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    expect(await readBootstrapState(folder)).toBe(state);
  });

  test('a folder that does not exist: none', async () => {
    expect(await readBootstrapState(join(folder, 'nowhere'))).toBe('none');
  });

  test('a disk that cannot be read is no empty disk', async () => {
    await writeFile(join(folder, 'system'), '');
    await expect(readBootstrapState(folder)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
