import type { ChangeRecord } from '../records/change-record.ts';

/** Names and values, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What all variables of this command begin with, secrets included. */
const OWN_PREFIX = 'PEERSET_';

/**
 * All lists together. Linux takes 128 KiB for one variable, name included, and refuses to start a process beyond that; the rest of the
 * environment and the arguments need room as well.
 */
const MOST_LIST_BYTES = 120 * 1024;

/**
 * The environment of a hook: the command's own without anything named `PEERSET_*`, so that neither a password nor a flag given by a variable
 * reaches it, and then what is said of the change:
 *
 * - `PEERSET_SERVICE`: the FQDN of the Service. `PEERSET_REVISION`: the number of the snapshot.
 * - `PEERSET_PEERS`, `PEERSET_HOSTS`: the names and FQDNs of who is there, in the same order. `PEERSET_ADDRESSES`: all their addresses, which may be
 *   more than there are peers.
 * - `PEERSET_JOINED`, `PEERSET_LEFT`, `PEERSET_MOVED`, `PEERSET_UPDATED`, `PEERSET_MISSING`: names.
 * - `PEERSET_TRUNCATED`: `true` where the lists would take more than 120 KiB together. Then none of them is set (an empty one would say that
 *   nobody is there); the standard input has everything. Otherwise `false`.
 *
 * Lists are separated by commas, and empty where there is nobody.
 */
export function hookEnvironment(record: ChangeRecord, own: Environment): Readonly<Record<string, string>> {
  const lists = listsOf(record);
  // Names, FQDNs and addresses are ASCII: a character is a byte.
  const isTruncated = Object.values(lists).reduce((sum, list) => sum + list.length, 0) > MOST_LIST_BYTES;
  return {
    ...withoutOwn(own),
    PEERSET_SERVICE: record.service,
    PEERSET_REVISION: String(record.revision),
    PEERSET_TRUNCATED: String(isTruncated),
    ...(isTruncated ? {} : lists),
  };
}

function listsOf({ peers, joined, left, moved, updated, missing }: ChangeRecord): Readonly<Record<string, string>> {
  return {
    PEERSET_PEERS: namesOf(peers),
    PEERSET_HOSTS: peers.map(({ host }) => host).join(','),
    PEERSET_ADDRESSES: peers.flatMap(({ addresses }) => addresses).join(','),
    PEERSET_JOINED: namesOf(joined),
    PEERSET_LEFT: namesOf(left),
    PEERSET_MOVED: namesOf(moved),
    PEERSET_UPDATED: namesOf(updated),
    PEERSET_MISSING: missing.join(','),
  };
}

function namesOf(peers: readonly { readonly name: string }[]): string {
  return peers.map(({ name }) => name).join(',');
}

/** All but what is named `PEERSET_*`. */
export function withoutOwn(own: Environment): Readonly<Record<string, string>> {
  const kept = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith(OWN_PREFIX));
  return Object.fromEntries(kept);
}
