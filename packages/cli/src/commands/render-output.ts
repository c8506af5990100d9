import type { PeerWatcher, Snapshot } from '@peerset/core';
import type { OutputForm } from '../flags/watch-command-flags.ts';
import { formatSnapshot } from '../output/formats.ts';
import { noPaint } from '../output/paint.ts';
import type { FileOutput } from '../write/file-output.ts';
import type { CommandContext } from './command-context.ts';

/** Only its owner reads a file with a password. */
const SECRET_MODE = 0o600;

/** A file of `--write` in the form of its `--as`. Loads and checks what that form needs. */
export async function openOutput(
  context: CommandContext,
  watcher: PeerWatcher,
  { path, form }: { path: string; form: OutputForm },
): Promise<FileOutput> {
  if (form === 'mongo-uri') return { path, mode: SECRET_MODE, render: await mongoRender(context) };
  if (form === 'cassandra-seeds') return { path, render: await seedRender(context, watcher) };
  return { path, render: (snapshot) => formatSnapshot(snapshot, form, noPaint) };
}

async function mongoRender(context: CommandContext): Promise<FileOutput['render']> {
  const { uriOfSnapshot } = await import('./mongo-uri.ts');
  const uriOf = uriOfSnapshot(context);
  return (snapshot: Snapshot) => `${uriOf(snapshot)}\n`;
}

/** A plan that waits leaves the file as it is. */
async function seedRender(context: CommandContext, watcher: PeerWatcher): Promise<FileOutput['render']> {
  const { planSeeds, renderSeeds } = await import('@peerset/cassandra-adapter');
  const { openSeedInput } = await import('./seed-input.ts');
  const input = await openSeedInput(context, watcher);
  return async () => {
    const plan = planSeeds(await input());
    return plan.mode === 'wait' ? undefined : `${renderSeeds(plan, { as: 'csv' })}\n`;
  };
}
