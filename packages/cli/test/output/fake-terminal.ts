import { Writable } from 'node:stream';

/** A terminal in memory: what a person would see, and whether the cursor is shown. */
export class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  isCursorShown = true;
  /** How often something was written. */
  writes = 0;
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor({ columns = 100, rows = 24 }: { columns?: number; rows?: number } = {}) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  /** Everything from the first line on, also what has scrolled away, ended by one line end. */
  get screen(): string {
    const text = this.#lines.map((line) => line.trimEnd()).join('\n');
    return `${text.trimEnd()}\n`;
  }

  /** A window of another size; lines that are now too long are broken anew, as most terminals do. */
  resize(columns: number, rows: number): void {
    const broken = this.#lines.map((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
    this.#row = broken.slice(0, this.#row).flat().length;
    this.#lines.splice(0, this.#lines.length, ...broken.flat());
    [this.columns, this.rows] = [columns, rows];
    this.emit('resize');
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.writes += 1;
    // Escapes are what a terminal obeys.
    // oxlint-disable-next-line no-control-regex
    for (const [part] of chunk.matchAll(/\u001B\[\??[\d;]*[A-Za-z]|[\s\S]/gu)) {
      if (part.length > 1 && part.startsWith('\u001B')) this.#obey(part.slice(2));
      else this.#show(part);
    }
    done();
  }

  #obey(command: string): void {
    const count = Number.parseInt(command, 10) || 1;
    const line = this.#lines[this.#row] ?? '';
    if (command === '?25l' || command === '?25h') this.isCursorShown = command === '?25h';
    else if (command.endsWith('A')) this.#row = Math.max(0, this.#row - count);
    else if (command.endsWith('B')) this.#row = Math.min(this.#lines.length - 1, this.#row + count);
    else if (command.endsWith('G')) this.#column = count - 1;
    else if (command === '2K') this.#lines[this.#row] = '';
    else if (command === 'K') this.#lines[this.#row] = line.slice(0, this.#column);
    else if (command === 'J') this.#lines.splice(this.#row, Infinity, line.slice(0, this.#column));
    else if (!/^(?:[\d;]*m|\?2026[hl])$/.test(command)) throw new Error(`the terminal does not know ${command}`);
  }

  #show(character: string): void {
    if (character === '\n') [this.#row, this.#column] = [this.#row + 1, 0];
    else if (character === '\r') this.#column = 0;
    else if (character < ' ') throw new Error(`the terminal does not know ${JSON.stringify(character)}`);
    else {
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      this.#lines[this.#row] = `${line.slice(0, this.#column)}${character}${line.slice(this.#column + 1)}`;
      this.#column += 1;
    }
    this.#lines[this.#row] ??= '';
  }
}
