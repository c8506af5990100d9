import type { Paint, Role } from './paint.ts';

/** The printed page: who writes here has no escape codes and no column arithmetic to think of. */
export interface Page {
  title(text: string): void;
  /** Running text, wrapped. */
  text(text: string): void;
  /** The heading of a step and its reason. */
  step(heading: string, why: string): void;
  /** Something that happened, `atMs` after the start. */
  event(atMs: number, event: PageEvent): void;
  /** A labelled sentence, wrapped. */
  result(label: string, text: string, role?: Role): void;
  /** Labelled lines, kept as they are. */
  list(label: string, lines: readonly string[]): void;
  table(header: readonly string[], rows: readonly (readonly string[])[]): void;
}

export interface PageEvent {
  readonly kind: string;
  readonly text: string;
  readonly role: Role;
}

const COLUMNS = 96;
const INDENT = '   ';
const LABEL_COLUMNS = 11;
const TIME_COLUMNS = 8;

export function openPage(write: (text: string) => void, paint: Paint): Page {
  const line = (text = ''): void => write(`${text}\n`);
  const block = (text: string, indent: string): void => wrap(text, COLUMNS - indent.length).forEach((each) => line(indent + each));
  const labelled = (label: string, lines: readonly string[], role?: Role): void => {
    lines.forEach((each, i) => {
      line(`${INDENT}${paint('quiet', (i === 0 ? label : '').padEnd(LABEL_COLUMNS))}${role === undefined ? each : paint(role, each)}`);
    });
  };
  return {
    title: (text) => line(paint('heading', text)),
    text(text) {
      line();
      block(text, '');
    },
    step(heading, why) {
      line();
      line(paint('heading', heading));
      block(why, INDENT);
    },
    event(atMs, { kind, text, role }) {
      const time = `${(atMs / 1_000).toFixed(2)} s`.padStart(TIME_COLUMNS);
      const indent = INDENT + ' '.repeat(TIME_COLUMNS + LABEL_COLUMNS + 2);
      const [first, ...rest] = wrap(text, COLUMNS - indent.length);
      line(`${INDENT}${paint('quiet', time)}  ${paint(role, kind.padEnd(LABEL_COLUMNS))}${first ?? ''}`);
      rest.forEach((each) => line(indent + each));
    },
    result: (label, text, role) => labelled(label, wrap(text, COLUMNS - INDENT.length - LABEL_COLUMNS), role),
    list: (label, lines) => labelled(label, lines),
    table(header, rows) {
      const widths = header.map((title, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length), title.length));
      // The first two columns are words, the others numbers.
      const cells = (row: readonly string[]): string =>
        row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ');
      line();
      line(INDENT + paint('heading', cells(header).trimEnd()));
      for (const row of rows) line(INDENT + cells(row).trimEnd());
    },
  };
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current];
}
