import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { names, QUICK, writeScene } from './write-scene.ts';

const SECOND = 1_000;

describe('the first write', () => {
  test('of nobody waits until the watcher has settled, and later ones do not', async () => {
    await using at = await writeScene();
    await writeFile(at.folder.file('names'), 'from before\n');
    const writer = at.open({ path: at.folder.file('names'), render: names });
    await at.clock.advance(30 * SECOND);
    expect([at.watcher.status.phase, await at.text('names')]).toEqual(['settling', 'from before\n']);
    await at.clock.advance(60 * SECOND);
    await vi.waitFor(async () => expect(await at.text('names')).toBe('\n'), QUICK);
    await at.show(0);
    await vi.waitFor(async () => expect(await at.text('names')).toBe('db-0\n'), QUICK);
    await at.show();
    await vi.waitFor(() => expect(writer.written()).toMatchObject([{ writes: 3 }]), QUICK);
    expect(at.watcher.status.phase).toBe('settling');
  });
});

describe('closing a writer', () => {
  test('waits for the write under way, and writes no more', async () => {
    await using at = await writeScene();
    const writer = at.open({ path: at.folder.file('names'), render: (snapshot) => names(snapshot).repeat(1_000_000) });
    await at.show(0);
    await vi.waitFor(async () => expect(await readdir(at.folder.path)).not.toEqual([]), { timeout: 5_000, interval: 1 });
    await writer.close();
    expect(await readdir(at.folder.path)).toEqual(['names']);
    expect((await at.text('names'))?.length).toBe(5_000_000);
    await at.show(0, 1);
    await at.clock.advance(60 * SECOND);
    expect(writer.written()).toMatchObject([{ writes: 1, failures: 0 }]);
  });

  test('takes half a second at most, and what is rendered after that is not written', async () => {
    await using at = await writeScene();
    let goOn: ((text: string) => void) | undefined;
    const writer = at.open({ path: at.folder.file('names'), render: () => new Promise<string>((resolve) => (goOn = resolve)) });
    await at.show(0);
    let isClosed = false;
    const closing = writer.close().then(() => (isClosed = true));
    await at.clock.advance(499);
    expect(isClosed).toBe(false);
    await at.clock.advance(1);
    await closing;
    goOn?.('late');
    await at.clock.advance(60 * SECOND);
    expect(await readdir(at.folder.path)).toEqual([]);
  });

  test('ends the pause after a failure at once', async () => {
    await using at = await writeScene();
    const writer = at.open({ path: at.folder.file('gone/names'), render: names });
    await at.show(0);
    await vi.waitFor(() => expect(at.log.messages('error')).toHaveLength(1), QUICK);
    await writer.close();
    await at.clock.advance(60 * SECOND);
    expect(writer.written()).toMatchObject([{ failures: 1 }]);
  });
});
