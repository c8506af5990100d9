import type { OptionIssue } from '@peerset/core';
import { separatorFault } from './option-table.ts';
import { hidden, shownName, shownValue, textFault } from './uri-text.ts';

/** How a client proves who it is: the mechanisms of the authentication specification that a URI can name. */
export type AuthMechanism = 'SCRAM-SHA-1' | 'SCRAM-SHA-256' | 'MONGODB-X509' | 'GSSAPI' | 'PLAIN' | 'MONGODB-AWS' | 'MONGODB-OIDC';

/** What GSSAPI (the first four) and MONGODB-OIDC (the last two) need besides a user. No value may hold a comma. */
export interface AuthMechanismProperties {
  /** Kerberos service name. The driver's default is `mongodb`. */
  readonly SERVICE_NAME?: string;
  readonly SERVICE_REALM?: string;
  readonly SERVICE_HOST?: string;
  /** Whether the host's name is made canonical through DNS first. */
  readonly CANONICALIZE_HOST_NAME?: boolean | 'none' | 'forward' | 'forwardAndReverse';
  /** Where the token comes from. Always needed for OIDC here: a callback cannot stand in a URI. */
  readonly ENVIRONMENT?: 'test' | 'azure' | 'gcp' | 'k8s';
  /** The audience of the token. Needed for `azure` and `gcp`, refused for the others. May hold colons. */
  readonly TOKEN_RESOURCE?: string;
}

/** What one mechanism takes: the table of the authentication specification. */
export interface MechanismRule {
  readonly username: 'needed' | 'allowed' | 'refused';
  readonly password: 'needed' | 'allowed' | 'refused';
  readonly source: 'admin' | '$external';
  /** No other source than the default one. */
  readonly isSourceFixed: boolean;
  readonly properties: readonly (keyof AuthMechanismProperties)[];
}

const unnamed: MechanismRule = { username: 'allowed', password: 'allowed', source: 'admin', isSourceFixed: false, properties: [] };
const withPassword: MechanismRule = { ...unnamed, username: 'needed', password: 'needed' };
const external: MechanismRule = { ...unnamed, password: 'refused', source: '$external', isSourceFixed: true };
const kerberos = ['SERVICE_NAME', 'SERVICE_REALM', 'SERVICE_HOST', 'CANONICALIZE_HOST_NAME'] as const;
const tokens = ['ENVIRONMENT', 'TOKEN_RESOURCE'] as const;

const mechanisms: Readonly<Record<AuthMechanism, MechanismRule>> = {
  'SCRAM-SHA-1': withPassword,
  'SCRAM-SHA-256': withPassword,
  'MONGODB-X509': external,
  GSSAPI: { ...external, username: 'needed', password: 'allowed', properties: kerberos },
  PLAIN: { ...withPassword, source: '$external' },
  // The Node driver since 7 takes AWS credentials from the environment only.
  'MONGODB-AWS': { ...external, username: 'refused' },
  'MONGODB-OIDC': { ...external, properties: tokens },
};

/** The names of the mechanisms, as the URI spells them. */
export const mechanismNames: readonly string[] = Object.keys(mechanisms);

/** The rule of a mechanism, of none (client and server agree on a SCRAM), or undefined for an unknown name. */
export function mechanismRule(mechanism: string | undefined): MechanismRule | undefined {
  if (mechanism === undefined) return unnamed;
  return Object.entries(mechanisms).find(([name]) => name === mechanism)?.[1];
}

const propertyValues: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ['CANONICALIZE_HOST_NAME', [true, false, 'none', 'forward', 'forwardAndReverse']],
  ['ENVIRONMENT', ['test', 'azure', 'gcp', 'k8s']],
]);
const path = 'credentials.authMechanismProperties';

/** Everything that is wrong with the properties of a known mechanism. */
export function propertyIssues(properties: unknown, mechanism: AuthMechanism | undefined): readonly OptionIssue[] {
  if (properties === undefined) return mechanism === 'MONGODB-OIDC' ? oidcIssues({}) : [];
  if (typeof properties !== 'object' || properties === null) return [{ path, value: hidden, rule: 'must be an object' }];
  const names: readonly string[] = mechanismRule(mechanism)?.properties ?? [];
  const issues = Object.entries(properties).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const isKnown = names.includes(key);
    const rule = isKnown ? propertyFault(key, value) : `must not be given for ${mechanism ?? 'credentials without authMechanism'}`;
    return rule === undefined
      ? []
      : [{ path: `${path}.${shownName(key)}`, value: isKnown && propertyValues.has(key) ? shownValue(value) : hidden, rule }];
  });
  return mechanism === 'MONGODB-OIDC' ? [...issues, ...oidcIssues(properties)] : issues;
}

/** `KEY:value,KEY:value`, encoded, always in the same order; empty for none. Only for properties without issues. */
export function printProperties(properties: AuthMechanismProperties): string {
  return [...kerberos, ...tokens]
    .filter((key) => properties[key] !== undefined)
    .map((key) => `${key}:${encodeURIComponent(String(properties[key]))}`)
    .join(',');
}

function propertyFault(key: string, value: unknown): string | undefined {
  const values = propertyValues.get(key);
  if (values) return values.includes(value) ? undefined : `must be one of ${values.join(', ')}`;
  if (typeof value !== 'string') return 'must be a string';
  // Drivers split a property at its first colon, and the audience of a token is often a URI.
  return textFault(value) ?? separatorFault(key === 'TOKEN_RESOURCE' ? value.replaceAll(':', '') : value);
}

function oidcIssues({ ENVIRONMENT: environment, TOKEN_RESOURCE: resource }: AuthMechanismProperties): readonly OptionIssue[] {
  if (environment === undefined) {
    const rule = 'is needed for MONGODB-OIDC; with a callback, give the mechanism to the client and not to the string';
    return [{ path: `${path}.ENVIRONMENT`, value: 'undefined', rule }];
  }
  const hasAudience = environment === 'azure' || environment === 'gcp';
  if (hasAudience === (resource !== undefined)) return [];
  const rule = hasAudience ? `is needed with ENVIRONMENT ${environment}` : 'must only be given with ENVIRONMENT azure or gcp';
  return [{ path: `${path}.TOKEN_RESOURCE`, value: resource === undefined ? 'undefined' : hidden, rule }];
}
