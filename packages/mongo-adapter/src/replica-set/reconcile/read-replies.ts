import type { LocalView, Probe } from '../plan/observation.ts';
import type { ReplicaSetConfig, ReplicaSetStatus } from '../replica-set-document.ts';
import type { ServerReply } from './server-reply.ts';

/** What the server beside this sidecar answered. */
export interface LocalReplies {
  readonly hello: ServerReply;
  readonly status: ServerReply;
  /** Not asked where there is none. */
  readonly config: ServerReply | undefined;
}

const UNREACHABLE: LocalView = Object.freeze({ state: 'unreachable', isPrimary: false });
/** By the code of `replSetGetStatus`. */
const STATES: Readonly<Record<number, LocalView['state']>> = {
  13: 'authRefused',
  18: 'authRefused',
  76: 'notReplSet',
  93: 'removed',
  94: 'uninit',
};

/** The local server as the planner sees it. Any other code of the status than those known is no ground for anything. */
export function localView({ hello, status, config }: LocalReplies): LocalView {
  if (!hello.isOk) return isAuthCode(hello.code) ? { state: 'authRefused', isPrimary: false } : UNREACHABLE;
  if (!status.isOk) {
    const state = STATES[status.code ?? 0];
    return state === undefined ? UNREACHABLE : { state, isPrimary: false };
  }
  const read = config?.isOk === true ? config.document : {};
  return {
    state: 'member',
    isPrimary: hello.document['isWritablePrimary'] === true,
    status: statusIn(status.document),
    ...(isConfig(read['config']) && { config: read['config'] }),
    ...(typeof read['commitmentStatus'] === 'boolean' && { isCommitted: read['commitmentStatus'] }),
  };
}

/** The version of the wire protocol; the oldest that drivers still speak (4.4) where it is not told. */
export function wireVersionOf(hello: ServerReply): number {
  const version = hello.isOk ? hello.document['maxWireVersion'] : undefined;
  return typeof version === 'number' ? version : 9;
}

/** What another member's `hello` says of it: all that may be asked before it has users. */
export function probeOf(hello: ServerReply, set: string): Probe {
  if (!hello.isOk) return { kind: isAuthCode(hello.code) ? 'authRefused' : 'unreachable' };
  const { setName, isreplicaset } = hello.document;
  if (typeof setName === 'string') return { kind: setName === set ? 'member' : 'otherSet', setName };
  return { kind: isreplicaset === true ? 'ghost' : 'notReplSet' };
}

function isAuthCode(code: number | undefined): boolean {
  return code === 13 || code === 18;
}

/** The planner looks at every field that it needs, and decides nothing where one is not as expected. */
function statusIn(document: Readonly<Record<string, unknown>>): ReplicaSetStatus {
  // Hence the type is a claim.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return document as unknown as ReplicaSetStatus;
}

function isConfig(value: unknown): value is ReplicaSetConfig {
  return typeof value === 'object' && value !== null && 'members' in value && 'version' in value;
}
