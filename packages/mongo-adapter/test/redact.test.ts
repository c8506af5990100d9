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
    { name: 'takes what is no connection string', uri: 'u:p@a', want: '***@a' },
    { name: 'takes an empty text', uri: '', want: '' },
  ])('$name', ({ uri, want }) => {
    expect(redactConnectionString(uri)).toBe(want);
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
