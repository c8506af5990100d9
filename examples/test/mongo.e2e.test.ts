import { expect, test } from 'vitest';
import { playMongo } from '../mongo/stage/play.ts';

test('the mongo example founds, grows, fails over, moves and shrinks, and loses no write', { timeout: 120_000 }, async () => {
  const lines: string[] = [];
  await playMongo((line) => void lines.push(line));
  const steps = lines.flatMap((line) => /^\[ok\] ([^:]+):/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'founding',
    'health',
    'writing',
    'scale-up',
    'fail-over',
    'full address change',
    'leaving the set',
    'scale-down',
    'the application',
  ]);
  expect(lines.filter((line) => line.includes(' move from '))).toHaveLength(5);
  // Founding, two added, two given a vote, two removed.
  expect(lines.slice(-2)).toEqual([
    '[ok] 5 sidecars ended within their grace',
    '[ok] 7 changes of the set, each by one sidecar, none forced',
  ]);
  expect(lines.join('\n')).not.toContain('password');
});
