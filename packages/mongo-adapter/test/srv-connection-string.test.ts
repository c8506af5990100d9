import { InvalidOptionsError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import type { MongoSrvUriOptions } from '../src/index.ts';
import { mongoSrvConnectionString } from '../src/index.ts';
import { snapshot } from './color-peers.ts';

const { service } = snapshot([]);

describe('mongoSrvConnectionString', () => {
  const rows: readonly { name: string; options: MongoSrvUriOptions; user?: string; want: string }[] = [
    { name: 'prints the Service without a port, and tls=true', options: {}, want: '/?tls=true' },
    { name: 'prints tls=false where there is no TLS', options: { tls: false }, want: '/?tls=false' },
    { name: 'prints tls once with another tls option', options: { tlsCAFile: 'ca' }, want: '/?tls=true&tlsCAFile=ca' },
    { name: 'prints the name of the set first', options: { w: 1, replicaSet: 'rs0' }, want: '/?replicaSet=rs0&w=1&tls=true' },
    {
      name: 'prints the port’s name and the limit of hosts',
      options: { srvMaxHosts: 3, srvServiceName: 'db' },
      want: '/?tls=true&srvServiceName=db&srvMaxHosts=3',
    },
    {
      name: 'prints authSource, which a TXT record could set otherwise',
      options: { database: 'app', credentials: { username: 'u', password: 'p' } },
      user: 'u:p@',
      want: '/app?authSource=admin&tls=true',
    },
    { name: 'accepts directConnection: false', options: { directConnection: false }, want: '/?directConnection=false&tls=true' },
    {
      name: 'accepts srvMaxHosts 0 with replicaSet',
      options: { srvMaxHosts: 0, replicaSet: 'r' },
      want: '/?replicaSet=r&tls=true&srvMaxHosts=0',
    },
    { name: 'accepts loadBalanced', options: { loadBalanced: true }, want: '/?loadBalanced=true&tls=true' },
  ];
  test.each(rows)('$name', ({ options, user = '', want }) => {
    expect(mongoSrvConnectionString(service, options)).toBe(`mongodb+srv://${user}${service.host}${want}`);
  });

  test('prints the Service in lower case, without the final dot', () => {
    expect(mongoSrvConnectionString({ ...service, host: 'Mongo.db.svc.cluster.local.' }, {})).toBe(
      'mongodb+srv://mongo.db.svc.cluster.local/?tls=true',
    );
  });

  test.each([
    { name: 'directConnection', options: { directConnection: true }, path: 'directConnection', says: 'mongodb+srv' },
    { name: 'srvMaxHosts with replicaSet', options: { srvMaxHosts: 1, replicaSet: 'r' }, path: 'srvMaxHosts', says: 'replicaSet' },
    { name: 'srvMaxHosts with loadBalanced', options: { srvMaxHosts: 1, loadBalanced: true }, path: 'srvMaxHosts', says: 'loadBalanced' },
    { name: 'loadBalanced with replicaSet', options: { loadBalanced: true, replicaSet: 'r' }, path: 'replicaSet', says: 'loadBalanced' },
    { name: 'tls: false with a tls option', options: { tls: false, tlsCAFile: 'ca' }, path: 'tls', says: 'tlsCAFile' },
    { name: 'a port', options: { port: 27_017 }, path: 'port', says: 'DNS' },
    { name: 'maxHosts', options: { maxHosts: 3 }, path: 'maxHosts', says: 'srvMaxHosts' },
    { name: 'include', options: { include: 'present' }, path: 'include', says: 'DNS' },
    { name: 'srvMaxHosts below 0', options: { srvMaxHosts: -1 }, path: 'srvMaxHosts', says: '0..' },
    { name: 'an empty srvServiceName', options: { srvServiceName: '' }, path: 'srvServiceName', says: 'name of a port' },
    { name: 'srvServiceName with an underscore', options: { srvServiceName: '_mongodb' }, path: 'srvServiceName', says: 'name of a port' },
    { name: 'srvServiceName of 63 characters', options: { srvServiceName: 'a'.repeat(63) }, path: 'srvServiceName', says: '1..62' },
    { name: 'srvServiceName that ends in -', options: { srvServiceName: 'a-' }, path: 'srvServiceName', says: 'name of a port' },
    { name: 'a misspelt option', options: { srvmaxhosts: 1 }, path: 'srvmaxhosts', says: 'srvMaxHosts' },
    { name: 'an unknown option', options: { foo: 1 }, path: 'foo', says: 'no such option' },
  ])('refuses $name', ({ options, path, says }) => {
    const error = thrown(() => mongoSrvConnectionString(service, options));
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({ issues: [{ path, rule: expect.stringContaining(says) as string }] });
  });

  test.each([
    { name: 'an address', host: '10.0.0.1' },
    { name: 'a host with a port', host: 'mongo.db.svc.cluster.local:27017' },
    { name: 'two hosts', host: 'a.b.c,d.e.f' },
  ])('refuses $name as Service', ({ host }) => {
    expect(() => mongoSrvConnectionString({ ...service, host }, {})).toThrow(/^service\.host: .*DNS name/);
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
