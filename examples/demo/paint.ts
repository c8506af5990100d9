import { styleText } from 'node:util';

/** What a piece of text is. Colour only repeats what the words say: the output reads the same without. */
export type Role = 'heading' | 'good' | 'bad' | 'quiet' | 'news';

/** Gives a piece of text the colour of its role. */
export type Paint = (role: Role, text: string) => string;

const STYLES = { heading: 'bold', good: 'green', bad: 'red', quiet: 'gray', news: 'cyan' } as const;

/** Colour for a person at a terminal who has not declined it (https://no-color.org), plain text for everything else. */
export function paintFor(stream: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>>): Paint {
  const isDeclined = (environment['NO_COLOR'] ?? '') !== '';
  if (stream.isTTY !== true || isDeclined) return (_role, text) => text;
  // Newer Nodes judge process.stdout themselves; older ones do not know this option, and do not judge.
  return (role, text) => styleText(STYLES[role], text, { validateStream: false });
}
