import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { hookScene } from './hook-scene.ts';

const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held on to: how much garbage there is beside it is the engine's choice, and another one in each version. */
function liveBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('what a hook prints', () => {
  test('is logged line by line, with the stream that it came by', async () => {
    await using scene = await hookScene('echo one\necho two >&2\nprintf "three without an end"');
    const { show, hook, log } = scene;
    await show(0);
    await hook.idle();
    const printed = log.lines.filter(({ details }) => 'hook' in details);
    expect(printed.filter(({ details: { hook: stream } }) => stream === 'stdout').map(({ message }) => message)).toEqual([
      'one',
      'three without an end',
    ]);
    expect(printed.filter(({ details: { hook: stream } }) => stream === 'stderr')).toEqual([
      { level: 'info', details: { hook: 'stderr' }, message: 'two' },
    ]);
  });

  test.each([
    { name: 'short lines', command: 'yes some line | head -c 100000000', lines: 1_024 },
    { name: 'one line', command: `head -c 100000000 /dev/zero | tr '\\0' x`, lines: 1 },
  ])('takes no memory beyond its bounds, and is told in one line, for 100 MB of $name', async ({ command, lines }) => {
    await using scene = await hookScene(command);
    const { show, hook, log } = scene;
    let mostBytes = 0;
    const before = liveBytes();
    const sampling = setInterval(() => {
      mostBytes = Math.max(mostBytes, liveBytes() - before);
    }, 20);
    await show(0);
    await hook.idle();
    clearInterval(sampling);
    expect(mostBytes).toBeLessThan(16 * MIB);
    expect(log.lines.filter(({ details }) => 'hook' in details)).toHaveLength(lines);
    expect(log.messages('warn')).toEqual([expect.stringMatching(/^100 MB of output of hook .* left out$/)]);
    expect(hook.counts).toMatchObject({ runs: 1, failures: 0 });
  });
});
