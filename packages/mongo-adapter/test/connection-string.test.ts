import { DiscoveryError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import type { MongoUriOptions } from '../src/index.ts';
import { mongoConnectionString } from '../src/index.ts';
import { identity, peer, snapshot } from './color-peers.ts';

const host = (name: string, port = 27_017): string => `${name}.color-svc.default.svc.cluster.local:${port}`;
const one = [identity(0)];

describe('mongoConnectionString: hosts', () => {
  const three = `${host('color-ss-0')},${host('color-ss-1')},${host('color-ss-2')}`;
  test.each([
    { name: 'prints hosts by ordinal', peers: [identity(2), identity(0), identity(1)], want: three },
    { name: 'orders ordinals as numbers', peers: [identity(10), identity(9)], want: `${host('color-ss-9')},${host('color-ss-10')}` },
    { name: 'takes a host once', peers: [identity(0), identity(0)], want: host('color-ss-0') },
    { name: 'includes missing peers', peers: snapshot([peer(1)], [identity(0), identity(2)]), want: three },
    {
      name: 'leaves missing peers out when asked for present ones',
      peers: snapshot([peer(1)], [identity(0), identity(2)]),
      options: { include: 'present' },
      want: host('color-ss-1'),
    },
    {
      name: 'prints names in lower case, without the final dot',
      peers: [{ ...identity(0), host: 'DB-0.Color.' }],
      want: 'db-0.color:27017',
    },
    {
      name: 'prints peers without ordinal last, by name',
      peers: [{ name: 'b', ordinal: undefined, host: 'a.c' }, { name: 'a', ordinal: undefined, host: 'b.c' }, identity(4)],
      want: `${host('color-ss-4')},b.c:27017,a.c:27017`,
    },
    { name: 'prints a name that ends in .sock with its port', peers: [{ ...identity(0), host: 'a.sock' }], want: 'a.sock:27017' },
    { name: 'prints the port given', peers: one, options: { port: 27_018 }, want: host('color-ss-0', 27_018) },
    {
      name: 'accepts a peer with the same port',
      peers: [peer(0, { port: 27_018 })],
      options: { port: 27_018 },
      want: host('color-ss-0', 27_018),
    },
    {
      name: 'prints at most seven hosts',
      peers: Array.from({ length: 9 }, (_, n) => identity(n)),
      want: Array.from({ length: 7 }, (_, n) => host(`color-ss-${n}`)).join(','),
    },
    { name: 'prints at most maxHosts hosts', peers: [identity(1), identity(0)], options: { maxHosts: 1 }, want: host('color-ss-0') },
  ] as const satisfies readonly { name: string; peers: unknown; options?: MongoUriOptions; want: string }[])(
    '$name',
    ({ peers, want, ...row }) => {
      expect(mongoConnectionString(peers, 'options' in row ? row.options : {})).toBe(`mongodb://${want}/`);
    },
  );
});

describe('mongoConnectionString: options', () => {
  const rows: readonly { name: string; options: MongoUriOptions; user?: string; want: string }[] = [
    { name: 'prints a slash and no question mark without options', options: {}, want: '/' },
    { name: 'prints a slash before the question mark', options: { replicaSet: 'rs0' }, want: '/?replicaSet=rs0' },
    { name: 'prints the database', options: { database: 'caf\u00E9' }, want: '/caf%C3%A9' },
    { name: 'encodes a blank as %20 and a plus as %2B', options: { appName: 'a b+c' }, want: '/?appName=a%20b%2Bc' },
    {
      name: 'prints options in one order, whatever order they come in',
      options: {
        w: 'majority',
        extraOptions: { zz: '1', aa: '2' },
        appName: 'x',
        tls: true,
        replicaSet: 'rs0',
        credentials: { username: 'u' },
      },
      user: 'u@',
      want: '/?replicaSet=rs0&authSource=admin&appName=x&w=majority&tls=true&aa=2&zz=1',
    },
    { name: 'switches TLS on with any tls option', options: { tlsCAFile: '/ca.pem' }, want: '/?tls=true&tlsCAFile=%2Fca.pem' },
    {
      name: 'switches TLS on with an extra tls option',
      options: { extraOptions: { tlsCRLFile: 'crl' } },
      want: '/?tls=true&tlsCRLFile=crl',
    },
    { name: 'prints tls=false', options: { tls: false }, want: '/?tls=false' },
    {
      name: 'keeps the separators of lists',
      options: { readPreference: 'nearest', readPreferenceTags: [{ rack: '1', dc: 'n y' }, {}], compressors: ['zstd', 'zlib'] },
      want: '/?readPreference=nearest&readPreferenceTags=dc:n%20y,rack:1&readPreferenceTags=&compressors=zstd,zlib',
    },
    { name: 'keeps the separators of extra options', options: { extraOptions: { list: 'a:b,c d' } }, want: '/?list=a:b,c%20d' },
    { name: 'does not print the default maxStalenessSeconds', options: { maxStalenessSeconds: -1 }, want: '/' },
    { name: 'takes undefined for not given', options: JSON.parse('{}', () => ({ appName: undefined })), want: '/' },
  ];
  test.each(rows)('$name', ({ options, user = '', want }) => {
    expect(mongoConnectionString(one, options)).toBe(`mongodb://${user}${host('color-ss-0')}${want}`);
  });
});

describe('mongoConnectionString: credentials', () => {
  const rows: readonly { name: string; options: MongoUriOptions; user?: string; want: string }[] = [
    {
      name: 'encodes user and password',
      options: { credentials: { username: 'a@b', password: ':/?#[]%+ ' } },
      user: 'a%40b:%3A%2F%3F%23%5B%5D%25%2B%20@',
      want: '/?authSource=admin',
    },
    { name: 'prints a user without password', options: { credentials: { username: 'u' } }, user: 'u@', want: '/?authSource=admin' },
    {
      name: 'prints an empty password',
      options: { credentials: { username: 'u', password: '' } },
      user: 'u:@',
      want: '/?authSource=admin',
    },
    {
      name: 'does not let a database move authentication',
      options: { database: 'app', credentials: { username: 'u' } },
      user: 'u@',
      want: '/app?authSource=admin',
    },
    {
      name: 'prints the source given',
      options: { credentials: { username: 'u', authSource: 'app' } },
      user: 'u@',
      want: '/?authSource=app',
    },
    { name: 'prints a source without user', options: { credentials: { authSource: 'app' } }, want: '/?authSource=app' },
    { name: 'prints nothing for empty credentials', options: { credentials: {} }, want: '/' },
    {
      name: 'prints SCRAM with admin',
      options: { credentials: { username: 'u', password: 'p', authMechanism: 'SCRAM-SHA-256' } },
      user: 'u:p@',
      want: '/?authSource=admin&authMechanism=SCRAM-SHA-256',
    },
    {
      name: 'prints PLAIN with $external',
      options: { credentials: { username: 'u', password: 'p', authMechanism: 'PLAIN' } },
      user: 'u:p@',
      want: '/?authSource=%24external&authMechanism=PLAIN',
    },
    {
      name: 'prints X509 without user',
      options: { credentials: { authMechanism: 'MONGODB-X509' } },
      want: '/?authSource=%24external&authMechanism=MONGODB-X509',
    },
    {
      name: 'prints the properties of GSSAPI in one order',
      options: {
        credentials: {
          username: 'u@R',
          authMechanism: 'GSSAPI',
          authMechanismProperties: { CANONICALIZE_HOST_NAME: true, SERVICE_NAME: 'm' },
        },
      },
      user: 'u%40R@',
      want: '/?authSource=%24external&authMechanism=GSSAPI&authMechanismProperties=SERVICE_NAME:m,CANONICALIZE_HOST_NAME:true',
    },
    {
      name: 'encodes the colons of an audience',
      options: {
        credentials: { authMechanism: 'MONGODB-OIDC', authMechanismProperties: { ENVIRONMENT: 'azure', TOKEN_RESOURCE: 'api://a' } },
      },
      want: '/?authSource=%24external&authMechanism=MONGODB-OIDC&authMechanismProperties=ENVIRONMENT:azure,TOKEN_RESOURCE:api%3A%2F%2Fa',
    },
    {
      name: 'prints AWS without credentials',
      options: { credentials: { authMechanism: 'MONGODB-AWS' } },
      want: '/?authSource=%24external&authMechanism=MONGODB-AWS',
    },
  ];
  test.each(rows)('$name', ({ options, user = '', want }) => {
    expect(mongoConnectionString(one, options)).toBe(`mongodb://${user}${host('color-ss-0')}${want}`);
  });
});

describe('mongoConnectionString: snapshots that cannot be used', () => {
  test.each([
    { name: 'refuses an empty list', peers: [], options: {}, code: 'UNUSABLE_SNAPSHOT', says: ['list of peers is empty'] },
    {
      name: 'refuses a snapshot of nobody and says what to declare',
      peers: snapshot([]),
      options: {},
      code: 'UNUSABLE_SNAPSHOT',
      says: ['color-svc.default', 'statefulSet', 'replicas'],
    },
    {
      name: 'names the missing peers when only present ones are asked for',
      peers: snapshot([], [0, 1, 2, 3, 4].map(identity)),
      options: { include: 'present' },
      code: 'UNUSABLE_SNAPSHOT',
      says: ['color-ss-0, color-ss-1, color-ss-2 and 2 more', 'include'],
    },
    {
      name: 'refuses a peer on another port',
      peers: snapshot([peer(0), peer(1, { port: 27_018 })]),
      options: {},
      code: 'PORT_MISMATCH',
      says: ['color-ss-1', '27018', '27017'],
    },
    {
      name: 'compares with the port given',
      peers: [peer(0, { port: 27_017 })],
      options: { port: 1 },
      code: 'PORT_MISMATCH',
      says: ['27017'],
    },
  ] as const)('$name', ({ peers, options, code, says }) => {
    const error = thrown(() => mongoConnectionString(peers, options));
    expect(error).toBeInstanceOf(DiscoveryError);
    expect(error).toMatchObject({ code });
    for (const text of says) expect(String(error)).toContain(text);
  });
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
