import { InvalidOptionsError } from '@peerset/core/errors';
import { uriOptions } from './option-table.ts';
import type { OptionKind } from './option-table.ts';
import type { UriOptionSet } from './uri-option-set.ts';
import { hidden, shownName, shownValue } from './uri-text.ts';

/**
 * One option of a connection string from the texts of a command line, such as `retryWrites` and `true`. Lists are separated by commas; a set of
 * tags is `dc:ny,rack:1`, or nothing for any member.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a name that no option has, for a value it cannot have, and for options that are secrets:
 * other users of a machine can read command lines.
 */
export function parseUriOption(name: string, text: string): Partial<UriOptionSet> {
  const kind = new Map<string, OptionKind<unknown>>(Object.entries(uriOptions)).get(name);
  if (kind === undefined) throw refused(name, hidden, 'there is no such option');
  if (kind.isSecret) throw refused(name, hidden, 'is a secret, and must not be given like that');
  const value = readings(text).find((each) => 'texts' in kind.print(each));
  if (value !== undefined) return { [name]: value };
  const fault = kind.print(text);
  throw refused(name, shownValue(text), 'rule' in fault ? fault.rule : 'must be another value');
}

/** What a text may mean; the first that an option takes is meant. */
function readings(text: string): readonly unknown[] {
  const entries = text === '' ? [] : text.split(',');
  const tags = entries.map((entry) => entry.split(':'));
  return [
    ...(/^-?\d{1,16}$/.test(text) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    text,
    entries,
    ...(tags.every(({ length }) => length === 2) ? [[Object.fromEntries(tags)]] : []),
  ];
}

function refused(name: string, value: string, rule: string): InvalidOptionsError {
  return new InvalidOptionsError([{ path: shownName(name), value, rule }]);
}
