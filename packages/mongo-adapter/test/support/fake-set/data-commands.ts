import { EJSON, Long } from 'bson';
import { demand } from './command-error.ts';
import type { Mongod } from './mongod.ts';
import { demandPrimary } from './reconfigure.ts';
import type { Fields, WireRequest } from './wire-message.ts';

/** `insert`, on the primary. A write that the driver sends again is not done again. */
export function insert(mongod: Mongod, { database, command }: WireRequest): Fields {
  demandWritable(mongod);
  const documents = command['documents'] as readonly Fields[];
  const retryKey = command['txnNumber'] === undefined ? undefined : text([command['lsid'], command['txnNumber']]);
  const isRepeated = retryKey !== undefined && mongod.volume.log.some((entry) => entry.retryKey === retryKey);
  const namespace = `${database}.${String(command['insert'])}`;
  const twice = isRepeated ? -1 : documents.findIndex((document) => has(mongod, namespace, document));
  // In order, up to the first that is there already.
  const taken = twice === -1 ? documents : documents.slice(0, twice);
  for (const document of isRepeated ? [] : taken) mongod.append({ namespace, document, retryKey });
  if (twice === -1) return { n: documents.length, ok: 1 };
  return { n: twice, writeErrors: [{ index: twice, code: 11_000, errmsg: `E11000 duplicate key error collection: ${namespace}` }], ok: 1 };
}

function has(mongod: Mongod, namespace: string, { _id }: Fields): boolean {
  return _id !== undefined && mongod.volume.log.some((entry) => entry.namespace === namespace && text(entry.document['_id']) === text(_id));
}

/** `find` with equality filters, and of `local.system.replset` the stored configuration with all its fields. */
export function find(mongod: Mongod, { database, command }: WireRequest): Fields {
  const namespace = `${database}.${String(command['find'])}`;
  if (namespace === 'local.system.replset')
    return cursor(namespace, mongod.volume.config === undefined ? [] : [{ ...mongod.volume.config }]);
  demandReadable(mongod, command);
  const filter = Object.entries((command['filter'] ?? {}) as Fields);
  const found = mongod.volume.log
    .filter((entry) => entry.namespace === namespace && filter.every(([key, value]) => text(entry.document[key]) === text(value)))
    .map(({ document }) => document);
  const limit = typeof command['limit'] === 'number' && command['limit'] > 0 ? command['limit'] : found.length;
  return cursor(namespace, found.slice(0, limit));
}

/** A standalone takes writes, and so does a primary. */
export function demandWritable(mongod: Mongod): void {
  if (mongod.setName !== undefined) demandPrimary(mongod);
}

function demandReadable(mongod: Mongod, command: Fields): void {
  if (mongod.setName === undefined || mongod.isPrimary) return;
  demand(mongod.state === 'SECONDARY', 'NotPrimaryOrSecondary', 'node is not in primary or recovering state');
  const preference = command['$readPreference'] as { readonly mode?: string } | undefined;
  const isAllowed = preference?.mode !== undefined && preference.mode !== 'primary';
  demand(isAllowed, 'NotPrimaryNoSecondaryOk', 'not primary and secondaryOk=false');
}

function cursor(namespace: string, firstBatch: readonly Fields[]): Fields {
  return { cursor: { id: Long.ZERO, ns: namespace, firstBatch }, ok: 1 };
}

function text(value: unknown): string {
  return EJSON.stringify(value);
}
