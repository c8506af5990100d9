import { expect, test } from 'vitest';
import { playWatchService } from '../watch-service/stage/play.ts';

const main = new URL('../dist/watch-service/main.js', import.meta.url);

test(
  'the watch-service example routes, moves, shrinks, grows and outlives an outage of DNS without one request that fails',
  { timeout: 90_000 },
  async () => {
    const lines: string[] = [];
    await playWatchService(main, (line) => void lines.push(line));
    const steps = lines.flatMap((line) => /^\[ok\] ([^:]+):.* 0 failed$/.exec(line)?.[1] ?? []);
    expect(steps).toEqual(['routing', 'move', 'leave', 'scale-up', 'DNS outage', 'shutdown']);
    expect(lines.at(-1)).toMatch(/^\[ok\] in all: \d{4,} requests, 0 failed; /);
  },
);

test('a step that comes out otherwise ends it', async () => {
  // A program that ends at once, and in order: nobody ever listens.
  const nothing = new URL('../dist/watch-service/rank-owners.js', import.meta.url);
  await expect(playWatchService(nothing, () => {}, 1_000)).rejects.toThrow('start: all see 3 peers: not within 1 s');
});
