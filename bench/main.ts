import { compareBehaviour } from './behaviour.ts';
import { isComparisons, isMeasurements, runApart, startDnsServer } from './child.ts';
import { measureColdDiscovery } from './cold-discovery.ts';
import { measureCommand } from './command.ts';
import { measureDeciding } from './deciding.ts';
import { serveDns } from './dns-server.ts';
import { WAY_NOTES, WAYS } from './followers.ts';
import { measureImportCost } from './import-cost.ts';
import { measureManyServices } from './many-services.ts';
import type { Measurement } from './measurement.ts';
import { measureMongo } from './mongo.ts';
import { comparePollCost } from './poll-cost.ts';
import { comparisonTable, machine, sum, table } from './report.ts';
import type { Comparison } from './report.ts';
import { measureSeeds } from './seeds.ts';
import { measureSettledPoll } from './settled-poll.ts';
import { measureStuckDns } from './stuck-dns.ts';

const FEW = 3;
const MANY = 1_000;

/** What is measured against a DNS server in another process, given its addresses, and what needs none. */
const MEASURED: Readonly<Record<string, (servers: readonly string[]) => Promise<readonly Measurement[]>>> = {
  'settled-few': (servers) => measureSettledPoll({ peers: FEW, servers, polls: 200, pairs: 40, warmUpPolls: 15_000, maxRatio: 1.3 }),
  'settled-many': (servers) => measureSettledPoll({ peers: MANY, servers, polls: 12, pairs: 30, warmUpPolls: 600, maxRatio: 1.15 }),
  'cold-discovery': (servers) => measureColdDiscovery({ peers: MANY, servers, pairs: 20 }),
  deciding: () => measureDeciding({ peers: 10_000, rounds: 200 }),
  'many-services': (servers) => measureManyServices({ services: MANY, servers, windows: 5, windowMs: 4_000 }),
  'stuck-dns': (servers) => measureStuckDns({ watchers: 32, servers, rounds: 3 }),
  mongo: () => measureMongo({ hosts: MANY, members: 50, rounds: 500 }),
  seeds: () => measureSeeds({ nodes: MANY, rounds: 500 }),
  import: () => measureImportCost(40),
  command: (servers) => measureCommand({ peers: FEW, servers, starts: 10, watches: 3, runMs: 10_000 }),
};

const COMPARED: Readonly<Record<string, (servers: readonly string[]) => Promise<readonly Comparison[]>>> = {
  'poll-cost': (servers) => comparePollCost({ peers: FEW, servers, polls: 100, rounds: 40 }),
  behaviour: () => compareBehaviour(),
};

/**
 * Without a part: the whole benchmark, which starts this program again for each part. One part alone, say under `--cpu-prof`:
 * `node bench/dist/main.js settled-few 127.0.0.1:53535`, with a DNS server from `node bench/dist/main.js dns-server 1000 3 1000`.
 */
const [part, ...args] = process.argv.slice(2);
process.on('uncaughtException', crash);
if (part === undefined) await runAll();
else if (part === 'dns-server') await serveDns(args.slice(1).map(Number), Number(args[0]));
else await runPart(part);

async function runAll(): Promise<void> {
  console.log(`peerset bench: ${machine()}`);
  console.log(
    'Medians of interleaved repetitions, [min..max]. A ratio is judged by its median over neighbours in time. Takes three minutes.\n',
  );
  const { servers, stop } = await startDnsServer([FEW, MANY], MANY);
  const measurements: Measurement[] = [];
  const comparisons: Comparison[] = [];
  try {
    for (const name of Object.keys(MEASURED)) measurements.push(...(await runApart(name, servers, isMeasurements)));
    for (const name of Object.keys(COMPARED)) comparisons.push(...(await runApart(name, servers, isComparisons)));
  } finally {
    stop();
  }
  console.log(table(measurements));
  console.log(`\n${sum(measurements)}. The floor is bare Node in the same run: a new Resolver that asks the same questions.\n`);
  console.log('Other ways to follow a headless Service, on the same simulated DNS:\n');
  console.log(comparisonTable(WAYS, comparisons));
  console.log(`\n${WAYS.map((way) => `${way}: ${WAY_NOTES[way]}`).join('\n')}`);
}

async function runPart(name: string): Promise<void> {
  const measurements = await MEASURED[name]?.(args);
  const comparisons = await COMPARED[name]?.(args);
  const result = measurements ?? comparisons;
  if (result === undefined) throw new Error(`there is no part ${name}`);
  if (process.send !== undefined) process.send(result, () => process.disconnect());
  else console.log(measurements === undefined ? comparisonTable(WAYS, comparisons ?? []) : table(measurements));
}

/** An error about a thousand peers prints a thousand peers. */
function crash(error: Error): void {
  console.error(`bench${part === undefined ? '' : ` ${part}`}: ${(error.stack ?? error.message).slice(0, 1_000)}`);
  process.exit(1);
}
