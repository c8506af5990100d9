import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '@peerset/core';
import { hideCursor } from './cursor-guard.ts';
import { plainLines } from './plain-text.ts';
import { textWidth } from './text-width.ts';

/** A terminal: a stream that knows its size, and tells `resize`. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Whether it takes no more for now, as a terminal does that is stopped (Ctrl-S). */
  readonly writableNeedDrain?: boolean | undefined;
}

/** The size to make a text for. */
interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  /** The text stays on the screen. */
  readonly isLast: boolean;
}

/** What is shown, where, and by which clock. */
export interface FrameOptions {
  readonly stream: TerminalStream;
  readonly clock: Clock;
  /** Lines that fit the size. */
  readonly render: (size: FrameSize) => string;
}

type LogUpdate = ReturnType<(typeof import('log-update'))['createLogUpdate']>;

const LEAST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** What is kept of the lines that are to stand above while the terminal is stopped. */
const MOST_ABOVE = 1_000;
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/**
 * A text at the end of a terminal that is replaced where it stands: when asked to, and once a second, since ages grow; at most ten times a
 * second. It does not keep the process alive.
 */
export class TerminalFrame {
  readonly #options: FrameOptions;
  readonly #closed = new AbortController();
  readonly #showCursor: () => void;
  /** Lines that are to stand above. */
  #above: string[] = [];
  /** Undefined until it is loaded: until then nothing is on the screen. */
  #update: LogUpdate | undefined;
  #shown = '';
  #shownColumns = 0;
  #isRedrawWanted = false;
  #pause = new AbortController();

  constructor(options: FrameOptions) {
    this.#options = options;
    const { stream } = options;
    this.#showCursor = hideCursor(stream, {
      // What else is written at the end, such as a stack, stands below the text: replacing it now would wipe that out.
      onExit: () => stream.write(this.#takeAbove()),
      onResume: () => {
        this.#forget();
        this.redraw();
      },
    });
    stream.on('resize', this.redraw);
    void this.#run();
  }

  /** Makes the text anew, soon. */
  readonly redraw = (): void => {
    this.#isRedrawWanted = true;
    this.#pause.abort();
  };

  /** Puts a line above the text, where it stays. What a terminal would obey in it is written out; line ends are kept. */
  above(line: string): void {
    if (this.#closed.signal.aborted) {
      this.#options.stream.write(`${plainLines(line).join('\n')}\n`);
      return;
    }
    this.#above = [...this.#above, ...plainLines(line)].slice(-MOST_ABOVE);
    this.redraw();
  }

  /** Makes the text for the last time, and leaves it on the screen. Idempotent. */
  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#pause.abort();
    this.#options.stream.off('resize', this.redraw);
    this.#draw(true);
    this.#forget();
    this.#showCursor();
  }

  async #run(): Promise<void> {
    const { createLogUpdate } = await import('log-update');
    const { stream, clock } = this.#options;
    const { signal } = this.#closed;
    if (signal.aborted) return;
    // The cursor of the stream at hand is the guard's: log-update would hide that of stderr.
    this.#update = createLogUpdate(stream, { showCursor: true });
    while (!signal.aborted) {
      this.#isRedrawWanted = false;
      this.#draw(false);
      await clock.sleep(LEAST_PAUSE_MS, signal).catch(() => {});
      if (signal.aborted) return;
      this.#pause = new AbortController();
      if (!this.#isRedrawWanted) await clock.sleep(LONGEST_PAUSE_MS - LEAST_PAUSE_MS, this.#pause.signal).catch(() => {});
    }
  }

  #draw(isLast: boolean): void {
    const { stream, render } = this.#options;
    // It gets the newest text when it goes on, and not all that it has missed.
    if (!isLast && stream.writableNeedDrain === true) return;
    const { columns = USUAL_COLUMNS, rows = USUAL_ROWS } = stream;
    const text = render({ columns, rows, isLast });
    const above = this.#takeAbove();
    if (this.#update === undefined) {
      stream.write(`${above}${text}\n`);
      return;
    }
    if (columns < this.#shownColumns) this.#wipeReflowed(columns, rows);
    else if (above !== '') this.#update.clear();
    stream.write(above);
    this.#update(text);
    this.#shown = text;
    this.#shownColumns = columns;
  }

  /** A terminal that got narrower has broken the lines anew: the text takes more of them than log-update would wipe. */
  #wipeReflowed(columns: number, rows: number): void {
    const lines = stripVTControlCharacters(this.#shown).split('\n');
    const height = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
    this.#options.stream.write(`\u001B[${Math.max(1, Math.min(height, rows - 1))}A\r\u001B[J`);
    this.#forget();
  }

  /** What is on the screen stays there. */
  #forget(): void {
    this.#update?.done();
    this.#shownColumns = 0;
  }

  #takeAbove(): string {
    const lines = this.#above.map((line) => `${line}\n`);
    this.#above = [];
    return lines.join('');
  }
}
