export { mongoConnectionString } from './connection-string/connection-string.ts';
export { redactConnectionString } from './connection-string/redact.ts';
export { mongoSrvConnectionString } from './connection-string/srv-connection-string.ts';
export type { MongoSrvUriOptions, MongoUriOptions } from './connection-string/options.ts';
export type { SrvOptionSet, UriOptionSet } from './connection-string/uri-option-set.ts';
export type { MongoCredentials } from './connection-string/credentials.ts';
export type { AuthMechanism, AuthMechanismProperties } from './connection-string/auth-mechanism.ts';
