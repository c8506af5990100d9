import { inspect } from 'node:util';
import { InvalidOptionsError } from '@peerset/core/errors';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mongoConnectionString } from '../src/index.ts';
import { identity, peer, snapshot } from './color-peers.ts';
import { legalOptions, peers } from './option-arbitrary.ts';

describe('mongoConnectionString', () => {
  test('gives the same bytes through restarts, moves and unready pods when replicas are declared', () => {
    const presence = fc.record({ isPresent: fc.boolean(), address: fc.ipV4() });
    fc.assert(
      fc.property(fc.array(presence, { minLength: 1, maxLength: 9 }), legalOptions, (pods, options) => {
        const present = pods.flatMap(({ isPresent, address }, ordinal) => (isPresent ? [peer(ordinal, { addresses: [address] })] : []));
        const missing = pods.flatMap(({ isPresent }, ordinal) => (isPresent ? [] : [identity(ordinal)]));
        const declared = pods.map((_, ordinal) => identity(ordinal));
        expect(mongoConnectionString(snapshot(present, missing), options)).toBe(mongoConnectionString(declared, options));
      }),
      { numRuns: 300 },
    );
  });

  test('does not depend on the order of peers or options, nor on duplicates', () => {
    fc.assert(
      fc.property(peers, legalOptions, (members, options) => {
        const reversed = Object.fromEntries(Object.entries(options).toReversed());
        expect(mongoConnectionString([...members.toReversed(), ...members], reversed)).toBe(mongoConnectionString(members, options));
      }),
      { numRuns: 300 },
    );
  });

  test('leaves its arguments as they are', () => {
    const members = Object.freeze([identity(1), identity(0)]);
    const options = Object.freeze({ w: 1, credentials: Object.freeze({ username: 'u' }) });
    mongoConnectionString(members, options);
    expect(members.map(({ ordinal }) => ordinal)).toEqual([1, 0]);
  });

  test('prints 1,000 hosts', () => {
    const members = Array.from({ length: 1_000 }, (_, ordinal) => identity(ordinal));
    expect(mongoConnectionString(members, { maxHosts: 1_000 }).split(',')).toHaveLength(1_000);
  });
});

/** A password, wherever people put one by mistake, together with a fault that makes the call fail. */
describe('mongoConnectionString never shows a planted password', () => {
  const secret = 'PLANTED';
  const rows: readonly { name: string; options: Record<string, unknown>; host?: string }[] = [
    { name: 'as password beside another fault', options: { port: 0, credentials: { username: 'u', password: secret } } },
    { name: 'with a control character in it', options: { credentials: { username: 'u', password: `${secret}\n` } } },
    { name: 'with half of a surrogate pair in it', options: { credentials: { username: 'u', password: `${secret}\uDC00` } } },
    { name: 'without a user', options: { credentials: { password: secret } } },
    { name: 'as password that is no text', options: { credentials: { username: 'u', password: { secret } } } },
    { name: 'as user with a control character', options: { credentials: { username: `${secret}\u0007` } } },
    { name: 'as credentials', options: { credentials: `u:${secret}` } },
    { name: 'under a misspelt key', options: { credentials: { username: 'u', passwd: secret } } },
    { name: 'as an option', options: { password: secret } },
    { name: 'with X509', options: { credentials: { username: 'u', password: secret, authMechanism: 'MONGODB-X509' } } },
    {
      name: 'with AWS',
      options: {
        credentials: {
          username: secret,
          password: secret,
          authMechanism: 'MONGODB-AWS',
          authMechanismProperties: { AWS_SESSION_TOKEN: secret },
        },
      },
    },
    {
      name: 'as a property',
      options: {
        credentials: { username: 'u', authMechanism: 'GSSAPI', authMechanismProperties: { PASSWORD: secret, SERVICE_NAME: `${secret},` } },
      },
    },
    {
      name: 'as TOKEN_RESOURCE',
      options: { credentials: { authMechanism: 'MONGODB-OIDC', authMechanismProperties: { ENVIRONMENT: 'k8s', TOKEN_RESOURCE: secret } } },
    },
    { name: 'as the password of a key file', options: { tlsCertificateKeyFilePassword: `${secret}\n` } },
    { name: 'as the password of a key file that is no text', options: { tlsCertificateKeyFilePassword: [secret] } },
    { name: 'as the password of a proxy', options: { proxyHost: 'h', proxyPassword: secret } },
    { name: 'as a bad password of a proxy', options: { proxyHost: 'h', proxyUsername: 'u', proxyPassword: `${secret}\u0000` } },
    { name: 'as an extra option', options: { extraOptions: { password: secret, passphrase: `${secret}\n` } } },
    { name: 'as extra options', options: { extraOptions: `password=${secret}` } },
    { name: 'in a URI given as database', options: { database: `mongodb://u:${secret}@h/` } },
    { name: 'in a host', options: {}, host: `u:${secret}@h` },
    { name: 'in a host without @', options: {}, host: `u:${secret}` },
    { name: 'in the name of an option', options: { [`password=${secret}`]: '1' } },
    { name: 'in the name of an extra option', options: { extraOptions: { [`password=${secret}`]: '1' } } },
    { name: 'in a key of credentials', options: { credentials: { username: 'u', [`u:${secret}`]: '1' } } },
    { name: 'with a port that is a whole option', options: { port: `1/?password=${secret}` } },
  ];
  test.each(rows)('$name', ({ options, host = 'h' }) => {
    const error = thrown(() => mongoConnectionString([{ ...identity(0), host }], options));
    expect(error).toBeInstanceOf(InvalidOptionsError);
    const { message, stack } = error instanceof Error ? error : new Error('nothing was thrown');
    expect([message, stack, inspect(error, { depth: 9 }), JSON.stringify(error)].join('\n')).not.toContain(secret);
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
