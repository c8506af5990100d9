export { mongoConnectionString } from './connection-string/connection-string.ts';
export { redactConnectionString } from './connection-string/redact.ts';
export type { MongoUriOptions, UriOptionSet } from './connection-string/options.ts';
export type { MongoCredentials } from './connection-string/credentials.ts';
export type { AuthMechanism, AuthMechanismProperties } from './connection-string/auth-mechanism.ts';
