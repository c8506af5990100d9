import type { OptionIssue, PeerIdentity } from '@peerset/core';
import { DiscoveryError, InvalidOptionsError, PeersNotReadyError } from '@peerset/core/errors';
import { ageText } from './durations.ts';
import { flagOf, inFlags } from './flag-words.ts';
import type { FlagMap } from './flag-words.ts';
import { lookupLines } from './lookup-text.ts';
import type { Paint } from './paint.ts';
import { plainLines, plainText } from './plain-text.ts';
import { shortList } from './short-list.ts';
import { wrapText } from './text-width.ts';
import { wantedText } from './wanted-text.ts';

/** How an error is explained. */
export interface ErrorStyle {
  readonly paint: Paint;
  /** Options by their path, and the flags that set them: messages name those. */
  readonly flags: FlagMap;
  /** The terminal's width. Default: lines are as long as they are. */
  readonly columns?: number | undefined;
  /** Stacks, too. Default false. */
  readonly isDebug?: boolean | undefined;
}

const MOST_LOOKUPS = 8;
/** In the log of a pod, others write, too. */
const BEGIN = 'peerset:';

/** What went wrong, for a person at stderr: text that ends with one line end. Never throws. */
export function explainError(error: unknown, style: ErrorStyle): string {
  const stack = style.isDebug === true && error instanceof Error ? plainLines(error.stack ?? '') : [];
  return [...explanation(error, style), ...stack].map((line) => `${line}\n`).join('');
}

function explanation(error: unknown, style: ErrorStyle): readonly string[] {
  const { paint, flags } = style;
  if (error instanceof InvalidOptionsError) return error.issues.map((issue) => issueLine(issue, style));
  if (error instanceof PeersNotReadyError) return notReadyLines(error, style);
  const [first = '', ...more] = plainLines(inFlags(messageOf(error), flags));
  const code = error instanceof DiscoveryError ? ` (${error.code})` : '';
  return [`${paint('bad', BEGIN)} ${first}${more.length === 0 ? code : ''}`, ...more];
}

function issueLine({ path, value, rule }: OptionIssue, { paint, flags }: ErrorStyle): string {
  // Flags take times with a unit, the options behind them milliseconds.
  const given = path.endsWith('Ms') && /^\d+$/.test(value) ? `${value} ms` : value;
  return `${paint('bad', BEGIN)} ${plainText(flagOf(path, flags))}: ${plainText(`${given} is refused, ${inFlags(rule, flags)}`)}`;
}

function notReadyLines({ wanted, snapshot, lookups, hint }: PeersNotReadyError, style: ErrorStyle): readonly string[] {
  const { paint, flags, columns = Infinity } = style;
  const { service, peers, missing } = snapshot;
  const waited = wanted.timeoutMs === 0 ? 'looked once' : `waited ${ageText(wanted.timeoutMs)}`;
  return [
    `${paint('bad', BEGIN)} ${plainText(`not ready: ${waited} for ${wantedText(wanted)} of ${service.host}`)}`,
    ...(missing.length === 0 ? [] : [`missing: ${namesOf(missing)}`]),
    `there: ${namesOf(peers)}`,
    paint('heading', 'hint:'),
    ...indented(plainText(inFlags(hint, flags)), columns),
    ...(lookups.length === 0 ? [] : ['last lookups:']),
    ...lookupLines(lookups, MOST_LOOKUPS, { columns, paint }),
  ];
}

/** Words stay whole: hints hold commands to copy. */
function indented(text: string, columns: number): readonly string[] {
  return (columns === Infinity ? [text] : wrapText(text, Math.max(1, columns - 2))).map((line) => `  ${line}`);
}

function namesOf(peers: readonly PeerIdentity[]): string {
  return plainText(shortList(peers.map(({ name }) => name)));
}

/** What an error says; of several in one, what the first says, where the whole says nothing. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) return messageOf(error.errors[0]);
  if (error instanceof Error) return error.message || error.name;
  if (typeof error === 'string') return error;
  try {
    return `thrown: ${JSON.stringify(error) ?? String(error)}`;
  } catch {
    return 'thrown: a value without a text';
  }
}
