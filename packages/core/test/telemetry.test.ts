import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ChannelListener } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { watchPeers } from '../src/index.ts';
import type { TelemetryMessages } from '../src/index.ts';
import { peer, scriptedSource, watchScript } from './scripted-source.ts';
import { simulate } from './simulation/simulate.ts';
import { toldByProcess } from './told-by-process.ts';

const SECOND = 1_000;
const [zero, one] = [peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2')];

const subscriptions: (readonly [name: string, listener: ChannelListener])[] = [];
afterEach(() => {
  for (const [name, listener] of subscriptions.splice(0)) unsubscribe(name, listener);
});

/** Subscribes until the end of the test. */
function hear<K extends keyof TelemetryMessages>(name: K, listener: (message: TelemetryMessages[K]) => void): void {
  const heard: ChannelListener = (message) => listener(message as TelemetryMessages[K]);
  subscribe(name, heard);
  subscriptions.push([name, heard]);
}

describe('telemetry', () => {
  test('publishes rounds, changes and status, each frozen and with its Service, before the listeners hear of it', async () => {
    const heard: string[] = [];
    hear('peerset:round', (message) =>
      heard.push(`published round ${message.report.number} of ${message.service.host} ${Object.isFrozen(message)}`),
    );
    hear('peerset:change', ({ change }) => heard.push(`published +${change.joined.map(({ name }) => name).join()}`));
    hear('peerset:status', ({ status, previous }) => heard.push(`published ${previous.phase} -> ${status.phase}`));
    const { clock, source, watcher } = watchScript();
    for (const event of ['change', 'status', 'round'] as const) watcher.on(event, () => void heard.push(event));
    source.show(zero);
    await clock.advance(0);
    expect(heard).toEqual([
      'published +db-0',
      'change',
      'published starting -> settling',
      'status',
      'published round 1 of color-svc.default.svc.cluster.local true',
      'round',
    ]);
    await watcher.close();
  });

  test('tells the watchers of a process apart by their Service', async () => {
    const hosts: string[] = [];
    hear('peerset:change', ({ service, change }) => hosts.push(`${service.host} ${change.snapshot.revision}`));
    const { clock, source, watcher } = watchScript();
    const second = scriptedSource();
    const other = watchPeers({
      service: 'other-svc.default.svc.cluster.local',
      clock,
      source: second,
      random: () => 0.5,
      persistent: false,
    });
    source.show(zero);
    second.show(one);
    await clock.advance(0);
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    expect(hosts.toSorted()).toEqual([
      'color-svc.default.svc.cluster.local 1',
      'color-svc.default.svc.cluster.local 2',
      'other-svc.default.svc.cluster.local 1',
    ]);
    await Promise.all([watcher.close(), other.close()]);
  });

  test('publishes the lookups of a round whose records were refused, and nothing where none were', async () => {
    const refused: TelemetryMessages['peerset:refused'][] = [];
    hear('peerset:refused', (message) => refused.push(message));
    const simulation = simulate();
    await simulation.clock.advance(10 * SECOND);
    expect(refused).toEqual([]);
    simulation.world.fault({ kind: 'foreign-address', addresses: ['127.0.0.1'], mode: 'add', count: 1 });
    await simulation.clock.advance(10 * SECOND);
    const { host } = simulation.watcher.snapshot.service;
    expect(refused).toMatchObject([{ service: { host }, lookups: [{ name: host, type: 'A', refused: 1 }] }]);
    await simulation.close();
  });

  test('makes no report where nobody listens or subscribes', async () => {
    const published = (['round', 'change', 'status', 'refused'] as const).map((name) => vi.spyOn(channel(`peerset:${name}`), 'publish'));
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    await clock.advance(60 * SECOND);
    for (const spy of published) expect(spy).not.toHaveBeenCalled();
    await watcher.close();
  });

  test('publishes nothing after close', async () => {
    const heard = vi.fn<() => void>();
    const { clock, source, watcher } = watchScript({ statefulSet: 'db', replicas: 1 });
    watcher.once('change', () => void watcher.close());
    for (const name of ['peerset:status', 'peerset:round'] as const) hear(name, heard);
    source.show(zero);
    await clock.advance(60 * SECOND);
    expect(heard).not.toHaveBeenCalled();
    expect(watcher.status.phase).toBe('closed');
  });

  test('a subscriber that throws stops neither the watcher nor others; the process sees its error', async () => {
    const rounds = vi.fn<() => void>();
    const uncaught = await toldByProcess('uncaughtException', async () => {
      let isFirst = true;
      hear('peerset:round', () => {
        if (isFirst) {
          isFirst = false;
          throw new Error('the subscriber is broken');
        }
      });
      hear('peerset:round', rounds);
      const { clock, watcher } = watchScript();
      const listener = vi.fn<() => void>();
      watcher.on('round', listener);
      await clock.advance(5 * SECOND);
      expect(listener).toHaveBeenCalledTimes(6);
      await watcher.close();
    });
    expect(uncaught).toMatchObject([{ message: 'the subscriber is broken' }]);
    expect(rounds).toHaveBeenCalledTimes(6);
  });
});
