import { addressAsker, cachedAsker } from './followers.ts';
import type { Ask } from './followers.ts';
import { cpuPerRun, inTurn } from './in-turn.ts';
import type { Block } from './in-turn.ts';
import { spread } from './measurement.ts';
import { digits } from './report.ts';
import type { Comparison } from './report.ts';
import { serviceOf } from './services.ts';
import { settledWatcher } from './settled-watcher.ts';

/** CPU time of a poll of a small Service in which nothing changes, by each way to follow it. */
export async function comparePollCost(options: {
  peers: number;
  servers: readonly string[];
  polls: number;
  rounds: number;
}): Promise<readonly Comparison[]> {
  const { peers, servers, polls, rounds } = options;
  const subject = { service: serviceOf(peers).service, servers };
  const watcher = await settledWatcher(peers, servers);
  const works: readonly Block[] = [
    () => cpuPerRun(polls, () => watcher.refresh()),
    asking(addressAsker(subject, false), polls),
    asking(cachedAsker(subject, true), polls),
    asking(cachedAsker(subject), polls),
  ];
  const results = await inTurn(works, { rounds, warmUp: 4 });
  await watcher.close();
  const [ours = '', loop = '', fresh = '', cached = ''] = works.map(
    (_, index) => `${digits(spread(results.map((costs) => costs[index] ?? Number.NaN)).median)} us`,
  );
  return [
    {
      what: `CPU of a poll of ${peers} peers`,
      values: { peerset: ours, loop, 'keeping loop': loop, 'cacheable-lookup': `${fresh}; ${cached} from its cache` },
    },
  ];
}

function asking(ask: Ask, polls: number): Block {
  let known: readonly string[] = [];
  return () =>
    cpuPerRun(polls, async () => {
      known = await ask(known);
    });
}
