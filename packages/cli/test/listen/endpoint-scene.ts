import { connect } from 'node:net';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher, ReadyCriteria, RoundReport, WatchOptions } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import { onTestFinished } from 'vitest';
import { openEndpoints } from '../../src/listen/endpoints.ts';
import type { ListenAddress } from '../../src/listen/listen-address.ts';
import { openMetrics } from '../../src/listen/metrics.ts';
import type { Metrics } from '../../src/listen/metrics.ts';
import { recordedLog } from '../support/recorded-log.ts';

/** What differs from endpoints of a watcher of three declared peers, on a free port of 127.0.0.1. */
interface SceneOptions {
  readonly address?: Partial<ListenAddress>;
  readonly watch?: Partial<WatchOptions>;
  readonly ready?: ReadyCriteria;
  readonly metrics?: (watcher: PeerWatcher) => Metrics;
}

/** Where sockets connect to. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Endpoints of a watcher of three declared peers. */
export async function openScene({ address, watch, ready = {}, metrics = openMetrics }: SceneOptions = {}) {
  const cluster = await startCluster();
  onTestFinished(() => cluster.close());
  const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
  const set = service.statefulSet('color-ss', { replicas: 3 });
  const watcher = watchPeers({
    service: service.host,
    statefulSet: 'color-ss',
    replicas: 3,
    servers: cluster.servers,
    pollIntervalMs: 250,
    settlingIntervalMs: 100,
    lookupTimeoutMs: 300,
    leaveAfterMs: 1_000,
    ...watch,
  });
  onTestFinished(() => watcher.close());
  const rounds: RoundReport[] = [];
  watcher.on('round', (report) => void rounds.push(report));
  const log = recordedLog();
  const endpoints = await openEndpoints({
    address: { host: '127.0.0.1', port: 0, ...address },
    watcher,
    ready,
    metrics: metrics(watcher),
    log,
  });
  onTestFinished(() => endpoints.close());
  const { url } = endpoints;
  const place: Place = { host: new URL(url).hostname.replaceAll(/[[\]]/g, ''), port: Number(new URL(url).port) };
  return {
    cluster,
    set,
    watcher,
    rounds,
    log,
    endpoints,
    url,
    place,
    /** What a path says. */
    get: async (path: string) => {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

/** What a server sends until it closes. */
export async function raw(place: Place, request: string | Uint8Array): Promise<string> {
  const socket = connect(place);
  let answer = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    answer += data;
  });
  socket.on('error', () => {});
  socket.write(request);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}
