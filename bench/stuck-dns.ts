import { Resolver } from 'node:dns/promises';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { eventLoopDelay } from './event-loop.ts';
import { wallTime } from './in-turn.ts';
import { fromPairs, fromValues } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { CLUSTER_DOMAIN, hostOf, NAMESPACE, SILENT } from './services.ts';

export interface StuckDnsOptions {
  readonly watchers: number;
  readonly servers: readonly string[];
  readonly rounds: number;
}

const TIMEOUT_MS = 2_000;
const LATE_MS = 50;

/**
 * How long a question takes that nobody answers. Many watchers ask for both address families at the same time; a question's time is that from
 * the start of its watcher to the report of its first round, seen from outside. The floor is a bare Resolver with the same timeout.
 */
export async function measureStuckDns({ watchers, servers, rounds }: StuckDnsOptions): Promise<readonly Measurement[]> {
  const floor: number[] = [];
  const ours: number[] = [];
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floor.push(...(await Promise.all(Array.from({ length: watchers }, (_, i) => giveUpBare(hostOf(`${SILENT}${i}`), servers)))));
    const { p99Ms } = await eventLoopDelay(async () => {
      ours.push(...(await Promise.all(Array.from({ length: watchers }, (_, i) => giveUp(`${SILENT}${i}`, servers)))));
    });
    delays.push(p99Ms);
  }
  const work = `stuck DNS, ${watchers} watchers, ${2 * watchers} questions at a time`;
  return [
    fromPairs(
      { work: `${work}: until each has ended (wall, the longest)`, unit: 'ms', bar: { kind: 'never-over', value: TIMEOUT_MS + LATE_MS } },
      ours.map((each, index) => ({ floor: floor[index] ?? Number.NaN, ours: each })),
    ),
    fromValues({ work: `${work}: event loop delay, p99`, unit: 'ms', bar: undefined }, delays),
  ];
}

async function giveUp(service: string, servers: readonly string[]): Promise<number> {
  let watcher: PeerWatcher | undefined;
  const ms = await wallTime(
    () =>
      new Promise<void>((resolve, reject) => {
        watcher = watchPeers({ service, namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, servers, family: 'dual' });
        watcher.once('round', ({ lookups }) => {
          if (lookups.length > 0 && lookups.every(({ outcome }) => outcome === 'unknown')) resolve();
          else reject(new Error(`a silent server has answered about ${service}`));
        });
      }),
  );
  await watcher?.close();
  return ms;
}

async function giveUpBare(host: string, servers: readonly string[]): Promise<number> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  resolver.setServers(servers);
  const given = wallTime(() => Promise.allSettled([resolver.resolve4(host, { ttl: true }), resolver.resolve6(host, { ttl: true })]));
  return given;
}
