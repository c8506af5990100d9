import type { Clock, OptionIssue } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import type { ParseYaml } from '../seeds/edit-seed-yaml.ts';
import type { RenderOptions } from '../seeds/render-options.ts';
import { renderIssues } from '../seeds/render-options.ts';
import { issue } from '../seeds/seed-shape.ts';
import type { ReloadReport } from './seed-reloader.ts';

/** Where seeds are written to, how, and who is told. */
export interface SeedFileOptions extends Omit<RenderOptions, 'edit'> {
  /** The file. A link is followed. Its folder must be writable: the new file is written beside it. */
  readonly path: string;
  /**
   * For `as: 'yaml'`: `parseDocument` of the `yaml` package. Then the file is a cassandra.yaml that is there already, and only its seeds are
   * changed. Default: the file holds nothing but the seeds.
   */
  readonly parseDocument?: ParseYaml;
  /**
   * Makes the node read its seeds again, as `nodetool reloadseeds` does (Apache Cassandra 4.0 and later). Called after a file has changed, or
   * the addresses of its seeds have, `debounceMs` later, and never twice at a time. Default: nobody is told, which is right for ScyllaDB.
   */
  readonly reload?: (signal: AbortSignal) => unknown;
  /**
   * The seeds the node has, itself left out: the addresses, or all that `nodetool getseeds` prints. Only this tells whether a reload worked:
   * `nodetool reloadseeds` ends with 0 whether it has or not. Default: not checked.
   */
  readonly getSeeds?: (signal: AbortSignal) => string | readonly string[] | Promise<string | readonly string[]>;
  /** Told what became of each reload. What it throws is an uncaught exception. */
  readonly onReload?: (report: ReloadReport) => void;
  /** From a change to the reload that serves it and all changes until then, and between tries; 0..3,600,000 ms. Default 30,000. */
  readonly debounceMs?: number;
  /** For `reload` and `getSeeds` together, 1..3,600,000 ms; then their signal aborts, and the try has failed. Default 30,000. */
  readonly timeoutMs?: number;
  /** Default: that of the machine. */
  readonly clock?: Clock;
}

const HOUR_MS = 3_600_000;

/** @throws {InvalidOptionsError} `INVALID_OPTIONS` with everything that is wrong. */
export function checkSeedFileOptions(options: SeedFileOptions): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) throw new InvalidOptionsError([issue('options', given, 'must be an object')]);
  const { path, parseDocument, reload, getSeeds, onReload, debounceMs, timeoutMs, clock, ...form } = options;
  const issues = [
    ...(typeof path === 'string' && path !== '' ? [] : [issue('path', path, 'must be the path of a file')]),
    ...('edit' in form ? [issue('edit', form.edit, 'must not be given: parseDocument says it')] : renderIssues(form)),
    ...Object.entries({ parseDocument, reload, getSeeds, onReload }).flatMap(([name, value]) =>
      value === undefined || typeof value === 'function' ? [] : [issue(name, value, 'must be a function')],
    ),
    ...(parseDocument === undefined || form.as === 'yaml'
      ? []
      : [issue('parseDocument', parseDocument, 'must not be given with another form than yaml')]),
    ...durationIssues('debounceMs', debounceMs, 0),
    ...durationIssues('timeoutMs', timeoutMs, 1),
    ...(clock === undefined || (typeof clock?.nowMs === 'function' && typeof clock.sleep === 'function')
      ? []
      : [issue('clock', clock, 'must have nowMs and sleep')]),
  ];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
}

function durationIssues(path: string, value: number | undefined, least: number): readonly OptionIssue[] {
  const isRight = value === undefined || (Number.isFinite(value) && value >= least && value <= HOUR_MS);
  return isRight ? [] : [issue(path, value, `must be a number of milliseconds, ${least}..${HOUR_MS}`)];
}
