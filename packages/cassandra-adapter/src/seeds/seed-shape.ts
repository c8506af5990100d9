import type { OptionIssue } from '@peerset/core';
import { valueText } from '../value-text.ts';
import { isAddress } from './seed-host.ts';

/** Made once: most of what is looked at is as it should be. */
export const noIssues: readonly OptionIssue[] = [];

/** What is wrong with the kinds of the values, so that what comes after may rely on the types; callers without a compiler rely on nothing. */
export function shapeIssues(input: unknown): readonly OptionIssue[] {
  if (!isRecord(input)) return [issue('input', input, 'must be an object')];
  return [
    ...declaredIssues(input['declared']),
    ...presentIssues(input['present']),
    ...textIssues('self', input['self']),
    ...['selfAddress', 'founder'].flatMap((path) => (input[path] === undefined ? [] : textIssues(path, input[path]))),
    ...['unconfirmed', 'joined', 'knownNames', 'externalSeeds'].flatMap((path) =>
      input[path] === undefined ? [] : listIssues(path, input[path], textIssues),
    ),
    ...previousIssues(input['previousAddresses']),
  ];
}

/** One broken rule, the value as a short text. */
export function issue(path: string, value: unknown, rule: string): OptionIssue {
  return { path, value: valueText(value), rule };
}

const nodeTexts = ['name', 'host', 'datacenter', 'rack'] as const;

function nodeIssues(path: string, node: unknown): readonly OptionIssue[] {
  if (!isRecord(node)) return [issue(path, node, 'must be an object')];
  const ordinal = node['ordinal'];
  const isOrdinal = ordinal === undefined || (Number.isSafeInteger(ordinal) && Number(ordinal) >= 0);
  if (isOrdinal && nodeTexts.every((key) => typeof node[key] === 'string')) return noIssues;
  return [
    ...nodeTexts.flatMap((key) => textIssues(`${path}.${key}`, node[key])),
    ...(isOrdinal ? [] : [issue(`${path}.ordinal`, ordinal, 'must be an integer, 0 or more, or undefined')]),
  ];
}

function presentIssues(present: unknown): readonly OptionIssue[] {
  if (Array.isArray(present)) return listIssues('present', present, peerIssues);
  if (isRecord(present) && Array.isArray(present['peers'])) return listIssues('present.peers', present['peers'], peerIssues);
  return [issue('present', present, 'must be a snapshot or a list of peers')];
}

function peerIssues(path: string, peer: unknown): readonly OptionIssue[] {
  if (!isRecord(peer)) return [issue(path, peer, 'must be a peer')];
  const { name, addresses } = peer;
  if (typeof name === 'string' && Array.isArray(addresses) && addresses.every(isAddressText)) return noIssues;
  return [...textIssues(`${path}.name`, name), ...listIssues(`${path}.addresses`, addresses, addressIssues)];
}

function previousIssues(previous: unknown): readonly OptionIssue[] {
  if (previous === undefined) return [];
  if (!isRecord(previous)) return [issue('previousAddresses', previous, 'must be an object of addresses by name')];
  const wrong = Object.entries(previous).filter(([, address]) => !isAddressText(address));
  return wrong.flatMap(([name, address]) => addressIssues(`previousAddresses.${name}`, address));
}

function addressIssues(path: string, address: unknown): readonly OptionIssue[] {
  return isAddressText(address) ? noIssues : [issue(path, address, 'must be an IPv4 or IPv6 address')];
}

function isAddressText(address: unknown): boolean {
  return typeof address === 'string' && isAddress(address.toLowerCase());
}

function listIssues(
  path: string,
  list: unknown,
  entryIssues: (path: string, entry: unknown) => readonly OptionIssue[],
): readonly OptionIssue[] {
  if (!Array.isArray(list)) return [issue(path, list, 'must be a list')];
  // A thousand nodes are looked through in each plan: the text of a path is only made for those that are wrong.
  return list.flatMap((entry: unknown, index) => (entryIssues('', entry).length === 0 ? noIssues : entryIssues(`${path}.${index}`, entry)));
}

/** What is wrong with a list of declared nodes. */
export function declaredIssues(declared: unknown): readonly OptionIssue[] {
  return listIssues('declared', declared, nodeIssues);
}

function textIssues(path: string, value: unknown): readonly OptionIssue[] {
  return typeof value === 'string' ? noIssues : [issue(path, value, 'must be a text')];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
