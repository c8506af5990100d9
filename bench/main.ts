import { measureApart, startDnsServer } from './child.ts';
import { measureColdDiscovery } from './cold-discovery.ts';
import { measureDeciding } from './deciding.ts';
import { serveDns } from './dns-server.ts';
import { measureImportCost } from './import-cost.ts';
import type { Measurement } from './measurement.ts';
import { machine, sum, table } from './report.ts';
import { measureSettledPoll } from './settled-poll.ts';

const FEW = 3;
const MANY = 1_000;

/**
 * Without a part: the whole benchmark, which starts this program again for each part. One part alone, say under `--cpu-prof`:
 * `node bench/dist/main.js settled-few 127.0.0.1:53535`, with a DNS server from `node bench/dist/main.js dns-server 3 1000`.
 */
const [part, ...args] = process.argv.slice(2);
process.on('uncaughtException', crash);
switch (part) {
  case undefined:
    await runAll();
    break;
  case 'dns-server':
    await serveDns(args.map(Number));
    break;
  case 'settled-few':
    report(await measureSettledPoll({ peers: FEW, servers: args, polls: 300, pairs: 30, maxRatio: 1.3 }));
    break;
  case 'settled-many':
    report(await measureSettledPoll({ peers: MANY, servers: args, polls: 12, pairs: 30, maxRatio: 1.15 }));
    break;
  case 'cold-discovery':
    report(await measureColdDiscovery({ peers: MANY, servers: args, pairs: 20 }));
    break;
  case 'deciding':
    report(await measureDeciding({ peers: 10_000, rounds: 200 }));
    break;
  default:
    throw new Error(`there is no part ${part}`);
}

async function runAll(): Promise<void> {
  console.log(`peerset bench: ${machine()}`);
  console.log(
    'Medians of interleaved repetitions, [min..max]. A ratio is judged by its median over neighbouring pairs. Takes about a minute.\n',
  );
  const { servers, stop } = await startDnsServer([FEW, MANY]);
  const measurements: Measurement[] = [];
  try {
    for (const name of ['settled-few', 'settled-many', 'cold-discovery']) measurements.push(...(await measureApart(name, servers)));
  } finally {
    stop();
  }
  measurements.push(...(await measureApart('deciding', [])), await measureImportCost(20));
  console.log(table(measurements));
  console.log(`\n${sum(measurements)}. The floor is bare Node in the same run: a new Resolver that asks the same questions.`);
}

/** To the benchmark that started this part, or to the person who did. */
function report(measurements: readonly Measurement[]): void {
  if (process.send === undefined) console.log(table(measurements));
  else process.send(measurements, () => process.disconnect());
}

/** An error about a thousand peers prints a thousand peers. */
function crash(error: Error): void {
  console.error(`bench${part === undefined ? '' : ` ${part}`}: ${(error.stack ?? error.message).slice(0, 1_000)}`);
  process.exit(1);
}
