import { staticSource, watchPeers } from '@peerset/core';
import type { LookupReport, PeerWatcher, RoundReport } from '@peerset/core';
import { virtualClock } from '@peerset/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openMetrics } from '../../src/listen/metrics.ts';
import type { Metrics } from '../../src/listen/metrics.ts';
import { Tally } from '../../src/listen/tally.ts';
import { virtualWatch } from '../support/changing-watch.ts';

/** The value of a series, as it is written. */
async function valueOf(metrics: Metrics, series: string): Promise<string | undefined> {
  const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${series} `));
  return line?.slice(series.length + 1);
}

/** Series of a name. */
async function seriesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

/** A watcher, and a way to have it report what no server says in a test. */
function reportingWatcher(): { watcher: PeerWatcher; report: (...lookups: readonly Partial<LookupReport>[]) => void } {
  const { watcher } = virtualWatch();
  onTestFinished(() => watcher.close());
  const listeners: ((report: RoundReport) => void)[] = [];
  const on: PeerWatcher['on'] = (event, listener, options) => {
    if (event !== 'round') return watcher.on(event, listener, options);
    listeners.push(listener);
    return () => {};
  };
  const usual = {
    name: 'a',
    type: 'A',
    outcome: 'found',
    code: undefined,
    ttlSeconds: 5,
    records: 1,
    refused: 0,
    attempts: 1,
    durationMs: 1,
  } as const;
  return {
    watcher: new Proxy(watcher, { get: (target, key) => (key === 'on' ? on : Reflect.get(target, key, target)) }),
    report: (...lookups) => {
      const full = lookups.map((lookup) => ({ ...usual, server: undefined, ...lookup }));
      for (const listener of listeners)
        listener({ number: 1, startedAtMs: 0, durationMs: 20, lookups: full, changed: false, nextDelayMs: 5_000 });
    },
  };
}

describe('what is counted of rounds', () => {
  test('questions by type, outcome and code; only an answer that is none has a code', async () => {
    const { watcher, report } = reportingWatcher();
    const metrics = openMetrics(watcher);
    report({ type: 'SRV' }, { outcome: 'absent', code: 'ENOTFOUND' }, { outcome: 'unknown', code: 'ETIMEOUT' });
    report({ type: 'SRV' });
    expect(await seriesOf(metrics, 'peerset_lookups_total')).toEqual([
      'peerset_lookups_total{type="SRV",outcome="found"} 2',
      'peerset_lookups_total{type="A",outcome="absent",code="ENOTFOUND"} 1',
      'peerset_lookups_total{type="A",outcome="unknown",code="ETIMEOUT"} 1',
    ]);
    expect(await valueOf(metrics, 'peerset_rounds_total')).toBe('2');
  });

  test('a thousand codes that nobody knows are one series', async () => {
    const { watcher, report } = reportingWatcher();
    const metrics = openMetrics(watcher);
    for (let i = 0; i < 1_000; i++) report({ outcome: 'unknown', code: `E${i}` });
    expect(await seriesOf(metrics, 'peerset_lookups_total')).toEqual([
      'peerset_lookups_total{type="A",outcome="unknown",code="other"} 1000',
    ]);
  });

  test('how long questions and looks take, in seconds', async () => {
    const { watcher, report } = reportingWatcher();
    const metrics = openMetrics(watcher);
    report({ durationMs: 0.4 }, { durationMs: 3 }, { durationMs: 9_999 });
    const name = 'peerset_lookup_duration_seconds';
    expect(await valueOf(metrics, `${name}_bucket{le="0.0005",outcome="found"}`)).toBe('1');
    expect(await valueOf(metrics, `${name}_bucket{le="0.005",outcome="found"}`)).toBe('2');
    expect(await valueOf(metrics, `${name}_bucket{le="10",outcome="found"}`)).toBe('3');
    expect(Number(await valueOf(metrics, `${name}_sum{outcome="found"}`))).toBeCloseTo(10.0024, 6);
    expect(await valueOf(metrics, 'peerset_round_duration_seconds_sum')).toBe('0.02');
  });

  test('records that were refused', async () => {
    const { watcher, report } = reportingWatcher();
    const metrics = openMetrics(watcher);
    expect(await valueOf(metrics, 'peerset_refused_records_total')).toBe('0');
    report({ refused: 2 }, { refused: 3 });
    expect(await valueOf(metrics, 'peerset_refused_records_total')).toBe('5');
  });
});

describe('what is known of peers', () => {
  test('peers, those that are missing, and changes by kind', async () => {
    const { watcher, show, showPeers } = virtualWatch({ statefulSet: 'db', replicas: 4 });
    onTestFinished(() => watcher.close());
    const metrics = openMetrics(watcher);
    await show(0, 1, 2);
    await showPeers([
      { name: 'db-0', addresses: ['10.0.9.9'], port: 27_017 },
      { name: 'db-1', addresses: ['10.0.0.1'], port: 27_018 },
    ]);
    expect(await seriesOf(metrics, 'peerset_changes_total')).toEqual([
      'peerset_changes_total{kind="join"} 3',
      'peerset_changes_total{kind="leave"} 1',
      'peerset_changes_total{kind="move"} 1',
      'peerset_changes_total{kind="update"} 1',
    ]);
    expect([await valueOf(metrics, 'peerset_peers'), await valueOf(metrics, 'peerset_peers_missing')]).toEqual(['2', '2']);
  });

  test('one phase is 1, and each problem that there is', async () => {
    const { watcher, clock } = virtualWatch({ source: { look: () => new Promise(() => {}), close() {} } });
    const metrics = openMetrics(watcher);
    await clock.advance(1_000);
    const phases = await seriesOf(metrics, 'peerset_status');
    expect(phases).toHaveLength(5);
    expect(phases.filter((line) => line.endsWith(' 1'))).toEqual(['peerset_status{phase="starting"} 1']);
    const problems = await seriesOf(metrics, 'peerset_problems');
    expect(problems).toHaveLength(11);
    expect(problems.filter((line) => line.endsWith(' 1'))).toHaveLength(watcher.status.problems.length);
    await watcher.close();
    expect(await valueOf(metrics, 'peerset_status{phase="closed"}')).toBe('1');
  });

  test('the age of the last answer is that at the scrape', async () => {
    const clock = virtualClock();
    const source = staticSource([{ name: 'db-0', addresses: ['10.0.0.1'] }]);
    const watcher = watchPeers({
      service: 'db-svc.default.svc.cluster.local',
      clock,
      source,
      pollIntervalMs: 3_600_000,
      persistent: false,
    });
    onTestFinished(() => watcher.close());
    const metrics = openMetrics(watcher);
    await clock.advance(100_000);
    const first = Number(await valueOf(metrics, 'peerset_last_answer_age_seconds'));
    await clock.advance(7_500);
    expect(Number(await valueOf(metrics, 'peerset_last_answer_age_seconds'))).toBeCloseTo(first + 7.5, 6);
  });
});

describe('collect', () => {
  test('numbers of others are read at each scrape; those that only grow are counters', async () => {
    const { watcher } = virtualWatch();
    onTestFinished(() => watcher.close());
    const metrics = openMetrics(watcher);
    const runs = new Tally(['ok', 'failed']);
    metrics.collect({ name: 'peerset_test_runs_total', help: 'Runs.', labelNames: ['result'] }, () => runs.samples());
    metrics.collect({ name: 'peerset_test_running', help: 'Whether.' }, () => []);
    runs.add('ok');
    runs.add('ok');
    const text = await metrics.text();
    expect(text).toContain('# HELP peerset_test_runs_total Runs.\n# TYPE peerset_test_runs_total counter\n');
    expect(text).toContain('peerset_test_runs_total{result="ok"} 2\npeerset_test_runs_total{result="failed"} 0\n');
    expect(text).toContain('# TYPE peerset_test_running gauge\n');
    runs.add('failed');
    expect(await seriesOf(metrics, 'peerset_test_runs_total')).toEqual([
      'peerset_test_runs_total{result="ok"} 2',
      'peerset_test_runs_total{result="failed"} 1',
    ]);
  });

  test('two commands in one process share nothing', async () => {
    const [one, other] = [virtualWatch(), virtualWatch()];
    onTestFinished(async () => void (await Promise.all([one.watcher.close(), other.watcher.close()])));
    const [metrics, others] = [openMetrics(one.watcher), openMetrics(other.watcher)];
    await one.show(0);
    expect(await valueOf(metrics, 'peerset_peers')).toBe('1');
    expect(await valueOf(others, 'peerset_peers')).toBe('0');
    expect(await metrics.text()).not.toMatch(/nodejs|process_/);
  });

  test('what a reader throws is told to whoever asks for the text', async () => {
    const { watcher } = virtualWatch();
    onTestFinished(() => watcher.close());
    const metrics = openMetrics(watcher);
    metrics.collect({ name: 'peerset_test_broken', help: 'Broken.' }, () => {
      throw new Error('broken');
    });
    await expect(metrics.text()).rejects.toThrow('broken');
  });
});
