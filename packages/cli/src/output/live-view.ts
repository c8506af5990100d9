import type { Problem, Status } from '@peerset/core';
import { ageText, secondsText, tookText } from './durations.ts';
import { inFlags } from './flag-words.ts';
import type { FlagMap } from './flag-words.ts';
import { liveRows, mostTelling, peerStates, rowCells, rowColumns } from './live-rows.ts';
import type { LiveRow, PeerState } from './live-rows.ts';
import type { LiveState } from './live-state.ts';
import type { Paint } from './paint.ts';
import { plainText } from './plain-text.ts';
import { lineOf } from './spans.ts';
import type { LineStyle, Span } from './spans.ts';
import { tableLines } from './table.ts';
import { wrapText } from './text-width.ts';

/** What a view is made for. */
export interface LiveFrame {
  readonly nowMs: number;
  readonly columns: number;
  /** Lines of the terminal, of which the last stays free: the cursor is there. */
  readonly rows: number;
  readonly paint: Paint;
  /** Hints name these flags instead of options. Default: none. */
  readonly flags?: FlagMap | undefined;
  /** Nothing comes after it. */
  readonly isLast: boolean;
}

/** Heading, counts and the line about looks. */
const FIXED_LINES = 3;
/** On fewer lines, empty ones would take the place of peers. */
const LEAST_SPACE_FOR_GAPS = 10;

/** A Service as a person sees it: lines that fit the terminal, whatever there is to show. */
export function liveView(state: LiveState, frame: LiveFrame): string {
  const space = Math.max(1, frame.rows - 1);
  const rows = liveRows(state, frame.nowMs);
  const { snapshot, status } = state;
  const heading: readonly Span[] = [{ text: snapshot.service.host, role: 'heading' }];
  const head = [heading, [phaseSpan(status, frame.nowMs), '; ', ...countSpans(rows)]].map((spans) => lineOf(spans, frame));
  const foot = lineOf([{ text: lookText(state, frame), role: 'quiet' }], frame);
  const gap = space < LEAST_SPACE_FOR_GAPS ? [] : [''];
  const most = space - FIXED_LINES - 2 * gap.length;
  const problems = problemLines(status.problems, Math.floor(most / 2), frame);
  const table = rowLines(rows, most - problems.length, frame);
  const body = [...head, ...problems, ...(table.length === 0 ? [] : gap), ...table, ...gap];
  return [...body.slice(0, space - 1), foot].join('\n');
}

function phaseSpan({ phase, lastAnswerAtMs }: Status, nowMs: number): Span {
  switch (phase) {
    case 'starting':
      return { text: 'starting: no answer yet', role: 'warning' };
    case 'settling':
      return { text: 'settling: something is in motion', role: 'news' };
    case 'settled':
      return { text: 'settled', role: 'good' };
    case 'stale':
      return lastAnswerAtMs === undefined
        ? { text: 'stale: known from an earlier run, no answer yet', role: 'bad' }
        : { text: `stale: no answer for ${ageText(nowMs - lastAnswerAtMs)}`, role: 'bad' };
    default:
      return { text: 'closed', role: 'quiet' };
  }
}

function countSpans(rows: readonly LiveRow[]): readonly Span[] {
  const [present = 0, unconfirmed = 0, missing = 0, left = 0] = (['present', 'unconfirmed', 'missing', 'left'] as const).map((state) =>
    countOf(rows, state),
  );
  const peers = present + unconfirmed;
  return [
    `${peers} ${peers === 1 ? 'peer' : 'peers'}`,
    ...(missing > 0 ? [', ', { text: `${missing} missing`, role: 'bad' } as const] : []),
    ...(unconfirmed > 0 ? [', ', { text: `${unconfirmed} unconfirmed`, role: 'warning' } as const] : []),
    ...(left > 0 ? [', ', { text: `${left} left a moment ago`, role: 'quiet' } as const] : []),
  ];
}

function lookText({ look, openedAtMs }: LiveState, { nowMs, isLast }: LiveFrame): string {
  if (look === undefined) return `first look under way for ${secondsText(nowMs - openedAtMs)}`;
  const { endedAtMs, questions, durationMs, nextDelayMs } = look;
  const asked = `${questions} ${questions === 1 ? 'question' : 'questions'}, ${tookText(durationMs)}`;
  const last = `last look ${secondsText(nowMs - endedAtMs)} ago (${asked})`;
  if (isLast) return last;
  const leftMs = endedAtMs + nextDelayMs - nowMs;
  return leftMs > 0 ? `${last}, next look in ${secondsText(leftMs)}` : `${last}, looking now`;
}

/** Each problem and its hint, wrapped; where there is less room, on one line each; at last the messages alone, as many as there is room for. */
function problemLines(problems: readonly Problem[], most: number, frame: LiveFrame): readonly string[] {
  if (problems.length === 0 || most < 1) return [];
  const columns = Math.max(1, frame.columns - 2);
  const hintOf = ({ hint }: Problem): string => plainText(inFlags(hint, frame.flags ?? {}));
  const wrapped = problems.flatMap((problem) => [
    ...wrapText(messageOf(problem), columns).map((text, index) => messageSpan(text, index === 0)),
    ...wrapText(hintOf(problem), columns).map(hintSpan),
  ]);
  const messages = problems.map((problem) => messageSpan(messageOf(problem), true));
  const pairs = problems.flatMap((problem, index) => [messages[index] ?? '', hintSpan(hintOf(problem))]);
  const rest = problems.length - most + 1;
  const spans = [wrapped, pairs, messages].find(({ length }) => length <= most) ?? [
    ...messages.slice(0, most - 1),
    messageSpan(`${rest} ${most === 1 ? 'problems' : 'more problems'}`, true),
  ];
  return spans.map((span) => lineOf([span], frame));
}

function messageOf({ code, message }: Problem): string {
  return plainText(`${code}: ${message}`);
}

function messageSpan(text: string, isFirst: boolean): Span {
  return { text: `${isFirst ? '!' : ' '} ${text}`, role: 'bad' };
}

function hintSpan(text: string): Span {
  return `  ${text}`;
}

function rowLines(rows: readonly LiveRow[], space: number, frame: LiveFrame & LineStyle): readonly string[] {
  // A head without rows, and rows without a head, tell nothing.
  if (rows.length === 0 || space < 2) return [];
  const room = space - 1;
  const shown = mostTelling(rows, rows.length <= room ? room : room - 1);
  const lines = tableLines(
    rowColumns,
    shown.map((row) => rowCells(row, frame.nowMs)),
    frame,
  );
  return shown.length === rows.length ? lines : [...lines, lineOf([{ text: leftOutText(rows, shown), role: 'quiet' }], frame)];
}

function leftOutText(rows: readonly LiveRow[], shown: readonly LiveRow[]): string {
  const counts = peerStates.map((state) => ({ state, left: countOf(rows, state) - countOf(shown, state) })).filter(({ left }) => left > 0);
  return `and ${rows.length - shown.length} more: ${counts.map(({ state, left }) => `${left} ${state}`).join(', ')}`;
}

function countOf(rows: readonly LiveRow[], state: PeerState): number {
  return rows.filter((row) => row.state === state).length;
}
