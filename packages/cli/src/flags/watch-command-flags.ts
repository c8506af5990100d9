import { UsageError } from '../exit-codes.ts';
import type { Flag } from './flag.ts';
import { duration, list, nonEmpty, oneOf } from './parse-value.ts';
import type { ParseValue } from './parse-value.ts';

const outputForms = ['mongo-uri', 'cassandra-seeds', 'json', 'hosts'] as const;
export type OutputForm = (typeof outputForms)[number];

/** What is done about changes. */
export const watchCommandFlags: readonly Flag[] = [
  {
    option: 'exec',
    term: '--exec <command...>',
    help: 'run this for each change, all that follows belongs to it; no shell; the change as JSON on its standard input and in PEERSET_* variables',
    parse: commandWords(),
  },
  { option: 'execTimeoutMs', term: '--exec-timeout <duration>', help: 'longest run of the command (default: 30s)', parse: duration },
  {
    option: 'write',
    term: '--write <file>',
    help: 'file that is kept as the peers are, in the form of the --as that follows; repeatable',
    parse: list(nonEmpty),
  },
  { option: 'as', term: '--as <form>', help: `${outputForms.join(', ')}: one for each --write`, parse: list(oneOf(...outputForms)) },
];

/** In the variable: a list of texts as JSON, or words. */
function commandWords(): ParseValue {
  return (text) => {
    if (!text.startsWith('[')) return text.trim().split(/\s+/);
    let words: unknown;
    try {
      words = JSON.parse(text);
    } catch {
      throw new UsageError('must be a command, or a list of texts as JSON');
    }
    if (!Array.isArray(words) || words.length === 0 || words.some((word) => typeof word !== 'string')) {
      throw new UsageError('must be a list of texts, the command first');
    }
    return words;
  };
}

/**
 * The arguments with all that follows `--exec` as its one value: a command's own flags are not ours.
 */
export function joinExec(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--exec');
  if (at === -1 || at === args.length - 1) return args;
  return [...args.slice(0, at), `--exec=${JSON.stringify(args.slice(at + 1))}`];
}
