import { describe, expect, test } from 'vitest';
import type { RefusedOption } from './refused-option.ts';
import { issuesOf } from './refused-option.ts';

const combinations: readonly RefusedOption[] = [
  {
    name: 'directConnection with two hosts',
    options: { directConnection: true },
    hosts: 2,
    path: 'directConnection',
    says: 'exactly one host',
  },
  { name: 'loadBalanced with two hosts', options: { loadBalanced: true }, hosts: 2, path: 'loadBalanced', says: 'exactly one host' },
  { name: 'loadBalanced with replicaSet', options: { loadBalanced: true, replicaSet: 'rs0' }, path: 'replicaSet', says: 'loadBalanced' },
  {
    name: 'loadBalanced with directConnection',
    options: { loadBalanced: true, directConnection: true },
    path: 'directConnection',
    says: 'loadBalanced',
  },
  {
    name: 'tlsInsecure with tlsAllowInvalidCertificates',
    options: { tlsInsecure: false, tlsAllowInvalidCertificates: false },
    path: 'tlsInsecure',
    says: 'tlsAllowInvalidCertificates',
  },
  {
    name: 'tlsInsecure with tlsAllowInvalidHostnames',
    options: { tlsInsecure: true, tlsAllowInvalidHostnames: true },
    path: 'tlsInsecure',
    says: 'tlsAllowInvalidHostnames',
  },
  {
    name: 'tlsInsecure with tlsDisableOCSPEndpointCheck',
    options: { tlsInsecure: true, tlsDisableOCSPEndpointCheck: true },
    path: 'tlsInsecure',
    says: 'tlsDisableOCSPEndpointCheck',
  },
  {
    name: 'tlsInsecure with tlsDisableCertificateRevocationCheck',
    options: { tlsInsecure: true, tlsDisableCertificateRevocationCheck: true },
    path: 'tlsInsecure',
    says: 'tlsDisableCertificateRevocationCheck',
  },
  {
    name: 'tlsAllowInvalidCertificates with tlsDisableOCSPEndpointCheck',
    options: { tlsAllowInvalidCertificates: true, tlsDisableOCSPEndpointCheck: true },
    path: 'tlsAllowInvalidCertificates',
    says: 'tlsDisableOCSPEndpointCheck',
  },
  {
    name: 'tlsAllowInvalidCertificates with tlsDisableCertificateRevocationCheck',
    options: { tlsAllowInvalidCertificates: true, tlsDisableCertificateRevocationCheck: true },
    path: 'tlsAllowInvalidCertificates',
    says: 'tlsDisableCertificateRevocationCheck',
  },
  {
    name: 'both tlsDisable options',
    options: { tlsDisableOCSPEndpointCheck: true, tlsDisableCertificateRevocationCheck: true },
    path: 'tlsDisableOCSPEndpointCheck',
    says: 'tlsDisableCertificateRevocationCheck',
  },
  { name: 'tls: false with a tls option', options: { tls: false, tlsCAFile: 'ca' }, path: 'tls', says: 'clear text: tlsCAFile' },
  {
    name: 'tls: false with an extra tls option',
    options: { tls: false, extraOptions: { TLSCrlFile: 'crl' } },
    path: 'tls',
    says: 'clear text: TLSCrlFile',
  },
  { name: 'proxyPort without proxyHost', options: { proxyPort: 1_080 }, path: 'proxyPort', says: 'proxyHost' },
  { name: 'a proxy user without proxyHost', options: { proxyUsername: 'u', proxyPassword: 'p' }, path: 'proxyUsername', says: 'proxyHost' },
  {
    name: 'proxyUsername without proxyPassword',
    options: { proxyHost: 'h', proxyUsername: 'u' },
    path: 'proxyUsername',
    says: 'proxyPassword',
  },
  {
    name: 'proxyPassword without proxyUsername',
    options: { proxyHost: 'h', proxyPassword: 'p' },
    path: 'proxyPassword',
    says: 'proxyUsername',
  },
  {
    name: 'readPreferenceTags without readPreference',
    options: { readPreferenceTags: [{ dc: 'a' }] },
    path: 'readPreferenceTags',
    says: 'other than primary',
  },
  {
    name: 'readPreferenceTags with primary',
    options: { readPreferenceTags: [{}], readPreference: 'primary' },
    path: 'readPreferenceTags',
    says: 'other than primary',
  },
  {
    name: 'maxStalenessSeconds without readPreference',
    options: { maxStalenessSeconds: 90 },
    path: 'maxStalenessSeconds',
    says: 'other than primary',
  },
  {
    name: 'maxStalenessSeconds below the heartbeat',
    options: { maxStalenessSeconds: 90, readPreference: 'nearest', heartbeatFrequencyMS: 80_001 },
    path: 'maxStalenessSeconds',
    says: 'heartbeatFrequencyMS',
  },
  { name: 'journal with w: 0', options: { journal: true, w: 0 }, path: 'journal', says: 'w: 0' },
  { name: 'minPoolSize above maxPoolSize', options: { minPoolSize: 6, maxPoolSize: 5 }, path: 'minPoolSize', says: 'maxPoolSize' },
  {
    name: 'minPoolSize above the default of maxPoolSize',
    options: { minPoolSize: 101 },
    path: 'minPoolSize',
    says: 'maxPoolSize, which is 100',
  },
];

describe('mongoConnectionString refuses the combination', () => {
  test.each(combinations)('$name', ({ options, path, says, hosts = 1 }) => {
    const issues = issuesOf(options, hosts);
    expect(issues.find((issue) => issue.path === path && issue.rule.includes(says))).toBeDefined();
    expect(issues.filter((issue) => issue.path !== path && !relatedPath(path, issue.path))).toEqual([]);
  });
});

test('pools may be as large as is said', () => {
  expect(issuesOf({ minPoolSize: 101, maxPoolSize: 0 }, 1)).toEqual([]);
  expect(issuesOf({ minPoolSize: 100 }, 1)).toEqual([]);
});

test('every issue is reported at once', () => {
  const options = {
    port: 0,
    tls: false,
    tlsCAFile: 'ca',
    credentials: { password: 'p' },
    extraOptions: { foo: '' },
    directConnection: true,
  };
  expect(issuesOf(options, 2).map(({ path }) => path)).toEqual([
    'port',
    'credentials.password',
    'extraOptions.foo',
    'directConnection',
    'tls',
  ]);
});

/** Half a proxy is reported from both sides. */
function relatedPath(path: string, other: string): boolean {
  return path.startsWith('proxy') && other.startsWith('proxy');
}
