import type { PeerIdentity } from '@peerset/core';
import * as fc from 'fast-check';
import type { MongoCredentials, MongoSrvUriOptions, MongoUriOptions, UriOptionSet } from '../src/index.ts';
import { identity } from './color-peers.ts';

const anySign = fc.oneof(
  fc.constantFrom(...Array.from('@:/?#[]%+&=,; $"\'\\<>{}|^`~!*().')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const isPlain = (text: string): boolean => !/[\p{Cc}\p{Surrogate}]/u.test(text);

/** Texts full of what must be encoded. */
const text: fc.Arbitrary<string> = fc.string({ unit: anySign, minLength: 1, maxLength: 12 }).filter(isPlain);
const listText = text.map((value) => value.replaceAll(/[:,\u2028\u2029]/g, '-'));
const databaseName = text
  .map((value) => value.replaceAll(/[/\\. "$]/g, '-'))
  .filter((value) => new TextEncoder().encode(value).length <= 63);

const milliseconds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const positive = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const flag = fc.boolean();

/** Options without rules between them; what must fit together is in `groups`. */
const single = {
  appName: text,
  connectTimeoutMS: milliseconds,
  socketTimeoutMS: milliseconds,
  serverSelectionTimeoutMS: positive,
  serverMonitoringMode: fc.constantFrom('auto' as const, 'poll' as const, 'stream' as const),
  localThresholdMS: milliseconds,
  minPoolSize: fc.integer({ min: 0, max: 10 }),
  maxPoolSize: fc.integer({ min: 10, max: 100 }),
  maxConnecting: positive,
  maxIdleTimeMS: milliseconds,
  waitQueueTimeoutMS: positive,
  wTimeoutMS: milliseconds,
  retryWrites: flag,
  retryReads: flag,
  maxAdaptiveRetries: milliseconds,
  enableOverloadRetargeting: flag,
  readConcernLevel: fc.constantFrom(
    'local' as const,
    'available' as const,
    'majority' as const,
    'linearizable' as const,
    'snapshot' as const,
  ),
  compressors: fc.shuffledSubarray(['none' as const, 'snappy' as const, 'zlib' as const, 'zstd' as const], { minLength: 1 }),
  zlibCompressionLevel: fc.integer({ min: -1, max: 9 }),
  tlsCAFile: text,
  tlsCertificateKeyFile: text,
  tlsCertificateKeyFilePassword: text,
};

const tagName = listText.filter((name) => name !== '__proto__');
const reads = fc.record(
  {
    readPreference: fc.constantFrom('primaryPreferred' as const, 'secondary' as const, 'secondaryPreferred' as const, 'nearest' as const),
    readPreferenceTags: fc.array(fc.dictionary(tagName, listText, { maxKeys: 3 }), { minLength: 1, maxLength: 3 }),
    maxStalenessSeconds: fc.integer({ min: 90, max: 100_000 }),
    heartbeatFrequencyMS: fc.integer({ min: 500, max: 80_000 }),
  },
  { requiredKeys: ['readPreference'] },
);
const groups = {
  reads: fc.oneof(reads, fc.constant({}), fc.constant({ readPreference: 'primary' as const })),
  writes: fc.oneof(
    fc.record(
      {
        w: fc.oneof(
          fc.integer({ min: 1, max: 50 }),
          text.filter((name) => Number.isNaN(Number(name)) && !/\p{Nd}/u.test(name)),
        ),
        journal: flag,
      },
      { requiredKeys: [] },
    ),
    fc.constant({ w: 0 }),
  ),
  safety: fc.oneof(
    fc.record({ tlsInsecure: flag }),
    fc.record({ tlsAllowInvalidCertificates: flag, tlsAllowInvalidHostnames: flag }, { requiredKeys: [] }),
    fc.constant({ tls: true }),
  ),
  topology: fc.oneof(
    fc.constant({}),
    fc.constantFrom({ directConnection: false }, { loadBalanced: false }, { directConnection: true, maxHosts: 1 }),
    fc.constant({ loadBalanced: true, maxHosts: 1, replicaSet: undefined }),
  ),
  proxy: fc.oneof(
    fc.constant({}),
    fc.record({ proxyHost: text, proxyPort: fc.integer({ min: 1, max: 65_535 }) }, { requiredKeys: ['proxyHost'] }),
    fc.record({ proxyHost: text, proxyUsername: text, proxyPassword: text }),
  ),
};

const uriOptions: fc.Arbitrary<UriOptionSet & Pick<MongoUriOptions, 'maxHosts' | 'replicaSet'>> = fc
  .tuple(fc.record(single, { requiredKeys: [] }), groups.reads, groups.writes, groups.safety, groups.proxy, groups.topology)
  .map(([first, ...rest]) => Object.assign({}, first, ...rest));

/** What the Node driver refuses or ignores, and other drivers read. */
const foreign: fc.Arbitrary<UriOptionSet> = fc
  .tuple(
    fc.record({ timeoutMS: milliseconds, serverSelectionTryOnce: flag }, { requiredKeys: [] }),
    fc.constantFrom({}, { tlsDisableOCSPEndpointCheck: true }, { tlsDisableCertificateRevocationCheck: false }),
  )
  .map(([first, second]) => ({ ...first, ...second }));

const password = fc.oneof(text, fc.constant(''));
const credentials: fc.Arbitrary<MongoCredentials> = fc.oneof(
  fc.record({ username: text, password, authSource: databaseName }, { requiredKeys: ['username'] }),
  fc.record({
    username: text,
    password,
    authMechanism: fc.constantFrom('SCRAM-SHA-1' as const, 'SCRAM-SHA-256' as const, 'PLAIN' as const),
  }),
  fc.record({ username: text, authMechanism: fc.constant('MONGODB-X509' as const) }, { requiredKeys: ['authMechanism'] }),
  fc.record(
    {
      username: text,
      password: text,
      authMechanism: fc.constant('GSSAPI' as const),
      authMechanismProperties: fc.record(
        {
          SERVICE_NAME: listText,
          SERVICE_REALM: listText,
          SERVICE_HOST: listText,
          CANONICALIZE_HOST_NAME: fc.constantFrom(true, false, 'none' as const, 'forward' as const),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['username', 'authMechanism'] },
  ),
  fc.constant({ authMechanism: 'MONGODB-AWS' as const }),
  fc.record({
    authMechanism: fc.constant('MONGODB-OIDC' as const),
    authMechanismProperties: fc.record({
      ENVIRONMENT: fc.constant('azure' as const),
      TOKEN_RESOURCE: listText.map((value) => value.replaceAll('-', ':')),
    }),
  }),
);

export const peers: fc.Arbitrary<readonly PeerIdentity[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 9 })
  .map((ordinals) => ordinals.map(identity));

/** Options of the Node driver alone. */
const extraOptions = fc.record(
  { monitorCommands: fc.constantFrom('true', 'false'), localAddress: text, minHeartbeatFrequencyMS: milliseconds.map(String) },
  { requiredKeys: [] },
);

/** Option sets that break no rule and that the Node driver reads. */
export const legalOptions: fc.Arbitrary<MongoUriOptions> = fc
  .tuple(
    fc.record(
      {
        replicaSet: text,
        database: databaseName,
        port: fc.integer({ min: 1, max: 65_535 }),
        maxHosts: fc.integer({ min: 1, max: 12 }),
        credentials,
        extraOptions,
      },
      { requiredKeys: [] },
    ),
    uriOptions,
  )
  .map(([placed, options]) => withoutUndefined({ ...placed, ...options }));

/** Option sets that break no rule, those the Node driver refuses among them. */
export const specifiedOptions: fc.Arbitrary<MongoUriOptions> = fc.tuple(legalOptions, foreign).map(([options, more]) => {
  const { tlsInsecure: _, tlsAllowInvalidCertificates: __, ...rest } = options;
  return 'tlsDisableOCSPEndpointCheck' in more || 'tlsDisableCertificateRevocationCheck' in more
    ? { ...rest, ...more }
    : { ...options, ...more };
});

/** Option sets of `mongodb+srv` strings that break no rule and that the Node driver reads. */
export const legalSrvOptions: fc.Arbitrary<MongoSrvUriOptions> = fc
  .tuple(
    legalOptions,
    fc.record(
      { srvServiceName: fc.stringMatching(/^[a-z\d](?:[a-z\d-]{0,60}[a-z\d])?$/), srvMaxHosts: fc.integer({ min: 0, max: 9 }), tls: flag },
      { requiredKeys: [] },
    ),
  )
  .map(([options, { srvMaxHosts = 0, tls, ...name }]) => {
    const isLimitable = options.replicaSet === undefined && options.loadBalanced !== true;
    const isTlsFree = !Object.keys(options).some((key) => key.startsWith('tls'));
    const outside = { port: undefined, maxHosts: undefined, directConnection: options.directConnection === true ? undefined : false };
    const inside = { ...name, ...(isTlsFree ? { tls } : {}), srvMaxHosts: isLimitable ? srvMaxHosts : 0 };
    return withoutUndefined({ ...options, ...outside, ...inside });
  });

function withoutUndefined(options: object): MongoUriOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
