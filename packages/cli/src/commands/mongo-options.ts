import type { MongoCredentials, MongoUriOptions, UriOptionSet } from '@peerset/mongo-adapter';
import { parseUriOption } from '@peerset/mongo-adapter';
import { UsageError } from '../exit-codes.ts';
import { loginFlags, mongoUriFlags, uriOptionFlag } from '../flags/mongo-flags.ts';
import { serviceFlags } from '../flags/service-flags.ts';
import { readSecret } from '../secret-file.ts';
import type { CommandContext } from './command-context.ts';

interface Login extends Pick<MongoCredentials, 'username' | 'authSource' | 'authMechanism'> {
  readonly passwordFile: string;
}

/** Who logs in; undefined where nothing is said of it. */
export function givenCredentials(context: CommandContext): MongoCredentials | undefined {
  const { passwordFile, ...login } = context.given<Login>(loginFlags);
  const variable = context.io.env['PEERSET_PASSWORD'];
  if (passwordFile !== undefined && variable !== undefined) throw new UsageError('--password-file and PEERSET_PASSWORD: give one of them');
  const password = passwordFile === undefined ? variable : readSecret('--password-file', passwordFile);
  if (password === undefined && Object.keys(login).length === 0) return undefined;
  return { ...login, ...(password !== undefined && { password }) };
}

/** The options of `--uri-option`. */
export function givenUriOptions(context: CommandContext): UriOptionSet {
  const { uriOptions = [] } = context.given<{ uriOptions: readonly string[] }>([uriOptionFlag]);
  return Object.assign({}, ...uriOptions.map((each) => parseUriOption(...nameAndValue('--uri-option', each))));
}

/** Everything that a connection string is made of, the peers aside. */
export function givenMongoUri(context: CommandContext): MongoUriOptions {
  const {
    replicaSet,
    database,
    include,
    maxHosts,
    extraOptions = [],
  } = context.given<Omit<MongoUriOptions, 'extraOptions'> & { extraOptions: readonly string[] }>(mongoUriFlags);
  const { port } = context.given<{ port: number }>(serviceFlags);
  const credentials = givenCredentials(context);
  const given = { replicaSet, database, include, maxHosts, port, credentials };
  const extra = Object.fromEntries(extraOptions.map((each) => nameAndValue('--extra-uri-option', each)));
  return {
    ...givenUriOptions(context),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(extraOptions.length > 0 && { extraOptions: extra }),
  };
}

function nameAndValue(flag: string, given: string): [name: string, value: string] {
  const at = given.indexOf('=');
  // What has no name may be a secret that was put in the wrong place.
  if (at < 1) throw new UsageError(`${flag}: must be name=value, such as retryWrites=true`);
  return [given.slice(0, at), given.slice(at + 1)];
}
