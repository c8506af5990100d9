import { expect, onTestFinished, test, vi } from 'vitest';
import { peersText } from '../../src/listen/peers-text.ts';
import { virtualWatch } from '../support/changing-watch.ts';

test('a thousand requests between two rounds are one text', async () => {
  const { watcher, show } = virtualWatch();
  onTestFinished(() => watcher.close());
  await show(0, 1, 2);
  const text = peersText(watcher);
  const stringify = vi.spyOn(JSON, 'stringify');
  const texts = new Set(Array.from({ length: 1_000 }, text));
  expect([texts.size, stringify.mock.calls.length]).toEqual([1, 1]);
  await show(0, 2);
  expect(JSON.parse(text()).peers.map(({ name }: { name: string }) => name)).toEqual(['db-0', 'db-2']);
  expect(text()).not.toBe([...texts][0]);
  expect(stringify).toHaveBeenCalledTimes(2);
});

test('before any answer nothing is said of when it came', async () => {
  const { watcher } = virtualWatch();
  onTestFinished(() => watcher.close());
  expect(JSON.parse(peersText(watcher)())).toEqual({
    service: 'db-svc.default.svc.cluster.local',
    revision: 0,
    peers: [],
    missing: [],
    status: { phase: 'starting', lastAnswerAt: null, failuresInARow: 0, problems: [], unconfirmed: [] },
  });
});

test('the time of the last answer is that of the wall clock, whatever the watcher keeps time by', async () => {
  const { watcher, clock, show } = virtualWatch({ pollIntervalMs: 3_600_000 });
  onTestFinished(() => watcher.close());
  await show(0);
  await clock.advance(120_000);
  const { lastAnswerAt } = JSON.parse(peersText(watcher)()).status;
  expect(lastAnswerAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.now() - Date.parse(lastAnswerAt)).toBeGreaterThanOrEqual(60_000);
});
