import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openCoreDnsStage } from './coredns-stage.ts';
import { betweenMarkers, latencyTable } from './latency-table.ts';
import type { Column } from './latency-table.ts';
import { measureOutage, measureRates, measureScenarios, measureStart } from './measure.ts';
import type { Timing } from './measure.ts';
import type { Stage } from './stage.ts';
import { openTestkitStage } from './testkit-stage.ts';

/**
 * `npm run latency`: measures what docs/latency.md tells and writes it there.
 * `--trials 5` tries each thing so often, `--dry-run` only prints.
 */
export async function main(args: readonly string[], { coreDnsVersion }: { coreDnsVersion: string }): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { trials: { type: 'string' }, 'dry-run': { type: 'boolean' } } });
  const trials = Number(values.trials ?? 50);
  if (!Number.isInteger(trials) || trials < 1) throw new Error(`--trials must be a whole number of 1 or more, not ${values.trials}`);

  // What settled watchers ask is counted where nobody else asks: a log that never holds still cannot be counted.
  const [stages, quietStages] = await Promise.all([openStages(), openStages()]);
  const loopDelay = monitorEventLoopDelay();
  loopDelay.enable();
  try {
    const columns = await measure({ stages, quietStages, trials });
    const text = `${conditions({ trials, coreDnsVersion, loopDelayMs: loopDelay.percentile(99) / 1e6 })}\n\n${latencyTable(columns)}`;
    console.log(`\n${text}`);
    if (values['dry-run'] !== true) await write(text);
  } finally {
    await Promise.all([...stages, ...quietStages].map((stage) => stage.close()));
  }
}

async function openStages(): Promise<readonly Stage[]> {
  return await Promise.all([
    openTestkitStage(),
    openCoreDnsStage('CoreDNS, kubeadm since 1.32 (ttl 30, zone not cached)', { setting: 'kubeadm', ttlSeconds: 30 }),
    openCoreDnsStage('CoreDNS, EKS (ttl 5, `cache 30`)', { setting: 'classic', ttlSeconds: 5 }),
    openCoreDnsStage('CoreDNS, kubeadm before 1.32 (ttl 30, `cache 30`)', { setting: 'classic', ttlSeconds: 30 }),
  ]);
}

interface Plan {
  readonly stages: readonly Stage[];
  readonly quietStages: readonly Stage[];
  readonly trials: number;
}

async function measure({ stages, quietStages, trials }: Plan): Promise<readonly Column[]> {
  const starts: Timing[] = [];
  for (const stage of stages) starts.push(await measureStart(stage, trials));
  console.error(`latency: ${starts.length} starts measured; the rest takes about five minutes`);
  const [timings, rates] = await Promise.all([
    Promise.all(stages.map(async (stage) => await measureTimings(stage, trials))),
    Promise.all(quietStages.map(measureRates)),
  ]);
  return stages.map(({ title }, i) => ({ title, timings: [starts[i] ?? [], timings[i] ?? []].flat(), rates: rates[i] ?? [] }));
}

async function measureTimings(stage: Stage, trials: number): Promise<readonly Timing[]> {
  const scenarios = await measureScenarios(stage, trials);
  console.error(`latency: ${stage.title}: joins, moves and leaves measured`);
  // At last, because it is an outage for everyone.
  return [...scenarios, ...(await measureOutage(stage, trials))];
}

/** What the figures hold for; the delay of the event loop says how far the machine was a part of them. */
function conditions({ trials, coreDnsVersion, loopDelayMs }: { trials: number; coreDnsVersion: string; loopDelayMs: number }): string {
  return (
    `${trials} trials each, p50 / p99; default options (poll 5 s, settling 1 s, \`leaveAfterMs: 'auto'\`), three declared members unless said. ` +
    `Node ${process.versions.node}, CoreDNS ${coreDnsVersion}, ${process.platform}, ${availableParallelism()} CPUs; ` +
    `event loop delay p99 ${loopDelayMs.toFixed(0)} ms.`
  );
}

async function write(text: string): Promise<void> {
  const page = new URL('../latency.md', import.meta.url);
  await writeFile(page, betweenMarkers(await readFile(page, 'utf8'), text));
}
