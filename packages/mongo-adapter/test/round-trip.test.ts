import type { PeerIdentity } from '@peerset/core';
import * as fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';
import { describe, expect, test } from 'vitest';
import type { MongoUriOptions } from '../src/index.ts';
import { mongoConnectionString, mongoSrvConnectionString } from '../src/index.ts';
import { snapshot } from './color-peers.ts';
import { legalOptions, legalSrvOptions, peers, specifiedOptions } from './option-arbitrary.ts';

type Loose = Readonly<Record<string, unknown>>;

/** Where the driver keeps an option under another name, or as another value. */
const driverPlaces: Readonly<Record<string, (options: Loose) => unknown>> = {
  w: ({ writeConcern }) => inside(writeConcern, 'w'),
  wTimeoutMS: ({ writeConcern }) => inside(writeConcern, 'wtimeoutMS'),
  journal: ({ writeConcern }) => inside(writeConcern, 'journal'),
  readConcernLevel: ({ readConcern }) => inside(readConcern, 'level'),
  readPreference: ({ readPreference }) => inside(readPreference, 'mode'),
  maxStalenessSeconds: ({ readPreference }) => inside(readPreference, 'maxStalenessSeconds'),
  readPreferenceTags: ({ readPreference }) => asPlain(inside(readPreference, 'tags')),
  tlsCertificateKeyFilePassword: ({ passphrase }) => passphrase,
  tlsAllowInvalidCertificates: ({ rejectUnauthorized }) => rejectUnauthorized === false,
  tlsAllowInvalidHostnames: ({ checkServerIdentity }) => checkServerIdentity !== undefined,
};
const placed = new Set(['credentials', 'port', 'maxHosts', 'database', 'include', 'extraOptions']);
/** A thousand drivers take seconds to make, more on a busy machine. `PEERSET_RUNS=10000 npx vitest run round-trip` takes two. */
const runs = Number(process.env['PEERSET_RUNS'] ?? 500);
const limits = { timeout: 30_000 + runs * 30 };

describe('mongoConnectionString', () => {
  test('is read back by the driver exactly as it was given', limits, () => {
    fc.assert(
      fc.property(peers, legalOptions, (members, options) => {
        const { options: read } = new MongoClient(mongoConnectionString(members, options));
        expect(read.hosts.map(String)).toEqual(expectedHosts(members, options));
        expectOptions(read, options);
        expect(read.tls ?? false).toBe(isTlsMeant(options));
      }),
      { numRuns: runs },
    );
  });

  test('is read back by mongodb-connection-string-url with exactly the keys that were given', limits, () => {
    fc.assert(
      fc.property(peers, specifiedOptions, (members, options) => {
        const uri = mongoConnectionString(members, options);
        expect(new ConnectionString(uri).hosts).toEqual(expectedHosts(members, options));
        expectParts(uri, options, [...expectedKeys(options), ...(isTlsMeant(options) && options.tls === undefined ? ['tls'] : [])]);
      }),
      { numRuns: runs },
    );
  });

  test('holds only signs that need no quoting in a URI', limits, () => {
    fc.assert(
      fc.property(peers, specifiedOptions, (members, options) => {
        expect(mongoConnectionString(members, options)).toMatch(/^mongodb:\/\/[\w.,:@%!'()*~/-]+(?:\?[\w.,:%!'()*~&=-]+)?$/);
      }),
      { numRuns: runs },
    );
  });
});

describe('mongoSrvConnectionString', () => {
  const { service } = snapshot([]);

  test('is read back by the driver exactly as it was given', limits, () => {
    fc.assert(
      fc.property(legalSrvOptions, (options) => {
        const { options: read } = new MongoClient(mongoSrvConnectionString(service, options));
        expect([read.srvHost, read.hosts]).toEqual([service.host, []]);
        expectOptions(read, { srvServiceName: 'mongodb', srvMaxHosts: 0, tls: true, ...options });
      }),
      { numRuns: runs },
    );
  });

  test('is read back by mongodb-connection-string-url with exactly the keys that were given, and tls', limits, () => {
    fc.assert(
      fc.property(legalSrvOptions, (options) => {
        const uri = mongoSrvConnectionString(service, options);
        expect(new ConnectionString(uri)).toMatchObject({ isSRV: true, hosts: [service.host] });
        expectParts(uri, options, [...expectedKeys(options), ...(options.tls === undefined ? ['tls'] : [])]);
      }),
      { numRuns: runs },
    );
  });
});

function expectOptions(read: MongoClient['options'], options: MongoUriOptions): void {
  expect(read.dbName).toBe(options.database ?? 'test');
  expect(readCredentials(read.credentials)).toEqual(expectedCredentials(options));
  const all = asLoose(read);
  const given = Object.entries(options).filter(([name]) => !placed.has(name));
  const readBack = given.map(([name]) => [name, driverPlaces[name] ? driverPlaces[name](all) : all[name]]);
  expect(readBack).toEqual(given);
  const extra = Object.entries(options.extraOptions ?? {});
  expect(extra.map(([name]) => [name, String(all[name])])).toEqual(extra);
}

function expectParts(uri: string, options: MongoUriOptions, keys: readonly string[]): void {
  const read = new ConnectionString(uri);
  const { credentials = {} } = options;
  expect(decodeURIComponent(read.pathname)).toBe(`/${options.database ?? ''}`);
  expect(decodeURIComponent(read.username)).toBe(credentials.username ?? '');
  expect(decodeURIComponent(read.password)).toBe(credentials.password ?? '');
  expect(userinfoOf(uri)?.includes(':') ?? false).toBe(credentials.password !== undefined);
  expect([...read.searchParams.keys()].toSorted()).toEqual(keys.toSorted());
  for (const [name, value] of Object.entries(options).filter(([key]) => !placed.has(key))) {
    const want = Array.isArray(value) ? value.map((entry: unknown) => asText(entry)) : [String(value)];
    expect([name, read.searchParams.getAll(name)]).toEqual([name, name === 'compressors' ? [want.join(',')] : want]);
  }
}

/** A set of tags as the query spells it. */
function asText(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const tags = Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return tags.map(([name, tag]) => `${name}:${tag}`).join(',');
}

function isTlsMeant(options: MongoUriOptions): boolean {
  return Object.keys(options).some((name) => name.startsWith('tls'));
}

function expectedHosts(members: readonly PeerIdentity[], { port = 27_017, maxHosts = 7 }: MongoUriOptions): readonly string[] {
  const sorted = members.toSorted((a, b) => Number(a.ordinal) - Number(b.ordinal));
  return sorted.slice(0, maxHosts).map(({ host }) => `${host}:${port}`);
}

function expectedCredentials({ credentials }: MongoUriOptions): unknown {
  if (credentials === undefined) return undefined;
  const { username = '', password = '', authSource, authMechanism = 'DEFAULT', authMechanismProperties = {} } = credentials;
  const isExternal = !['DEFAULT', 'SCRAM-SHA-1', 'SCRAM-SHA-256'].includes(authMechanism);
  return {
    username,
    password,
    source: authSource ?? (isExternal ? '$external' : 'admin'),
    mechanism: authMechanism,
    properties: withTypes(authMechanismProperties),
  };
}

function readCredentials(read: MongoClient['options']['credentials']): unknown {
  if (read === undefined) return undefined;
  const { ALLOWED_HOSTS: _, ...properties } = read.mechanismProperties;
  return { username: read.username, password: read.password ?? '', source: read.source, mechanism: read.mechanism, properties };
}

/** The driver turns the texts `true` and `false` of properties into booleans. */
function withTypes(properties: object): unknown {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, value === 'true' ? true : value === 'false' ? false : value]),
  );
}

function expectedKeys(options: MongoUriOptions): readonly string[] {
  const { credentials } = options;
  const names = Object.keys(options).filter((name) => !placed.has(name) && name !== 'readPreferenceTags');
  return [
    ...names,
    ...(options.readPreferenceTags ?? []).map(() => 'readPreferenceTags'),
    ...Object.keys(options.extraOptions ?? {}),
    ...(credentials ? ['authSource'] : []),
    ...(credentials?.authMechanism ? ['authMechanism'] : []),
    ...(Object.keys(credentials?.authMechanismProperties ?? {}).length > 0 ? ['authMechanismProperties'] : []),
  ];
}

function userinfoOf(uri: string): string | undefined {
  return /^mongodb(?:\+srv)?:\/\/([^/@]*)@/.exec(uri)?.[1];
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? asLoose(value)[key] : undefined;
}

function asLoose(value: object): Loose {
  return Object.fromEntries(Object.entries(value));
}

/** The driver's tags have no prototype. */
function asPlain(tags: unknown): unknown {
  return Array.isArray(tags) ? tags.map((set: object) => Object.fromEntries(Object.entries(set))) : tags;
}
