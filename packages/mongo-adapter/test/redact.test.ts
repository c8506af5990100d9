import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mongoConnectionString, redactConnectionString } from '../src/index.ts';
import { identity } from './color-peers.ts';

describe('redactConnectionString', () => {
  test.each([
    { name: 'keeps a string without secrets', uri: 'mongodb://a:1,b:1/db?w=1&tls=true', want: 'mongodb://a:1,b:1/db?w=1&tls=true' },
    { name: 'hides user and password', uri: 'mongodb://u:p@a:1/db?w=1', want: 'mongodb://***@a:1/db?w=1' },
    { name: 'hides a password that is not encoded', uri: 'mongodb://u:p@/?#s&c=d@a:1/', want: 'mongodb://***@a:1/' },
    {
      name: 'hides the password of a key file',
      uri: 'mongodb://a:1/?tlsCertificateKeyFilePassword=p&w=1',
      want: 'mongodb://a:1/?tlsCertificateKeyFilePassword=***&w=1',
    },
    {
      name: 'knows options in any case and encoding',
      uri: 'mongodb://a:1/?TLScertificatekeyfilepa%73sword=p',
      want: 'mongodb://a:1/?TLScertificatekeyfilepa%73sword=***',
    },
    {
      name: 'hides a proxy login',
      uri: 'mongodb://a:1/?proxyUsername=u&proxyPassword=p;w=1',
      want: 'mongodb://a:1/?proxyUsername=***&proxyPassword=***;w=1',
    },
    {
      name: 'hides a session token',
      uri: 'mongodb://a:1/?authMechanismProperties=A:b,AWS_SESSION_TOKEN%3At',
      want: 'mongodb://a:1/?authMechanismProperties=***',
    },
    {
      name: 'keeps other properties',
      uri: 'mongodb://a:1/?authMechanismProperties=TOKEN_RESOURCE:r',
      want: 'mongodb://a:1/?authMechanismProperties=TOKEN_RESOURCE:r',
    },
    { name: 'survives broken encoding', uri: 'mongodb://u:%zz@a:1/?password=%zz&x=%zz&y', want: 'mongodb://***@a:1/?password=***&x=%zz&y' },
    { name: 'hides too much rather than too little', uri: 'mongodb://a:1/?appName=a@b', want: 'mongodb://***@b' },
    { name: 'hides a password whose @ is encoded', uri: 'mongodb://u:p%40a:27017/db?w=1', want: 'mongodb://***?w=1' },
    { name: 'hides a password whose @ is missing', uri: 'mongodb://u:p,a:27017', want: 'mongodb://***' },
    { name: 'hides a password that looks like a port but is encoded', uri: 'mongodb://u:1%40a/', want: 'mongodb://***' },
    { name: 'keeps addresses', uri: 'mongodb://[fe80::1]:27017,10.0.0.1/', want: 'mongodb://[fe80::1]:27017,10.0.0.1/' },
    { name: 'hides the rest of a secret after an @', uri: 'mongodb://u:p@a/?proxyPassword=x@y&w=1', want: 'mongodb://***@***&w=1' },
    {
      name: 'hides the rest of a secret after an &',
      uri: 'mongodb://a/?proxyPassword=x&y&w=1&z',
      want: 'mongodb://a/?proxyPassword=***&***&w=1&z',
    },
    {
      name: 'hides properties that hold a password',
      uri: 'mongodb://a/?authMechanismProperties=PASSWORD:x',
      want: 'mongodb://a/?authMechanismProperties=***',
    },
    { name: 'takes a mongodb+srv string', uri: 'mongodb+srv://u:p@a.b.c/?tls=true', want: 'mongodb+srv://***@a.b.c/?tls=true' },
    { name: 'takes what is no connection string', uri: 'u:p@a', want: '***@a' },
    { name: 'takes an empty text', uri: '', want: '' },
  ])('$name', ({ uri, want }) => {
    expect(redactConnectionString(uri)).toBe(want);
  });

  test('hides a planted password wherever a string takes one, encoded or not', () => {
    const places: readonly ((secret: string) => string)[] = [
      (secret) => `mongodb://u:${secret}@a:1/db?w=1`,
      (secret) => `mongodb+srv://u:${secret}@a.b.c`,
      (secret) => `mongodb://u:${secret}@a:1/?proxyPassword=${secret}`,
      (secret) => `mongodb://a:1/?w=1&tlsCertificateKeyFilePassword=${secret}`,
      (secret) => `mongodb://a:1/?authMechanismProperties=AWS_SESSION_TOKEN:${secret}`,
      (secret) => `mongodb://u:${secret}%40a:1/db?w=1`,
      (secret) => `cannot connect to mongodb://u:${secret}@a:1/`,
    ];
    const noise = fc.string({ unit: fc.constantFrom(...Array.from('@:/?#[]%+,.x1 ')), maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...places), noise, noise, fc.boolean(), (place, before, after, isEncoded) => {
        const secret = `${before}PLANTED${after}`;
        const shown = redactConnectionString(place(isEncoded ? encodeURIComponent(secret) : secret));
        expect(shown).not.toContain('PLANTED');
      }),
      { numRuns: 2_000 },
    );
  });

  test('hides every secret of a string built here', () => {
    const options = {
      credentials: { username: 'planted', password: 'planted' },
      proxyHost: 'h',
      proxyUsername: 'planted',
      proxyPassword: 'planted',
      tlsCertificateKeyFilePassword: 'planted',
    };
    expect(redactConnectionString(mongoConnectionString([identity(0)], options))).not.toContain('planted');
  });
});
