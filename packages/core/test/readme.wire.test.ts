import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import { unknownKeyIssue } from '../src/option-issues.ts';
import { watchPeers } from '../src/index.ts';
import { followPeers } from './readme-example.ts';
import { keepInStep } from './readme-follow-example.ts';
import { collectMetrics } from './readme-telemetry-example.ts';
import { peer, watchScript } from './scripted-source.ts';
import { thrownIssues } from './thrown-issues.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const readme = read('../README.md');

/** In the order of the README. */
const EXAMPLES: readonly string[] = [
  'readme-example.ts',
  'readme-follow-example.ts',
  'readme-telemetry-example.ts',
  'readme-diagnose-example.ts',
];

/** Words in backticks in the first column of the table below a heading. */
function firstColumn(heading: string): readonly string[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

describe('README.md', () => {
  test('shows the examples that run here, and no others', () => {
    const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(blocks).toEqual(EXAMPLES.map(read));
  });

  test('the example tells the peers, and what happens to them', async () => {
    const cluster = await startCluster();
    const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
    const set = service.statefulSet('color-ss', { replicas: 2 });
    const before = set.pods.map(({ addresses }) => addresses.join());
    const abort = new AbortController();
    const told: string[] = [];
    const running = followPeers(
      {
        service: service.host,
        statefulSet: 'color-ss',
        replicas: 2,
        servers: cluster.servers,
        pollIntervalMs: 250,
        settlingIntervalMs: 100,
        signal: abort.signal,
      },
      (line) => told.push(line),
    );
    await expect.poll(() => told, { timeout: 10_000 }).toContain('color-ss-1 joined');
    set.pod(1).restart();
    await expect.poll(() => told, { timeout: 10_000 }).toContain(`color-ss-1 moved from ${before[1]} to ${set.pod(1).addresses.join()}`);
    expect(told.slice(0, 2)).toEqual([0, 1].map((ordinal) => `color-ss-${ordinal} at ${before[ordinal]} port 27017`));
    abort.abort();
    await running;
    await cluster.close();
  });

  test('the example that follows a watcher runs its task for each change, again after a failure, and tells the seeds', async () => {
    const hosts = [0, 1].map((ordinal) => `db-${ordinal}.color-svc.default.svc.cluster.local`);
    const all = hosts.map((host) => `${host}:27017`).join();
    const { clock, source, watcher } = watchScript();
    const told: string[] = [];
    const runs: (readonly string[])[] = [];
    const reconfigure = async (wanted: readonly string[]): Promise<void> => {
      runs.push(wanted);
      if (runs.length === 1) throw new Error('not now');
    };
    const { seeds, follower } = keepInStep(watcher, reconfigure, (line) => told.push(line));
    source.show(peer('db-0', '10.0.0.1'));
    await clock.advance(0);
    source.show(peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'));
    await clock.advance(5_000);
    await follower.idle();
    expect(told).toEqual([`seeds are ${hosts[0]}:27017`, 'trying again: Error: not now', `seeds are ${all}`]);
    expect(runs).toEqual([hosts.slice(0, 1), hosts]);
    expect(seeds.value).toBe(all);
    await follower.close();
    await watcher.close();
  });

  test('the example of metrics counts for each Service', async () => {
    const counted: string[] = [];
    collectMetrics((name, service, value) => counted.push(`${name} ${service} ${value}`));
    const { clock, source, watcher } = watchScript();
    source.show(peer('db-0', '10.0.0.1'));
    await clock.advance(0);
    const { host } = watcher.snapshot.service;
    expect(counted).toEqual([`peers ${host} 1`, `lookups_unknown ${host} 0`]);
    await watcher.close();
  });

  test('lists every option', () => {
    const [issue] = thrownIssues(() => Reflect.apply(watchPeers, undefined, [{ service: 'a.b', nothingLikeIt: 1 }]));
    const rule = unknownKeyIssue('nothingLikeIt', 1, [...firstColumn('Options')]).rule;
    expect(issue?.rule).toBe(rule);
  });
});
