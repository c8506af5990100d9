/** What a terminal obeys or hides instead of showing it: control, format and ignorable characters, lone surrogates, line separators. */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const LINE_END = /\r\n|[\n\r\u2028\u2029]/u;

/** Text on one line that a terminal can only show: whatever it would obey is written out, `\x1B` for an escape. */
export function plainText(text: string): string {
  return text.replaceAll(NOT_SHOWN, writtenOut);
}

/** The lines of a text, each plain; tabs become two blanks. */
export function plainLines(text: string): readonly string[] {
  return text.split(LINE_END).map((line) => plainText(line.replaceAll('\t', '  ')));
}

/** JSON with what a terminal would obey as escapes of JSON: whoever parses it reads the same. Line ends stay. */
export function plainJson(json: string): string {
  return json.replaceAll(NOT_SHOWN, (character) => (character === '\n' ? character : jsonEscapes(character)));
}

function writtenOut(character: string): string {
  if (character === '\n') return String.raw`\n`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
}

function jsonEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}
