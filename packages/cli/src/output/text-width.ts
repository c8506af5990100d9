import { eastAsianWidth } from 'get-east-asian-width';

const ONE_COLUMN_EACH = /^[ -~]*$/;
const NO_COLUMN = /^\p{Mn}$/u;

/** What a cut ends in, where it does not take the place of everything. */
export function cutEnd(columns: number): string {
  return columns > 3 ? '...' : '';
}

/** How many columns plain text takes, at most: a terminal that joins what belongs together needs fewer. */
export function textWidth(text: string): number {
  if (ONE_COLUMN_EACH.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Plain text in so many columns: what is cut ends in dots. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const end = cutEnd(columns);
  return `${startText(text, Math.max(0, columns - end.length))}${end}`;
}

/** Plain text on lines of so many columns, broken between words where possible. */
export function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (textWidth(line) > columns) {
      const start = startText(line, columns);
      // Not even one character fits: it is shown all the same, or this would never end.
      if (start === '') break;
      lines.push(start);
      line = line.slice(start.length);
    }
  }
  return [...lines, line];
}

/** As much of plain text as fits, without a sign that there was more. */
export function startText(text: string, columns: number): string {
  let width = 0;
  let length = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    length += character.length;
  }
  return text.slice(0, length);
}

function characterWidth(character: string): number {
  return NO_COLUMN.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}
