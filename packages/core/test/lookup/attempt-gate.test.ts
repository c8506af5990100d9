import { describe, expect, test } from 'vitest';
import { attemptGate } from '../../src/lookup/attempt-gate.ts';
import type { AttemptGate } from '../../src/lookup/attempt-gate.ts';

function run<T>(gate: AttemptGate, attempt: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    gate.enter({
      start: () =>
        void attempt()
          .finally(() => gate.leave())
          .then(resolve, reject),
    });
  });
}

/** Attempts that run until they are ended, and what runs. */
function attempts() {
  const running = new Set<string>();
  const started: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: unknown) => void }>();
  return {
    running,
    started,
    make: (name: string) => () => {
      running.add(name);
      started.push(name);
      const result = new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
      return result.finally(() => running.delete(name));
    },
    end: async (name: string): Promise<void> => {
      ends.get(name)?.resolve(name);
      await settle();
    },
    fail: async (name: string): Promise<void> => {
      ends.get(name)?.reject(new Error(name));
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

describe('attemptGate', () => {
  test('starts at once while there is room', () => {
    const { make, started } = attempts();
    const gate = attemptGate(2);
    void run(gate, make('a'));
    void run(gate, make('b'));
    expect(started).toEqual(['a', 'b']);
  });

  test('lets the others wait, and start in line', async () => {
    const { make, started, end } = attempts();
    const gate = attemptGate(2);
    for (const name of ['a', 'b', 'c', 'd']) void run(gate, make(name));
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
  });

  test('gives back what each attempt came to, also of those that waited', async () => {
    const { make, end, fail } = attempts();
    const gate = attemptGate(1);
    const results = ['a', 'b', 'c'].map((name) => run(gate, make(name)));
    const settled = Promise.allSettled(results);
    await end('a');
    await fail('b');
    await end('c');
    expect((await settled).map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      'a',
      'Error: b',
      'c',
    ]);
  });

  test('frees the place of an attempt that failed', async () => {
    const { make, started, fail } = attempts();
    const gate = attemptGate(1);
    run(gate, make('a')).catch(() => {});
    void run(gate, make('b'));
    await fail('a');
    expect(started).toEqual(['a', 'b']);
  });

  test('never runs more than its limit, nor gates together more than the outer limit', async () => {
    const { make, running, started, end } = attempts();
    const outer = attemptGate(3);
    const gates = [attemptGate(2, outer), attemptGate(2, outer), attemptGate(2, outer)];
    const names = Array.from({ length: 30 }, (_, i) => `${i % 3}-${i}`);
    for (const name of names) void run(gates[Number(name[0])] ?? outer, make(name));
    while (started.length < names.length || running.size > 0) {
      expect(running.size).toBeLessThanOrEqual(3);
      for (const gate of ['0', '1', '2']) expect([...running].filter((name) => name.startsWith(gate)).length).toBeLessThanOrEqual(2);
      const [first = ''] = running;
      await end(first);
    }
    expect(started.toSorted()).toEqual(names.toSorted());
  });

  test('lets a gate go on while another one waits for the outer limit', async () => {
    const { make, started, end } = attempts();
    const outer = attemptGate(1);
    const [one, two] = [attemptGate(1, outer), attemptGate(1, outer)];
    void run(one, make('a'));
    void run(two, make('b'));
    expect(started).toEqual(['a']);
    await end('a');
    expect(started).toEqual(['a', 'b']);
  });

  test('lets a hundred thousand pass that end as soon as they are started', () => {
    const outer = attemptGate(1);
    const gate = attemptGate(1, outer);
    let count = 0;
    const start = (): void => {
      count += 1;
      gate.leave();
    };
    // The first holds the place while the others wait.
    gate.enter({ start: () => {} });
    for (let i = 0; i < 100_000; i += 1) gate.enter({ start });
    gate.leave();
    expect(count).toBe(100_000);
  });
});
