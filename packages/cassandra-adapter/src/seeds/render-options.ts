import type { OptionIssue } from '@peerset/core';
import { kindText } from '../value-text.ts';
import type { ParseYaml } from './edit-seed-yaml.ts';
import { issue } from './seed-shape.ts';

/** How the list is to be written. */
export interface RenderOptions {
  /**
   * `csv`: `a,b`, which is what `seeds` in cassandra.yaml holds. `yaml`: `seed_provider` of a cassandra.yaml, or the whole file, see `edit`.
   * `env`: the line `CASSANDRA_SEEDS=a,b` for container images. `scylla-args`: the one argument `--seeds=a,b` of ScyllaDB's image. `list`: a
   * line for each, without a line end after the last.
   */
  readonly as: 'csv' | 'yaml' | 'env' | 'scylla-args' | 'list';
  /** `storage_port` of the nodes, 1..65535. Default 7000. A seed with another port than a node's own is no seed to it. Not for `scylla-args`. */
  readonly storagePort?: number;
  /** Version of Apache Cassandra, such as `4.1` or `5.0.9`. Only from 4.0 on can a seed have a port; without a version none is written. */
  readonly version?: string;
  /**
   * For `yaml`: the text of a cassandra.yaml to change nothing but the seeds in, and `parseDocument` of the `yaml` package, 2.x. Default: only
   * `seed_provider` is written, with `SimpleSeedProvider`.
   */
  readonly edit?: { readonly text: string; readonly parseDocument: ParseYaml };
}

export const defaultStoragePort = 7_000;
const forms: readonly string[] = ['csv', 'yaml', 'env', 'scylla-args', 'list'] satisfies readonly RenderOptions['as'][];

/** What is wrong with the options; empty if nothing is. */
export function renderIssues(options: RenderOptions): readonly OptionIssue[] {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) return [issue('options', given, 'must be an object')];
  const { as, storagePort = defaultStoragePort, version, edit, ...unknown } = options;
  const isPort = Number.isInteger(storagePort) && storagePort >= 1 && storagePort <= 65_535;
  const isVersion = version === undefined || (typeof version === 'string' && /^\d+\.\d+/.test(version));
  return [
    ...(forms.includes(as) ? [] : [issue('as', as, `must be one of ${forms.join(', ')}`)]),
    ...(isPort ? [] : [issue('storagePort', storagePort, 'must be an integer, 1..65535')]),
    ...(isVersion ? [] : [issue('version', version, 'must start like 4.1')]),
    ...(as === 'scylla-args' && isPort && storagePort !== defaultStoragePort
      ? [issue('storagePort', storagePort, 'must not be given with scylla-args, whose list has no ports')]
      : []),
    ...editIssues(as, edit),
    ...Object.keys(unknown).map((path) => ({ path, value: 'given', rule: 'there is no such option' })),
  ];
}

function editIssues(as: RenderOptions['as'], edit: unknown): readonly OptionIssue[] {
  if (edit === undefined) return [];
  if (as !== 'yaml') return [issue('edit', edit, 'must not be given with another form than yaml')];
  if (typeof edit !== 'object' || edit === null) return [issue('edit', edit, 'must be an object with text and parseDocument')];
  const [text, parse]: readonly unknown[] = [Reflect.get(edit, 'text'), Reflect.get(edit, 'parseDocument')];
  return [
    // The text may hold passwords.
    ...(typeof text === 'string' ? [] : [{ path: 'edit.text', value: kindText(text), rule: 'must be a text' }]),
    ...(typeof parse === 'function' ? [] : [issue('edit.parseDocument', parse, 'must be parseDocument of the yaml package')]),
  ];
}
