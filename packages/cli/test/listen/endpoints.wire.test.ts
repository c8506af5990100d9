import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ListenError } from '../../src/listen/listen-error.ts';
import { openScene } from './endpoint-scene.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What `/metrics` says of itself. */
function described(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
}

describe('what is served', () => {
  test('/peers is the snapshot and how fresh it is', async () => {
    // No answer is late, however busy the machine is.
    const { get, watcher } = await openScene({ watch: { lookupTimeoutMs: 10_000 } });
    await watcher.ready();
    const { headers, text } = await get('/peers?pretty');
    const body = JSON.parse(text);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(Object.keys(Object.fromEntries(headers)).filter((name) => /server|powered|via/.test(name))).toEqual([]);
    expect(Object.keys(body)).toEqual(['service', 'revision', 'peers', 'missing', 'status']);
    expect(body).toMatchObject({
      service: 'color-svc.default.svc.cluster.local',
      missing: [],
      status: { failuresInARow: 0, unconfirmed: [], problems: [] },
    });
    expect(body.peers.map(({ name }: { name: string }) => name)).toEqual(['color-ss-0', 'color-ss-1', 'color-ss-2']);
    expect(Math.abs(Date.parse(body.status.lastAnswerAt) - Date.now())).toBeLessThan(30_000);
  });

  test('/readyz says 200 while its criteria hold, and why not while they do not', async () => {
    const { get, watcher, set } = await openScene();
    await watcher.ready();
    expect(await get('/readyz')).toMatchObject({ status: 200, text: 'ok\n' });
    set.scale(2);
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 20_000 }).toBe(503);
    const { headers, text } = await get('/readyz');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toMatch(/^peers of color-svc\.default\.svc\.cluster\.local are not ready: found color-ss-0, color-ss-1; .*color-ss-2/);
  });

  test('/healthz stays 200 while DNS fails, and ends with the watch', async () => {
    const { get, watcher, cluster } = await openScene();
    cluster.fault({ kind: 'servfail' });
    await expect.poll(() => watcher.status.failuresInARow, { timeout: 20_000 }).toBeGreaterThan(2);
    expect((await get('/healthz')).status).toBe(200);
    await watcher.close();
    expect(await get('/healthz')).toMatchObject({ status: 503, text: 'the watch has ended\n' });
    expect(await get('/readyz')).toMatchObject({ status: 503, text: 'the watch has ended\n' });
  });

  test('/metrics counts what the watcher reported, from its first round on', async () => {
    const { get, watcher, set, rounds } = await openScene();
    await watcher.ready();
    set.pod(1).restart();
    await expect.poll(async () => (await get('/metrics')).text, { timeout: 20_000 }).toMatch(/^peerset_changes_total\{kind="move"\} 1$/m);
    await watcher.close();
    const { text } = await get('/metrics');
    const lookups = rounds.flatMap((round) => round.lookups);
    const sum = (pattern: RegExp): number => [...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
    expect({
      rounds: sum(/^peerset_rounds_total (\d+)$/gm),
      roundDurations: sum(/^peerset_round_duration_seconds_count (\d+)$/gm),
      lookups: sum(/^peerset_lookups_total\{.*\} (\d+)$/gm),
      found: sum(/^peerset_lookups_total\{type="[A-Z]+",outcome="found"\} (\d+)$/gm),
      absent: sum(/^peerset_lookups_total\{type="[A-Z]+",outcome="absent",code="[A-Z]+"\} (\d+)$/gm),
      unknown: sum(/^peerset_lookups_total\{type="[A-Z]+",outcome="unknown",code="[A-Z]+"\} (\d+)$/gm),
      lookupDurations: sum(/^peerset_lookup_duration_seconds_count\{.*\} (\d+)$/gm),
    }).toEqual({
      rounds: rounds.length,
      roundDurations: rounds.length,
      lookups: lookups.length,
      found: lookups.filter(({ outcome }) => outcome === 'found').length,
      absent: lookups.filter(({ outcome }) => outcome === 'absent').length,
      unknown: lookups.filter(({ outcome }) => outcome === 'unknown').length,
      lookupDurations: lookups.length,
    });
    expect(rounds[0]?.number).toBe(1);
    expect(text).toMatch(/^peerset_changes_total\{kind="join"\} 3$/m);
    expect(text).toMatch(/^peerset_status\{phase="closed"\} 1$/m);
  });
});

describe('/metrics', () => {
  test('every metric has help and type, and says its unit', async () => {
    const { get, watcher } = await openScene();
    await watcher.ready();
    const { text, headers } = await get('/metrics');
    const types = described(text);
    const helped = [...text.matchAll(/^# HELP (\S+) \S.*\.$/gm)].map(([, name]) => name);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(types.size).toBeGreaterThan(10);
    expect(helped).toEqual([...types.keys()]);
    for (const [name, type] of types) {
      expect(name).toMatch(/^peerset_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect([name, /_(age|duration)_/.test(name)]).toEqual([name, name.endsWith('_seconds')]);
    }
  });

  test('every line is a comment or a number of a metric that is described', async () => {
    const { get, watcher, cluster } = await openScene();
    await watcher.ready();
    cluster.fault({ kind: 'servfail' });
    await expect.poll(() => watcher.status.failuresInARow, { timeout: 20_000 }).toBeGreaterThan(1);
    const { text } = await get('/metrics');
    const types = described(text);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
    const wrong = lines.filter((line) => {
      const { name = '', base = '' } =
        /^(?<name>(?<base>peerset_[a-z_]+?)(?:_bucket|_sum|_count)?)(?:\{(?:[a-z]+="[^"\\\n]*",?)*\})? (?:\d+(?:\.\d+)?(?:e-?\d+)?)$/.exec(
          line,
        )?.groups ?? {};
      return !(types.has(name) || types.get(base) === 'histogram');
    });
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThan(60);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('every metric has its row in the README, with its type and its labels', async () => {
    const { get, watcher } = await openScene();
    await watcher.ready();
    const { text } = await get('/metrics');
    for (const [name, type] of described(text)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` | ${type} |`));
      expect([name, row]).toEqual([name, expect.any(String)]);
      const series = [...text.matchAll(new RegExp(`^${name}(?:_bucket)?\\{(.*)\\} `, 'gm'))];
      const labels = new Set(series.flatMap(([, pairs = '']) => [...pairs.matchAll(/([a-z]+)="/g)].map(([, label = '']) => label)));
      labels.delete('le');
      expect([name, [...labels].filter((label) => row?.includes(`\`${label}\``) !== true)]).toEqual([name, []]);
    }
  });

  test('a metric that cannot be read is a 500 that says nothing of it, and a line in the log', async () => {
    const error = new Error('no such thing as s3cret');
    const { get, log } = await openScene({
      metrics: () => ({ contentType: 'text/plain', text: () => Promise.reject(error), collect: () => {} }),
    });
    expect(await get('/metrics')).toMatchObject({ status: 500, text: 'internal error\n' });
    expect(log.lines).toEqual([{ level: 'error', details: { error, path: '/metrics' }, message: 'a request could not be answered' }]);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('where it is served', () => {
  test.each([
    { name: 'IPv4', host: '127.0.0.1', url: /^http:\/\/127\.0\.0\.1:\d+$/ },
    { name: 'IPv6', host: '::1', url: /^http:\/\/\[::1\]:\d+$/ },
    { name: 'a name', host: 'localhost', url: /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d+$/ },
    { name: 'all interfaces', host: undefined, url: /^http:\/\/(?:\[::\]|0\.0\.0\.0):\d+$/ },
  ])('$name', async ({ host, url }) => {
    const scene = await openScene({ address: { host } });
    expect(scene.url).toMatch(url);
    expect((await scene.get('/healthz')).status).toBe(200);
  });

  test('a port in use is told with its address', async () => {
    const { place } = await openScene();
    const opening = openScene({ address: { port: place.port } });
    await expect(opening).rejects.toThrow(`--listen 127.0.0.1:${place.port}: the port is in use`);
    await expect(opening).rejects.toThrow(ListenError);
  });

  test('an address of another machine is told', async () => {
    // Set aside for documentation: nobody has it.
    const opening = openScene({ address: { host: '192.0.2.1', port: 9_480 } });
    await expect(opening).rejects.toThrow('--listen 192.0.2.1:9480: this machine has no such address');
  });
});
