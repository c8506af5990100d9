import { describe, expect, onTestFinished, test } from 'vitest';
import { Interrupted, UsageError } from '../../src/exit-codes.ts';
import { openReadiness } from '../../src/listen/readiness.ts';
import { virtualWatch } from '../support/changing-watch.ts';

const declared = { statefulSet: 'db', replicas: 3 };

describe('openReadiness', () => {
  const rows: readonly {
    name: string;
    ready: { peers?: number | 'declared' | 'majority' };
    there: readonly number[];
    told: RegExp;
  }[] = [
    { name: 'all who are declared', ready: {}, there: [0, 1, 2], told: /^ready$/ },
    {
      name: 'one who is declared is missing',
      ready: {},
      there: [0, 1],
      told: /^peers of db-svc\.default\.svc\.cluster\.local are not ready: .*db-2/,
    },
    { name: 'the majority', ready: { peers: 'majority' }, there: [0, 1], told: /^ready$/ },
    {
      name: 'less than the majority',
      ready: { peers: 'majority' },
      there: [1],
      told: /^peers of db-svc\.default\.svc\.cluster\.local are not ready: .*found db-1;/,
    },
    { name: 'as many as asked for', ready: { peers: 1 }, there: [2], told: /^ready$/ },
    {
      name: 'nobody',
      ready: { peers: 1 },
      there: [],
      told: /^peers of db-svc\.default\.svc\.cluster\.local are not ready: .*found nobody;/,
    },
    { name: 'nobody, where nobody is asked for', ready: { peers: 0 }, there: [], told: /^ready$/ },
  ];
  test.each(rows)('$name', async ({ ready, there, told }) => {
    const { watcher, show } = virtualWatch(declared);
    onTestFinished(() => watcher.close());
    const readiness = await openReadiness(watcher, ready);
    await show(...there);
    expect((await readiness()) ?? 'ready').toMatch(told);
  });

  test('decides on what is known: no request makes the watcher look sooner', async () => {
    for (const peers of [1, 5]) {
      const { watcher, show, clock } = virtualWatch({ pollIntervalMs: 60_000, settlingIntervalMs: 1_000 });
      onTestFinished(() => watcher.close());
      await show(0, 1);
      await clock.advance(600_000);
      const readiness = await openReadiness(watcher, { peers });
      let rounds = 0;
      watcher.on('round', () => void (rounds += 1));
      const beganMs = clock.nowMs();
      for (let second = 0; second < 600; second++) {
        await Promise.all([readiness(), readiness(), readiness()]);
        await clock.advance(1_000);
      }
      expect(clock.nowMs() - beganMs).toBe(600_000);
      expect(rounds).toBe(10);
    }
  });

  test('a criterion that can never be judged is refused at the start, by the name of its flag', async () => {
    const { watcher } = virtualWatch();
    onTestFinished(() => watcher.close());
    const opening = openReadiness(watcher, { peers: 'declared' });
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(/^--ready: "declared" is refused, needs declared peers: give --stateful-set/);
  });

  test('after a signal the watch has ended, and that is no failure of the request', async () => {
    const stop = new AbortController();
    const { watcher } = virtualWatch({ signal: stop.signal });
    onTestFinished(() => watcher.close());
    const readiness = await openReadiness(watcher, {});
    stop.abort(new Interrupted('SIGTERM'));
    expect(await readiness()).toBe('the watch has ended');
  });
});
