import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { derive, follow } from '../src/index.ts';
import type { Change } from '../src/index.ts';
import { peer, watchScript } from './scripted-source.ts';

const MIB = 2 ** 20;

/** What is left when nothing more can be collected. */
async function liveBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

describe('bounded memory', () => {
  test('5,000 listeners, slow readers, throwing handlers: one pending change a reader, and no more memory with each change', async () => {
    const errors: unknown[] = [];
    const { clock, source, watcher } = watchScript({ onListenerError: (error) => void errors.push(error) });
    // 200 peers of which 100 differ from one snapshot to the next: a change that is kept anywhere weighs tens of kilobytes.
    const peersAt = (step: number): void =>
      source.show(...Array.from({ length: 200 }, (_, i) => peer(`db-${i}`, `10.${i % 2 === 0 ? 0 : step % 250}.${i >> 8}.${i & 255}`)));
    const change = async (step: number): Promise<void> => {
      peersAt(step);
      source.hint();
      await clock.advance(0);
    };

    let heard = 0;
    for (let i = 0; i < 5_000; i += 1) watcher.on('change', () => void (heard += 1));
    for (let i = 0; i < 10; i += 1) {
      watcher.on('change', () => {
        throw new Error('a broken listener');
      });
    }
    // Readers that took one step, and handlers that never come to an end.
    const readers = Array.from({ length: 500 }, () => watcher[Symbol.asyncIterator]());
    const values = derive(watcher, ({ revision }) => revision);
    const valueReaders = Array.from({ length: 500 }, () => values[Symbol.asyncIterator]());
    const runs: Change[] = [];
    const stuck: (() => void)[] = [];
    const followers = Array.from({ length: 500 }, () =>
      follow(
        watcher,
        async (each) => {
          runs.push(each);
          await new Promise<void>((resolve) => stuck.push(resolve));
        },
        { timeoutMs: Infinity },
      ),
    );
    const failing = follow(watcher, () => Promise.reject(new Error('a broken handler')), { onError: (error) => void errors.push(error) });

    await change(0);
    await Promise.all([...readers, ...valueReaders].map((reader) => reader.next()));
    for (let step = 1; step <= 200; step += 1) await change(step);
    expect(errors.length).toBe(10 * 201 + 1);
    errors.length = 0;
    const before = await liveBytes();
    for (let step = 201; step <= 1_200; step += 1) await change(step);
    errors.length = 0;
    const growth = (await liveBytes()) - before;

    expect(watcher.snapshot.revision).toBe(1_201);
    expect(heard).toBe(5_000 * 1_201);
    // 0.2 MiB as measured. Were these 1,000 changes kept, by one of all the readers, it would be 30 MiB.
    expect(growth).toBeLessThan(8 * MIB);
    expect(runs).toHaveLength(500);
    const steps = await Promise.all(readers.map((reader) => reader.next()));
    expect(new Set(steps.map(({ value }) => `${value.previous.revision} -> ${value.snapshot.revision}`))).toEqual(new Set(['1 -> 1201']));
    const latest = await Promise.all(valueReaders.map((reader) => reader.next()));
    expect(new Set(latest.map(({ value }) => value))).toEqual(new Set([1_201]));
    for (const end of stuck.splice(0)) end();
    await clock.advance(0);
    expect(runs.slice(500).map(({ previous, snapshot }) => [previous.revision, snapshot.revision])).toEqual(
      Array.from({ length: 500 }, () => [1, 1_201]),
    );
    for (const end of stuck.splice(0)) end();
    await Promise.all([...followers, failing].map((follower) => follower.close()));
    await watcher.close();
  }, 60_000);
});
