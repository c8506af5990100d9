import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

test('the README shows the example that runs here, of 15 lines', () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(read('../../README.md')) ?? [];
  expect(code).toBe(read('../quick-start/main.ts'));
  expect(code?.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//')).length).toBeLessThanOrEqual(15);
});

test('the example prints the connection string, then the move', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('../quick-start/main.ts');
  await expect.poll(() => log.mock.calls.length, { timeout: 10_000 }).toBe(2);
  const hosts = [0, 1, 2].map((ordinal) => `color-ss-${ordinal}.color-svc.default.svc.cluster.local:27017`);
  expect(log.mock.calls).toEqual([
    [`mongodb://${hosts.join()}/?replicaSet=rs0`],
    [expect.stringMatching(/^color-ss-1 moved from 198\.\d+\.\d+\.\d+ to 198\.\d+\.\d+\.\d+$/)],
  ]);
});
