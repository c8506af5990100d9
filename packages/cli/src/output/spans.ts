import type { Paint, Role } from './paint.ts';
import { plainText } from './plain-text.ts';
import { cutEnd, startText, textWidth } from './text-width.ts';

/** A piece of a line, with or without a role. */
export type Span = string | { readonly text: string; readonly role: Role };

/** How wide a line may be, and how it gets its colour. */
export interface LineStyle {
  /** The terminal's width; Infinity in a pipe. */
  readonly columns: number;
  readonly paint: Paint;
}

interface Piece {
  readonly text: string;
  readonly role: Role | undefined;
}

/** Pieces as one line: whatever they hold, it is plain, not wider than that, and has no blanks at its end. */
export function lineOf(spans: readonly Span[], { columns, paint }: LineStyle): string {
  const pieces = withoutBlankEnd(cutPieces(withoutBlankEnd(spans.map(pieceOf)), columns));
  return pieces.map(({ text, role }) => (role === undefined ? text : paint(role, text))).join('');
}

export function textOf(span: Span): string {
  return typeof span === 'string' ? span : span.text;
}

function pieceOf(span: Span): Piece {
  return { text: plainText(textOf(span)), role: typeof span === 'string' ? undefined : span.role };
}

function cutPieces(pieces: readonly Piece[], columns: number): readonly Piece[] {
  if (pieces.reduce((sum, { text }) => sum + textWidth(text), 0) <= columns) return pieces;
  const end = cutEnd(columns);
  const fitting: Piece[] = [];
  let left = columns - end.length;
  for (const piece of pieces) {
    const text = startText(piece.text, left);
    const isCut = text !== piece.text;
    fitting.push({ ...piece, text: isCut ? `${text}${end}` : text });
    if (isCut) break;
    left -= textWidth(text);
  }
  return fitting;
}

function withoutBlankEnd(pieces: readonly Piece[]): readonly Piece[] {
  const last = pieces.findLastIndex(({ text }) => text.trimEnd() !== '');
  return pieces.slice(0, last + 1).map((piece, index) => (index === last ? { ...piece, text: piece.text.trimEnd() } : piece));
}
