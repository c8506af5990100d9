import { expect, test } from 'vitest';
import { paintFor } from '../demo/paint.ts';
import { runDemo } from '../demo/run-demo.ts';
import type { DemoOutcome } from '../demo/run-demo.ts';
import { STEPS } from '../demo/steps.ts';
import type { Step } from '../demo/steps.ts';

const ESCAPE = '\u001B';

async function play(options: { steps?: readonly Step[]; signal?: AbortSignal } = {}): Promise<DemoOutcome & { text: string }> {
  let text = '';
  const outcome = await runDemo({
    write: (part) => {
      text += part;
    },
    // As for a pipe.
    paint: paintFor({}, {}),
    signal: new AbortController().signal,
    ...options,
  });
  return { ...outcome, text };
}

test('the demo comes out as promised, loses nobody and prints plain text into a pipe', async () => {
  const { exitCode, steps, settled, text } = await play();

  // The text first: where something went wrong, it says what.
  expect(text).toContain('Everything came out as promised: members lost 0.');
  expect(exitCode).toBe(0);
  expect(steps).toMatchObject([
    { name: 'discover three', joined: 3, moved: 0, left: 0, lost: 0 },
    { name: 'scale to five', joined: 2, moved: 0, left: 0, lost: 0 },
    { name: 'rolling restart', joined: 0, moved: 5, left: 0, lost: 0 },
    { name: 'DNS outage', joined: 0, moved: 0, left: 0, lost: 0 },
    { name: 'scale to three', joined: 0, moved: 0, left: 2, lost: 0 },
  ]);
  expect(settled?.polls).toBeGreaterThan(2);
  expect(text).not.toContain(ESCAPE);
  expect(text).toContain('mongodb://color-ss-0.color-svc.default.svc.cluster.local:27017,');
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('a step that does not come out as promised ends the demo with exit code 1 and says which', async () => {
  const [first] = STEPS;
  if (first === undefined) throw new Error('the demo has no steps');
  const broken: Step = { ...first, promises: [...first.promises, { says: 'seven peers', holds: () => false }] };

  const { exitCode, steps, text } = await play({ steps: [broken] });

  expect(exitCode).toBe(1);
  expect(steps).toEqual([]);
  expect(text).toContain('Not as promised. Step "discover three" promised: seven peers. It happened otherwise.');
});

test('an interrupted demo closes everything and ends with exit code 130', async () => {
  const interruption = new AbortController();
  const step: Step = {
    name: 'endless',
    heading: 'endless',
    why: 'somebody presses Ctrl-C',
    asker: { self: 'color-ss-0', isBootstrapped: true },
    async act({ sleep }) {
      setTimeout(() => interruption.abort(), 50);
      await sleep(60_000);
    },
    promises: [],
  };

  const { exitCode, text } = await play({ steps: [step], signal: interruption.signal });

  expect(exitCode).toBe(130);
  expect(text).toContain('Interrupted.');
});
