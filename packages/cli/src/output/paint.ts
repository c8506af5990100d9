import { styleText } from 'node:util';

/** What a piece of text is. Colour only repeats what the words say: the output reads the same without. */
export type Role = 'heading' | 'good' | 'warning' | 'bad' | 'quiet' | 'news';

/** Gives a piece of text the colour of its role. */
export type Paint = (role: Role, text: string) => string;

/** What is known of the place where text goes. */
interface Place {
  readonly isTTY?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const STYLES = { heading: 'bold', good: 'green', warning: 'yellow', bad: 'red', quiet: 'gray', news: 'cyan' } as const;

/** For text that must stay as it is. */
export const noPaint: Paint = (_role, text) => text;

/**
 * Colour for a person at a terminal, plain text for everything else. FORCE_COLOR decides before anything else (`0` and `false` decline), then
 * NO_COLOR (https://no-color.org), then TERM=dumb: the order in which Node itself reads them.
 */
export function paintFor(stream: Place, environment: Environment): Paint {
  if (!isColoured(stream, environment)) return noPaint;
  // Newer Nodes judge process.stdout themselves; older ones do not know this option, and do not judge.
  return (role, text) => (text === '' ? text : styleText(STYLES[role], text, { validateStream: false }));
}

/** Whether text that was written there can be replaced: a terminal that moves its cursor. */
export function canRedraw({ isTTY }: Place, environment: Environment): boolean {
  return isTTY === true && environment['TERM'] !== 'dumb';
}

function isColoured(stream: Place, environment: Environment): boolean {
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return (environment['NO_COLOR'] ?? '') === '' && canRedraw(stream, environment);
}
