import { InvalidOptionsError } from '@peerset/core/errors';

/** What is asked of a document of the `yaml` package. */
export interface YamlDocument {
  /** What is wrong with the text; empty for a document that can be used. */
  readonly errors: readonly unknown[];
  /** The node at a path; undefined where there is none. */
  getIn(path: readonly (string | number)[], keepScalar: boolean): unknown;
  /** The document as plain values. */
  toJS(): unknown;
}

/** `parseDocument` of the `yaml` package, 2.x. */
export type ParseYaml = (text: string) => YamlDocument;

interface Scalar {
  readonly value: unknown;
  readonly type: string;
  readonly range: readonly [start: number, end: number, ...more: number[]];
}

/** Where `seeds` stands: parameters as a list, as in the file that Cassandra comes with, or without. */
const seedPaths: readonly (readonly (string | number)[])[] = [
  ['seed_provider', 0, 'parameters', 0, 'seeds'],
  ['seed_provider', 0, 'parameters', 'seeds'],
  ['seed_provider', 'parameters', 0, 'seeds'],
  ['seed_provider', 'parameters', 'seeds'],
];
const lineTypes: readonly string[] = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'];

/**
 * A cassandra.yaml with another seed list. Only the value changes: every other byte, comments and line ends included, stays as it is, and the
 * result is read again before it is given out.
 *
 * @param seeds - The list as it is to be read back. Must need no escapes inside double quotes.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` where the text is no YAML, has no `seeds` of its own, or would say something else too. No
 *   part of the text is in the message: it may hold passwords.
 */
export function editSeedYaml(text: string, seeds: string, parseDocument: ParseYaml): string {
  const before = read(text, parseDocument);
  for (const path of seedPaths) {
    const scalar = before.getIn(path, true);
    if (!isLine(scalar)) continue;
    const edited = replaced(text, scalar.range, `"${seeds}"`);
    if (plain(read(edited, parseDocument)) === withSeeds(before, path, seeds)) return edited;
    throw refusal('must hold seeds in a value of their own: something else changes with them');
  }
  throw refusal('must have seed_provider with parameters and, on one line, seeds');
}

function read(text: string, parseDocument: ParseYaml): YamlDocument {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw refusal('must be one YAML document without errors');
  return document;
}

function replaced(text: string, [start, end]: Scalar['range'], value: string): string {
  const before = text[start - 1] === ':' ? ' ' : '';
  const after = text[end] === '#' ? ' ' : '';
  return `${text.slice(0, start)}${before}${value}${after}${text.slice(end)}`;
}

function plain(document: YamlDocument): string {
  try {
    return JSON.stringify(document.toJS());
  } catch {
    // Aliases that would fill the memory.
    throw refusal('must be one YAML document without errors');
  }
}

/** The document as it must read afterwards. */
function withSeeds(document: YamlDocument, path: readonly (string | number)[], seeds: string): string {
  const root: unknown = JSON.parse(plain(document));
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), root);
  if (isObject(parent)) Reflect.set(parent, 'seeds', seeds);
  return JSON.stringify(root);
}

function isLine(node: unknown): node is Scalar {
  if (!isObject(node) || !('value' in node) || !('type' in node) || !('range' in node)) return false;
  const isText = typeof node.value === 'string' || node.value === null;
  return isText && typeof node.type === 'string' && lineTypes.includes(node.type) && Array.isArray(node.range);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function refusal(rule: string): InvalidOptionsError {
  return new InvalidOptionsError([{ path: 'edit.text', value: 'the text', rule }]);
}
