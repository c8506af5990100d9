import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import type { Snapshot } from '@peerset/core';
import { describe, expect, test, vi } from 'vitest';
import { names, QUICK, writeScene } from './write-scene.ts';

const SECOND = 1_000;

describe('openWriter', () => {
  test('writes the file for each change, whole, with its mode', async () => {
    await using at = await writeScene();
    const writer = at.open(
      { path: at.folder.file('names'), render: names },
      { path: at.folder.file('secret'), render: names, mode: 0o600 },
    );
    await at.show(0, 1);
    await vi.waitFor(() => expect(writer.written().map(({ writes }) => writes)).toEqual([1, 1]), QUICK);
    expect([await at.text('names'), await at.text('secret')]).toEqual(['db-0\ndb-1\n', 'db-0\ndb-1\n']);
    await at.show(1);
    await at.clock.advance(60 * SECOND);
    await vi.waitFor(() => expect(writer.written().map(({ writes }) => writes)).toEqual([2, 2]), QUICK);
    expect([await at.text('names'), await at.text('secret')]).toEqual(['db-1\n', 'db-1\n']);
    const modes = await Promise.all(['names', 'secret'].map(async (name) => (await stat(at.folder.file(name))).mode & 0o777));
    expect(modes).toEqual([0o644, 0o600]);
    expect(await readdir(at.folder.path)).toEqual(['names', 'secret']);
  });

  test('writes nothing where the text is the same, or there is nothing to say', async () => {
    await using at = await writeScene();
    const writer = at.open({
      path: at.folder.file('count'),
      render: ({ peers }) => (peers.length === 2 ? undefined : `${peers.length > 0}`),
    });
    await at.show(0);
    await vi.waitFor(() => expect(writer.written()).toMatchObject([{ writes: 1 }]), QUICK);
    await writeFile(at.folder.file('count'), 'by hand');
    for (const shown of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
    ]) {
      await at.show(...shown);
      await at.clock.advance(0);
    }
    expect(at.watcher.snapshot.revision).toBe(4);
    expect(await at.text('count')).toBe('by hand');
    expect(writer.written()).toEqual([{ path: at.folder.file('count'), writes: 1, failures: 0 }]);
  });

  test('of changes during a write only the newest is written, one write at a time', async () => {
    await using at = await writeScene();
    const rendered: number[] = [];
    let goOn: (() => void) | undefined;
    let running = 0;
    let most = 0;
    at.open({
      path: at.folder.file('names'),
      async render(snapshot) {
        most = Math.max(most, (running += 1));
        rendered.push(snapshot.revision);
        await new Promise<void>((resolve) => (goOn = resolve));
        running -= 1;
        return names(snapshot);
      },
    });
    await at.show(0);
    for (let number = 1; number <= 50; number += 1) await at.show(0, number);
    goOn?.();
    await vi.waitFor(() => expect(rendered).toEqual([1, 51]), QUICK);
    goOn?.();
    await vi.waitFor(async () => expect(await at.text('names')).toBe('db-0\ndb-50\n'), QUICK);
    expect(most).toBe(1);
  });

  test('tries again after 1 s, growing to 30 s, while the folder is gone, and at the next change', async () => {
    await using at = await writeScene();
    await at.show(0);
    // So that the watcher settles, which is news too, in the middle of a pause.
    await at.clock.advance(3 * SECOND);
    let tries = 0;
    const render = (snapshot: Snapshot): string => {
      tries += 1;
      return names(snapshot);
    };
    const writer = at.open({ path: at.folder.file('gone/names'), render });
    const waits = [1, 2, 4, 8, 16, 30, 30];
    for (const [failed, seconds] of waits.entries()) {
      await vi.waitFor(() => expect(at.log.messages('error')).toHaveLength(failed + 1), QUICK);
      await at.clock.advance(seconds * SECOND - 1);
      expect(tries).toBe(failed + 1);
      await at.clock.advance(1);
    }
    await vi.waitFor(() => expect(at.log.messages('error')).toHaveLength(waits.length + 1), QUICK);
    expect(at.log.messages('error').at(-1)).toMatch(/names could not be written: ENOENT: .*; another try follows in 30000 ms$/);
    await mkdir(at.folder.file('gone'));
    await at.show(0, 1);
    await vi.waitFor(async () => expect(await at.text('gone/names')).toBe('db-0\ndb-1\n'), QUICK);
    await rm(at.folder.file('gone'), { recursive: true });
    await at.show(0);
    await vi.waitFor(() => expect(at.log.messages('error').at(-1)).toMatch(/in 1000 ms$/), QUICK);
    expect(writer.written()).toEqual([{ path: at.folder.file('gone/names'), writes: 1, failures: waits.length + 2 }]);
  });

  test('a file that cannot be written holds up no other, and a render that throws is such a failure', async () => {
    await using at = await writeScene();
    const writer = at.open(
      { path: at.folder.file('bad'), render: () => Promise.reject(new Error('no password file')) },
      { path: at.folder.file('good'), render: names },
    );
    for (const [index, shown] of [[0], [0, 1]].entries()) {
      await at.show(...shown);
      const told = [
        { writes: 0, failures: index + 1 },
        { writes: index + 1, failures: 0 },
      ];
      await vi.waitFor(() => expect(writer.written()).toMatchObject(told), QUICK);
      expect(await at.text('good')).toBe(names(at.watcher.snapshot));
    }
    expect(at.log.messages('error')[0]).toMatch(/bad could not be written: no password file; /);
  });
});
