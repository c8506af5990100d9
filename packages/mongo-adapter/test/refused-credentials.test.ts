import { describe, expect, test } from 'vitest';
import type { RefusedOption } from './refused-option.ts';
import { issuesOf } from './refused-option.ts';

const user = { username: 'u', password: 'p' };
const oidc = { authMechanism: 'MONGODB-OIDC' };

const credentials: readonly RefusedOption[] = [
  {
    name: 'SCRAM-SHA-1 without user',
    options: { authMechanism: 'SCRAM-SHA-1', password: 'p' },
    path: 'username',
    says: 'needed for SCRAM-SHA-1',
  },
  {
    name: 'SCRAM-SHA-256 without password',
    options: { authMechanism: 'SCRAM-SHA-256', username: 'u' },
    path: 'password',
    says: 'needed for SCRAM-SHA-256',
  },
  { name: 'PLAIN without user', options: { authMechanism: 'PLAIN', password: 'p' }, path: 'username', says: 'needed for PLAIN' },
  { name: 'PLAIN without password', options: { authMechanism: 'PLAIN', username: 'u' }, path: 'password', says: 'needed for PLAIN' },
  { name: 'GSSAPI without user', options: { authMechanism: 'GSSAPI' }, path: 'username', says: 'needed for GSSAPI' },
  {
    name: 'X509 with a password',
    options: { ...user, authMechanism: 'MONGODB-X509' },
    path: 'password',
    says: 'must not be given for MONGODB-X509',
  },
  {
    name: 'AWS with a user',
    options: { username: 'u', authMechanism: 'MONGODB-AWS' },
    path: 'username',
    says: 'must not be given for MONGODB-AWS',
  },
  {
    name: 'AWS with a password',
    options: { password: 'p', authMechanism: 'MONGODB-AWS' },
    path: 'password',
    says: 'must not be given for MONGODB-AWS',
  },
  {
    name: 'AWS with a session token',
    options: { authMechanism: 'MONGODB-AWS', authMechanismProperties: { AWS_SESSION_TOKEN: 't' } },
    path: 'authMechanismProperties.AWS_SESSION_TOKEN',
    says: 'must not be given',
  },
  {
    name: 'OIDC with a password',
    options: { ...oidc, username: 'u', password: 'p', authMechanismProperties: { ENVIRONMENT: 'azure', TOKEN_RESOURCE: 'r' } },
    path: 'password',
    says: 'must not be given',
  },
  { name: 'OIDC without properties', options: oidc, path: 'authMechanismProperties.ENVIRONMENT', says: 'callback' },
  {
    name: 'OIDC without ENVIRONMENT',
    options: { ...oidc, authMechanismProperties: {} },
    path: 'authMechanismProperties.ENVIRONMENT',
    says: 'needed',
  },
  {
    name: 'OIDC in an unknown environment',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'moon' } },
    path: 'authMechanismProperties.ENVIRONMENT',
    says: 'test, azure, gcp, k8s',
  },
  {
    name: 'OIDC on azure without TOKEN_RESOURCE',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'azure' } },
    path: 'authMechanismProperties.TOKEN_RESOURCE',
    says: 'ENVIRONMENT azure',
  },
  {
    name: 'OIDC on gcp without TOKEN_RESOURCE',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'gcp' } },
    path: 'authMechanismProperties.TOKEN_RESOURCE',
    says: 'ENVIRONMENT gcp',
  },
  {
    name: 'OIDC on k8s with TOKEN_RESOURCE',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'k8s', TOKEN_RESOURCE: 'r' } },
    path: 'authMechanismProperties.TOKEN_RESOURCE',
    says: 'only be given',
  },
  {
    name: 'OIDC on k8s with a user',
    options: { ...oidc, username: 'u', authMechanismProperties: { ENVIRONMENT: 'k8s' } },
    path: 'username',
    says: 'ENVIRONMENT azure',
  },
  {
    name: 'OIDC with ALLOWED_HOSTS',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'k8s', ALLOWED_HOSTS: '*' } },
    path: 'authMechanismProperties.ALLOWED_HOSTS',
    says: 'must not be given',
  },
  {
    name: 'a comma in TOKEN_RESOURCE',
    options: { ...oidc, authMechanismProperties: { ENVIRONMENT: 'gcp', TOKEN_RESOURCE: 'a,b' } },
    path: 'authMechanismProperties.TOKEN_RESOURCE',
    says: 'must not hold',
  },
  {
    name: 'an unknown CANONICALIZE_HOST_NAME',
    options: { username: 'u', authMechanism: 'GSSAPI', authMechanismProperties: { CANONICALIZE_HOST_NAME: 'maybe' } },
    path: 'authMechanismProperties.CANONICALIZE_HOST_NAME',
    says: 'forwardAndReverse',
  },
  {
    name: 'a property that is no text',
    options: { username: 'u', authMechanism: 'GSSAPI', authMechanismProperties: { SERVICE_NAME: 1 } },
    path: 'authMechanismProperties.SERVICE_NAME',
    says: 'a string',
  },
  {
    name: 'properties without a mechanism',
    options: { ...user, authMechanismProperties: { SERVICE_NAME: 'm' } },
    path: 'authMechanismProperties.SERVICE_NAME',
    says: 'without authMechanism',
  },
  {
    name: 'properties that are no object',
    options: { ...user, authMechanismProperties: 'A:b' },
    path: 'authMechanismProperties',
    says: 'an object',
  },
  {
    name: 'X509 with another source',
    options: { authMechanism: 'MONGODB-X509', authSource: 'admin' },
    path: 'authSource',
    says: '$external',
  },
  {
    name: 'GSSAPI with another source',
    options: { username: 'u', authMechanism: 'GSSAPI', authSource: 'app' },
    path: 'authSource',
    says: '$external',
  },
  { name: 'AWS with another source', options: { authMechanism: 'MONGODB-AWS', authSource: 'app' }, path: 'authSource', says: '$external' },
  {
    name: 'OIDC with another source',
    options: { ...oidc, authSource: 'app', authMechanismProperties: { ENVIRONMENT: 'k8s' } },
    path: 'authSource',
    says: '$external',
  },
  { name: 'an unknown mechanism', options: { ...user, authMechanism: 'MONGODB-CR' }, path: 'authMechanism', says: 'SCRAM-SHA-256' },
  { name: 'an empty user', options: { username: '', password: 'p' }, path: 'username', says: 'empty' },
  { name: 'a password without user', options: { password: 'p' }, path: 'password', says: 'needs a username' },
  { name: 'a password that is not set', options: { username: 'u', password: undefined }, path: 'password', says: 'leave the key out' },
  { name: 'an empty source', options: { ...user, authSource: '' }, path: 'authSource', says: 'empty' },
  { name: 'a source with a slash', options: { ...user, authSource: 'a/b' }, path: 'authSource', says: 'must not hold' },
  { name: 'a password with a trailing newline', options: { username: 'u', password: 'p\n' }, path: 'password', says: 'line break' },
  { name: 'a user with a control character', options: { username: 'u\u0000v', password: 'p' }, path: 'username', says: 'control' },
  {
    name: 'half of a surrogate pair in the password',
    options: { username: 'u', password: 'p\uD800' },
    path: 'password',
    says: 'surrogate',
  },
  { name: 'an unknown key', options: { ...user, pasword: 'p' }, path: 'pasword', says: 'authMechanismProperties' },
].map((row) => ({ ...row, options: { credentials: row.options }, path: `credentials.${row.path}` }));

describe('mongoConnectionString refuses the credentials', () => {
  test.each(credentials)('$name', ({ options, path, says, hosts = 1 }) => {
    const issues = issuesOf(options, hosts);
    expect(issues.find((issue) => issue.path === path && issue.rule.includes(says))).toBeDefined();
    expect(issues.filter((issue) => issue.path !== path)).toEqual([]);
  });
});
