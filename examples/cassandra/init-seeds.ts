import { copyFile } from 'node:fs/promises';
import { renderSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedListPlan, SeedPlan } from '@peerset/cassandra-adapter';
import { parseDocument } from 'yaml';
import { needed, SeedNode } from './seed-node.ts';
import type { Look, Say, SeedEnvironment, SeedNodeOptions } from './seed-node.ts';

/** What the init container says in its environment. */
export interface InitEnvironment extends SeedEnvironment {
  /** The cassandra.yaml of a ConfigMap, which is copied to where it can be written, and gets its seeds there. */
  readonly TEMPLATE_YAML?: string | undefined;
}

/**
 * What runs before Cassandra: waits until this node may start, and writes the seeds it may start with. There is no limit to the wait, since
 * time is no evidence. A node that seems to have lost its disk waits, too: for the operator, see the README.
 */
export async function initSeeds(
  environment: InitEnvironment,
  say: Say,
  options: SeedNodeOptions & { readonly signal?: AbortSignal } = {},
): Promise<SeedListPlan> {
  const template = needed(environment, 'TEMPLATE_YAML');
  const { signal = new AbortController().signal, ...rest } = options;
  await using node = new SeedNode(environment, rest);
  let last = '';
  for (;;) {
    const look = await node.look();
    const line = told(look.plan);
    if (line !== last) say(line);
    last = line;
    if (isStart(look)) {
      await copyFile(template, node.yamlFile);
      const file = writeSeedFile({ path: node.yamlFile, as: 'yaml', parseDocument });
      await file.write(look.plan, look.input);
      await file.close();
      return look.plan;
    }
    await node.pause(signal);
  }
}

function isStart(look: Look): look is Look & { readonly plan: SeedListPlan } {
  return look.plan.mode !== 'wait' && look.plan.mode !== 'replace-suspected';
}

function told(plan: SeedPlan): string {
  const what = plan.mode === 'wait' ? `for ${plan.waitingFor.join(', ')}` : `seeds ${renderSeeds(plan, { as: 'csv' })}`;
  return `${plan.mode}: ${plan.reason}; ${what}`;
}
