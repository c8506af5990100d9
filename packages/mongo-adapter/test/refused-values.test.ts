import { describe, expect, test } from 'vitest';
import { InvalidOptionsError } from '@peerset/core/errors';
import { mongoConnectionString } from '../src/index.ts';
import { identity } from './color-peers.ts';
import type { RefusedOption } from './refused-option.ts';
import { issuesOf } from './refused-option.ts';

const values: readonly RefusedOption[] = [
  { name: 'credentials that are no object', options: { credentials: 'u:p' }, path: 'credentials', says: 'an object' },
  { name: 'a port of 0', options: { port: 0 }, path: 'port', says: '1..65535' },
  { name: 'a port beyond 65535', options: { port: 65_536 }, path: 'port', says: '1..65535' },
  { name: 'maxHosts 0', options: { maxHosts: 0 }, path: 'maxHosts', says: '1..' },
  { name: 'an unknown include', options: { include: 'all' }, path: 'include', says: 'members, present' },
  { name: 'an empty replicaSet', options: { replicaSet: '' }, path: 'replicaSet', says: 'empty' },
  { name: 'an empty database', options: { database: '' }, path: 'database', says: 'empty' },
  ...['/', '\\', '.', ' ', '"', '$'].map((sign) => ({
    name: `a database with ${sign}`,
    options: { database: `a${sign}b` },
    path: 'database',
    says: 'must not hold',
  })),
  { name: 'a database of 64 bytes', options: { database: '\u00E9'.repeat(32) }, path: 'database', says: '63 bytes' },
  { name: 'an appName of 129 bytes', options: { appName: `${'\u00E9'.repeat(64)}x` }, path: 'appName', says: '128 bytes' },
  { name: 'a tab in appName', options: { appName: 'a\tb' }, path: 'appName', says: 'control' },
  { name: 'a text for a number', options: { connectTimeoutMS: '100' }, path: 'connectTimeoutMS', says: 'an integer' },
  { name: 'a negative time', options: { connectTimeoutMS: -1 }, path: 'connectTimeoutMS', says: '0..' },
  { name: 'a fraction', options: { socketTimeoutMS: 0.5 }, path: 'socketTimeoutMS', says: 'an integer' },
  { name: 'more than 32 bits', options: { maxPoolSize: 2 ** 31 }, path: 'maxPoolSize', says: '2147483647' },
  { name: 'a bigint', options: { maxStalenessSeconds: 100n, readPreference: 'nearest' }, path: 'maxStalenessSeconds', says: '90..' },
  { name: 'serverSelectionTimeoutMS 0', options: { serverSelectionTimeoutMS: 0 }, path: 'serverSelectionTimeoutMS', says: '1..' },
  { name: 'a heartbeat below 500 ms', options: { heartbeatFrequencyMS: 499 }, path: 'heartbeatFrequencyMS', says: '500..' },
  { name: 'maxConnecting 0', options: { maxConnecting: 0 }, path: 'maxConnecting', says: '1..' },
  { name: 'waitQueueTimeoutMS 0', options: { waitQueueTimeoutMS: 0 }, path: 'waitQueueTimeoutMS', says: '1..' },
  {
    name: 'maxStalenessSeconds 89',
    options: { maxStalenessSeconds: 89, readPreference: 'nearest' },
    path: 'maxStalenessSeconds',
    says: '90..',
  },
  { name: 'zlibCompressionLevel 10', options: { zlibCompressionLevel: 10 }, path: 'zlibCompressionLevel', says: '-1..9' },
  { name: 'a negative w', options: { w: -1 }, path: 'w', says: '0..' },
  { name: 'a w that reads as a number', options: { w: '0x10' }, path: 'w', says: 'must be a number' },
  { name: 'a w that reads as a number elsewhere', options: { w: '\uFF14' }, path: 'w', says: 'must be a number' },
  { name: 'a blank w', options: { w: ' ' }, path: 'w', says: 'must be a number' },
  { name: 'a w that is neither', options: { w: true }, path: 'w', says: 'an integer' },
  { name: 'a text for a switch', options: { tls: 'true' }, path: 'tls', says: 'true or false' },
  { name: 'an unknown readPreference', options: { readPreference: 'Nearest' }, path: 'readPreference', says: 'primaryPreferred' },
  { name: 'an unknown readConcernLevel', options: { readConcernLevel: 'some' }, path: 'readConcernLevel', says: 'majority' },
  { name: 'an unknown compressor', options: { compressors: ['lz4'] }, path: 'compressors', says: 'zstd' },
  { name: 'a compressor twice', options: { compressors: ['zlib', 'zlib'] }, path: 'compressors', says: 'once' },
  { name: 'no compressor', options: { compressors: [] }, path: 'compressors', says: 'list' },
  {
    name: 'tags that are no list',
    options: { readPreferenceTags: 'dc:ny', readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'list of objects',
  },
  {
    name: 'tags that are no objects',
    options: { readPreferenceTags: ['dc:ny'], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'list of objects',
  },
  {
    name: 'a comma in a tag',
    options: { readPreferenceTags: [{ dc: 'a,b' }], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'must not hold',
  },
  {
    name: 'a colon in the name of a tag',
    options: { readPreferenceTags: [{ 'd:c': 'a' }], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'must not hold',
  },
  {
    name: 'a line separator in a tag',
    options: { readPreferenceTags: [{ dc: 'a\u2028b' }], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'line separator',
  },
  {
    name: 'a paragraph separator in a property',
    options: { credentials: { username: 'u', authMechanism: 'GSSAPI', authMechanismProperties: { SERVICE_NAME: 'a\u2029b' } } },
    path: 'credentials.authMechanismProperties.SERVICE_NAME',
    says: 'line separator',
  },
  {
    name: 'an empty tag',
    options: { readPreferenceTags: [{ dc: '' }], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'empty',
  },
  {
    name: 'a tag that is no text',
    options: { readPreferenceTags: [{ dc: 1 }], readPreference: 'nearest' },
    path: 'readPreferenceTags',
    says: 'strings',
  },
  { name: 'a trailing newline in a file name', options: { tlsCAFile: '/ca.pem\n' }, path: 'tlsCAFile', says: 'trim' },
  { name: 'an unknown option', options: { colour: 'red' }, path: 'colour', says: 'extraOptions' },
  { name: 'an option in another case', options: { appname: 'x' }, path: 'appname', says: 'appName' },
  { name: 'the alias ssl', options: { ssl: true }, path: 'ssl', says: 'tls' },
  { name: 'extra options that are no object', options: { extraOptions: 'a=b' }, path: 'extraOptions', says: 'object of strings' },
  {
    name: 'an extra option that has a name of its own',
    options: { extraOptions: { APPNAME: 'x' } },
    path: 'extraOptions.APPNAME',
    says: 'the option appName',
  },
  { name: 'extra credentials', options: { extraOptions: { authSource: 'x' } }, path: 'extraOptions.authSource', says: 'credentials' },
  { name: 'an extra database', options: { extraOptions: { dbName: 'x' } }, path: 'extraOptions.dbName', says: 'the option database' },
  { name: 'an extra alias of tls', options: { extraOptions: { ssl: 'true' } }, path: 'extraOptions.ssl', says: 'the option tls' },
  {
    name: 'an option of SRV strings among the extra ones',
    options: { extraOptions: { srvMaxHosts: '2' } },
    path: 'extraOptions.srvMaxHosts',
    says: 'the option srvMaxHosts',
  },
  { name: 'srvMaxHosts', options: { srvMaxHosts: 2 }, path: 'srvMaxHosts', says: 'mongoSrvConnectionString' },
  { name: 'srvServiceName', options: { srvServiceName: 'db' }, path: 'srvServiceName', says: 'mongoSrvConnectionString' },
  {
    name: 'SRV records of other domains',
    options: { extraOptions: { srvAllowedHostsSuffix: '.com' } },
    path: 'extraOptions.srvAllowedHostsSuffix',
    says: 'its own domain',
  },
  { name: 'maxAdaptiveRetries below 0', options: { maxAdaptiveRetries: -1 }, path: 'maxAdaptiveRetries', says: '0..' },
  {
    name: 'enableOverloadRetargeting as text',
    options: { enableOverloadRetargeting: 'yes' },
    path: 'enableOverloadRetargeting',
    says: 'true or',
  },
  {
    name: 'an extra option twice in different case',
    options: { extraOptions: { foo: '1', FOO: '2' } },
    path: 'extraOptions.FOO',
    says: 'once',
  },
  {
    name: 'an extra option with a strange name',
    options: { extraOptions: { 'a=b&c': '1' } },
    path: 'extraOptions.[hidden]',
    says: 'letters',
  },
  { name: 'an empty extra option', options: { extraOptions: { foo: '' } }, path: 'extraOptions.foo', says: 'empty' },
  { name: 'an extra option that is no text', options: { extraOptions: { foo: 1 } }, path: 'extraOptions.foo', says: 'a string' },
];

describe('mongoConnectionString refuses the value', () => {
  test.each(values)('$name', ({ options, path, says, hosts = 1 }) => {
    const issues = issuesOf(options, hosts);
    expect(issues.find((issue) => issue.path === path && issue.rule.includes(says))).toBeDefined();
    expect(issues.filter((issue) => issue.path !== path)).toEqual([]);
  });
});

describe('mongoConnectionString refuses hosts', () => {
  test.each([
    { name: 'an empty host', host: '' },
    { name: 'an IPv4 address', host: '10.0.0.1' },
    { name: 'a short IPv4 address', host: '0x10' },
    { name: 'an IPv6 address', host: '::1' },
    { name: 'a bracketed IPv6 address', host: '[::1]' },
    { name: 'a socket', host: '/tmp/mongodb-27017.sock' },
    { name: 'an encoded socket', host: '%2Ftmp%2Fm.sock' },
    { name: 'a host with a port', host: 'a.b:27017' },
    { name: 'two hosts in one', host: 'a.b,c.d' },
    { name: 'a blank', host: 'a b' },
    { name: 'an empty label', host: 'a..b' },
    { name: 'a label of 64 characters', host: 'a'.repeat(64) },
    {
      name: 'a name of 254 characters',
      host: Array.from({ length: 127 }, () => 'ab')
        .join('.')
        .slice(0, 254),
    },
    { name: 'a name outside ASCII', host: 'm\u00FCnchen.b' },
  ])('$name', ({ host }) => {
    expect(() => mongoConnectionString([identity(0), { ...identity(1), host }], {})).toThrow(InvalidOptionsError);
    expect(() => mongoConnectionString([identity(0), { ...identity(1), host }], {})).toThrow(/^peers\.1\.host: .*DNS name/);
  });
});
