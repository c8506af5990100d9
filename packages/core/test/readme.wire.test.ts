import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import { unknownKeyIssue } from '../src/option-issues.ts';
import { watchPeers } from '../src/index.ts';
import { followPeers } from './readme-example.ts';
import { thrownIssues } from './thrown-issues.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const readme = read('../README.md');

/** Words in backticks in the first column of the table below a heading. */
function firstColumn(heading: string): readonly string[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

describe('README.md', () => {
  test('shows the example that runs here', () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(code).toBe(read('readme-example.ts'));
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

  test('lists every option', () => {
    const [issue] = thrownIssues(() => Reflect.apply(watchPeers, undefined, [{ service: 'a.b', nothingLikeIt: 1 }]));
    const rule = unknownKeyIssue('nothingLikeIt', 1, [...firstColumn('Options')]).rule;
    expect(issue?.rule).toBe(rule);
  });
});
