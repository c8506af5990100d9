import { copyFile } from 'node:fs/promises';
import { renderSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedFileOptions, SeedInput, SeedListPlan } from '@peerset/cassandra-adapter';
import { UsageError } from '../exit-codes.ts';
import { seedFormFlags } from '../flags/cassandra-flags.ts';
import { print } from '../stdout.ts';
import type { CommandContext } from './command-context.ts';

/** How a list is written, and where to. */
export interface SeedForm extends Omit<SeedFileOptions, 'path'> {
  /** Undefined: it is printed. */
  readonly path: string | undefined;
  readonly template: string | undefined;
}

interface Given extends Pick<SeedFileOptions, 'as' | 'storagePort' | 'version' | 'path'> {
  readonly edit: boolean;
  readonly template: string;
}

/** @throws {UsageError} for flags that do not go together; their values are checked by the adapter. */
export async function seedForm(context: CommandContext): Promise<SeedForm> {
  const { edit = false, as = 'csv', path, template, storagePort, version } = context.given<Given>(seedFormFlags);
  if (edit && (path === undefined || as !== 'yaml'))
    throw new UsageError('--edit: needs --as yaml, and --write with the cassandra.yaml to edit');
  if (template !== undefined && !edit) throw new UsageError('--template: needs --edit');
  return {
    as,
    path,
    template,
    ...(storagePort !== undefined && { storagePort }),
    ...(version !== undefined && { version }),
    ...(edit && { parseDocument: (await import('yaml')).parseDocument }),
  };
}

/** Prints or writes the list once. */
export async function handSeeds(
  context: CommandContext,
  { path, template, ...form }: SeedForm,
  { plan, input }: { readonly plan: SeedListPlan; readonly input: SeedInput },
): Promise<void> {
  if (path === undefined) {
    await print(context.io, `${renderSeeds(plan, form).trimEnd()}\n`);
    return;
  }
  if (template !== undefined) await copyFile(template, path);
  const file = writeSeedFile({ ...form, path });
  await file.write(plan, input);
  await file.close();
}
