import type { Binary } from 'bson';
import { demand } from './command-error.ts';
import { demandWritable } from './data-commands.ts';
import type { Mongod } from './mongod.ts';
import { challenge, firstReply, keysOf, type StoredKeys } from './scram.ts';
import type { Fields, WireRequest } from './wire-message.ts';
import type { Session } from './wire-server.ts';

const NAMESPACE = 'admin.system.users';
/** What nobody has to log in for. */
const open = new Set('hello isMaster ismaster ping buildInfo saslStart saslContinue endSessions'.split(' '));
/** What a client on the machine itself may do while there are no users; the rest of replication, reading the configuration too, is not in it. */
const localhostException = new Set(['createUser', 'grantRole', 'replSetInitiate', 'replSetReconfig', 'replSetGetStatus']);
const replication = 'replSetInitiate replSetReconfig replSetGetStatus replSetGetConfig replSetStepDown'.split(' ');
const allowed: Readonly<Record<string, ReadonlySet<string>>> = {
  root: new Set([...replication, 'createUser', 'find', 'insert']),
  clusterAdmin: new Set(replication),
  clusterManager: new Set(replication),
  clusterMonitor: new Set(['replSetGetStatus', 'replSetGetConfig']),
  readWrite: new Set(['find', 'insert']),
};

interface User {
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: StoredKeys;
}

/** `createUser`: users are data, so they are made on the primary and spread from there. */
export function createUser(mongod: Mongod, { command }: WireRequest): Fields {
  demandWritable(mongod);
  const roles = (command['roles'] as readonly (string | { readonly role: string })[]).map((role) =>
    typeof role === 'string' ? role : role.role,
  );
  const document: User = { name: String(command['createUser']), roles, keys: keysOf(String(command['pwd'])) };
  mongod.append({ namespace: NAMESPACE, document: { ...document }, retryKey: undefined });
  return { ok: 1 };
}

/** Throws `Unauthorized` unless this client may run the command. */
export function authorise(mongod: Mongod, name: string, session: Session): void {
  if (open.has(name)) return;
  const users = usersOf(mongod);
  const user = users.find((candidate) => candidate.name === session.user);
  const isAllowed =
    user === undefined
      ? session.isLocal && users.length === 0 && localhostException.has(name)
      : user.roles.some((role) => allowed[role]?.has(name) === true);
  demand(isAllowed, 'Unauthorized', `command ${name} requires authentication`);
}

/** `saslStart` with SCRAM-SHA-256. */
export function saslStart(mongod: Mongod, { command }: WireRequest, session: Session): Fields {
  demand(command['mechanism'] === 'SCRAM-SHA-256', 'AuthenticationFailed', 'only SCRAM-SHA-256 is enabled');
  const first = firstReply(payloadOf(command));
  const user = usersOf(mongod).find(({ name }) => name === first.user);
  demand(user !== undefined, 'AuthenticationFailed', 'Authentication failed.');
  const { serverFirst, check } = challenge(user.keys, first);
  session.conversation = (payload) => {
    const proof = check(payload);
    session.user = user.name;
    return proof;
  };
  return { conversationId: 1, done: false, payload: Buffer.from(serverFirst), ok: 1 };
}

/** `saslContinue`: the proof. */
export function saslContinue({ command }: WireRequest, session: Session): Fields {
  const { conversation } = session;
  demand(conversation !== undefined, 'AuthenticationFailed', 'Authentication failed.');
  session.conversation = undefined;
  return { conversationId: 1, done: true, payload: Buffer.from(conversation(payloadOf(command))), ok: 1 };
}

function usersOf({ volume }: Mongod): readonly User[] {
  return volume.log.filter(({ namespace }) => namespace === NAMESPACE).map(({ document }) => document as unknown as User);
}

function payloadOf({ payload }: Fields): string {
  return (payload as Binary).toString('utf8');
}
