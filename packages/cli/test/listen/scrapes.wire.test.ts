import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openScene } from './endpoint-scene.ts';

const MIB = 2 ** 20;
const PATHS = ['/healthz', '/readyz', '/peers', '/metrics'];

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

/** A thousand requests at the same time, each on a connection of its own. What they were told. */
async function scrapes(url: string): Promise<readonly { path: string; status: number; body: string }[]> {
  const agent = new Agent({ keepAlive: false });
  return await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const path = PATHS[i % PATHS.length] ?? '';
      return await new Promise<{ path: string; status: number; body: string }>((resolve, reject) => {
        const sent = request(`${url}${path}`, { agent }, (response) => {
          text(response).then((body) => resolve({ path, status: response.statusCode ?? 0, body }), reject);
        });
        sent.on('error', reject).end();
      });
    }),
  );
}

test('a thousand scrapes at the same time are all answered, and the watcher goes on', async () => {
  const { url, watcher } = await openScene();
  await watcher.ready();
  const answers = await scrapes(url);
  expect(answers).toHaveLength(1_000);
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(answers.filter(({ path }) => path === '/peers').map(({ body }) => JSON.parse(body).peers.length))).toEqual(new Set([3]));
  const before = watcher.status.lastAnswerAtMs;
  await expect.poll(() => watcher.status.lastAnswerAtMs).not.toBe(before);
});

test('scrapes leave nothing behind, and make the watcher look no sooner', async () => {
  // So long between two looks that one more would be seen.
  const { url, watcher, rounds } = await openScene({ watch: { pollIntervalMs: 600_000, settlingIntervalMs: 60_000 } });
  await watcher.ready();
  await scrapes(url);
  const looks = rounds.length;
  const beforeBytes = await liveBytes();
  for (let wave = 0; wave < 3; wave++) await scrapes(url);
  // Their answers alone come to six.
  expect((await liveBytes()) - beforeBytes).toBeLessThan(3 * MIB);
  expect(rounds.length).toBe(looks);
});
