import type { Flag } from './flag.ts';
import { duration, integer, nonEmpty, oneOf, wordList } from './parse-value.ts';

/** Who logs in. The password comes from a file or from the variable PEERSET_PASSWORD. */
export const loginFlags: readonly Flag[] = [
  { option: 'username', term: '--username <name>', help: 'who logs in', parse: nonEmpty },
  {
    option: 'passwordFile',
    term: '--password-file <file>',
    help: 'file that holds the password and nothing else; or set PEERSET_PASSWORD',
    parse: nonEmpty,
  },
  { option: 'authSource', term: '--auth-source <database>', help: 'database that knows the user (default: admin)', parse: nonEmpty },
  {
    option: 'authMechanism',
    term: '--auth-mechanism <name>',
    help: 'such as SCRAM-SHA-256 or MONGODB-X509 (default: client and server agree)',
    parse: nonEmpty,
  },
];

/** Options of connections, beside those above. */
export const uriOptionFlag: Flag = {
  option: 'uriOptions',
  term: '--uri-option <name=value>',
  help: 'option of the connection string by its name there, such as tls=true, repeatable (in the variable: separated by blanks)',
  parse: wordList(nonEmpty),
};

/** What a connection string is made of. */
export const mongoUriFlags: readonly Flag[] = [
  { option: 'replicaSet', term: '--replica-set <name>', help: 'name of the replica set, as in --replSet of mongod', parse: nonEmpty },
  { option: 'database', term: '--database <name>', help: 'default database', parse: nonEmpty },
  ...loginFlags,
  {
    option: 'include',
    term: '--include <which>',
    help: 'members: who is there and who is declared; present: only who is there (default: members)',
    parse: oneOf('members', 'present'),
  },
  { option: 'maxHosts', term: '--max-hosts <number>', help: 'how many hosts at most (default: 7)', parse: integer },
  uriOptionFlag,
  {
    option: 'extraOptions',
    term: '--extra-uri-option <name=value>',
    help: 'option that only one driver has, printed last, repeatable',
    parse: wordList(nonEmpty),
  },
];

/** How a string is shown. */
export const mongoShowFlags: readonly Flag[] = [
  { option: 'srv', term: '--srv', help: 'a mongodb+srv string, which names the Service alone: drivers ask DNS for the members' },
  { option: 'redact', term: '--redact', help: 'with [hidden] in place of secrets' },
];

/** What the reconciler beside mongod works with. */
export const mongoSidecarFlags: readonly Flag[] = [
  { option: 'set', term: '--replica-set <name>', help: 'name of the replica set, as in --replSet of mongod', parse: nonEmpty },
  ...loginFlags,
  {
    option: 'localAddress',
    term: '--local-address <ip>',
    help: 'where the mongod beside it listens (default: 127.0.0.1)',
    parse: nonEmpty,
  },
  { option: 'localPort', term: '--local-port <number>', help: 'its port there (default: --port, else 27017)', parse: integer },
  { option: 'single', term: '--single', help: 'allows a set of one member' },
  { option: 'intervalMs', term: '--interval <duration>', help: 'between two looks at the set (default: 5s)', parse: duration },
  {
    option: 'reachTimeoutMs',
    term: '--reach-timeout <duration>',
    help: 'after which a server counts as unreachable (default: 2s)',
    parse: duration,
  },
  uriOptionFlag,
];
