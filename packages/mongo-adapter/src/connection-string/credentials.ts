import type { OptionIssue } from '@peerset/core';
import type { AuthMechanism, AuthMechanismProperties, MechanismRule } from './auth-mechanism.ts';
import { mechanismNames, mechanismRule, printProperties, propertyIssues } from './auth-mechanism.ts';
import { databaseName } from './option-table.ts';
import { hidden, shownName, shownValue, textFault } from './uri-text.ts';

/** Who logs in, and how. Rules: the authentication specification of the drivers. */
export interface MongoCredentials {
  /** Not empty. Needed for SCRAM, PLAIN and GSSAPI, refused for AWS, and for OIDC outside `azure`. */
  readonly username?: string;
  /** May be empty, which is not the same as none. Needed for a named SCRAM and PLAIN, refused for X509, AWS and OIDC. In no error. */
  readonly password?: string;
  /** The database that knows the user. Default `admin`; `$external` for PLAIN, and always for X509, GSSAPI, AWS and OIDC. Printed, always. */
  readonly authSource?: string;
  /** Default: none, client and server agree on a SCRAM. */
  readonly authMechanism?: AuthMechanism;
  /** Only for GSSAPI and MONGODB-OIDC. */
  readonly authMechanismProperties?: AuthMechanismProperties;
}

const parts: readonly string[] = ['username', 'password', 'authSource', 'authMechanism', 'authMechanismProperties'];

/** Everything that is wrong with the credentials. Of user, password and most properties only the name is ever shown. */
export function credentialIssues(credentials: MongoCredentials | undefined): readonly OptionIssue[] {
  if (credentials === undefined) return [];
  if (typeof credentials !== 'object' || credentials === null) return [{ path: 'credentials', value: hidden, rule: 'must be an object' }];
  const { authMechanism, authSource, authMechanismProperties } = credentials;
  const unknown = Object.keys(credentials).filter((key) => !parts.includes(key));
  const issues = unknown.map((key) => issue(shownName(key), hidden, `must be one of ${parts.join(', ')}`));
  const rule = mechanismRule(authMechanism);
  if (!rule) return [...issues, issue('authMechanism', shownValue(authMechanism), `must be one of ${mechanismNames.join(', ')}`)];
  return [
    ...issues,
    ...userIssues(credentials, rule),
    ...sourceIssues(authSource, rule, authMechanism),
    ...propertyIssues(authMechanismProperties, authMechanism),
  ];
}

/** `user:password@`, encoded, or nothing. Only for credentials without issues. */
export function userinfo({ username, password }: MongoCredentials): string {
  if (username === undefined) return '';
  return `${encodeURIComponent(username)}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@`;
}

/** The options of the query that speak of authentication, encoded. Only for credentials without issues. */
export function authPairs(credentials: MongoCredentials): readonly (readonly [string, string])[] {
  const { username, authSource, authMechanism, authMechanismProperties = {} } = credentials;
  const hasLogin = username !== undefined || authMechanism !== undefined;
  // Without it, a default database would decide where the user is looked up.
  const source = authSource ?? (hasLogin ? mechanismRule(authMechanism)?.source : undefined);
  const properties = printProperties(authMechanismProperties);
  return [
    ...(source === undefined ? [] : [['authSource', encodeURIComponent(source)] as const]),
    ...(authMechanism === undefined ? [] : [['authMechanism', authMechanism] as const]),
    ...(properties === '' ? [] : [['authMechanismProperties', properties] as const]),
  ];
}

function issue(key: string, value: string, rule: string): OptionIssue {
  return { path: `credentials.${key}`, value, rule };
}

function userIssues(credentials: MongoCredentials, rule: MechanismRule): readonly OptionIssue[] {
  const issues = (['username', 'password'] as const).flatMap((key) => {
    const fault = userFault(credentials, key, rule[key]);
    const value = credentials[key] === undefined ? 'undefined' : hidden;
    return fault === undefined ? [] : [issue(key, value, fault)];
  });
  const { username, password, authMechanism, authMechanismProperties } = credentials;
  if (password !== undefined && username === undefined && rule.username === 'allowed' && rule.password === 'allowed') {
    issues.push(issue('password', hidden, 'needs a username'));
  }
  // A name chooses between the identities of a machine, and only Azure gives it several.
  if (username !== undefined && authMechanism === 'MONGODB-OIDC' && authMechanismProperties?.ENVIRONMENT !== 'azure') {
    issues.push(issue('username', hidden, 'must only be given with ENVIRONMENT azure'));
  }
  return issues;
}

function userFault(credentials: MongoCredentials, key: 'username' | 'password', need: MechanismRule['username']): string | undefined {
  const { authMechanism } = credentials;
  const value: unknown = credentials[key];
  if (!Object.hasOwn(credentials, key)) return need === 'needed' ? `is needed for ${authMechanism}` : undefined;
  // Given, but undefined: a variable that is not set must not turn a login into none.
  if (typeof value !== 'string') return 'must be a string; leave the key out where there is none';
  if (need === 'refused') return `must not be given for ${authMechanism}`;
  return key === 'password' && value === '' ? undefined : textFault(value);
}

function sourceIssues(source: unknown, rule: MechanismRule, mechanism: AuthMechanism | undefined): readonly OptionIssue[] {
  if (source === undefined || source === '$external') return [];
  if (rule.isSourceFixed) return [issue('authSource', shownValue(source), `must be $external for ${mechanism}`)];
  const printed = databaseName().print(source);
  return 'rule' in printed ? [issue('authSource', shownValue(source), `${printed.rule}, or be $external`)] : [];
}
