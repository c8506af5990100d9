import { expect, test } from 'vitest';
import { playCassandra } from '../cassandra/stage/play.ts';

test('the cassandra example founds once, joins in order, moves, and reads through all of it', { timeout: 180_000 }, async () => {
  const lines: string[] = [];
  await playCassandra((line) => void lines.push(line));
  const steps = lines.flatMap((line) => /^\[ok\] ([^:]+):/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'founding',
    'joining',
    'seeds',
    'reading',
    'restart',
    'full address change',
    'in the end',
    'parallel start, blind',
    'parallel start, in sight',
    'a second later',
    'one after another',
  ]);
  // One for each of the three clusters.
  expect(lines.filter((line) => line.includes('/seeds: found: '))).toHaveLength(3);
  const figures = lines.filter((line) => line.startsWith('app: ') && line.includes(' reads, '));
  expect(figures).toHaveLength(3);
  for (const line of figures) expect(line).toMatch(/^app: \d+ reads, \d+ failed; 3 of 3 nodes connected, 3 of 3 in its token map$/);
});
