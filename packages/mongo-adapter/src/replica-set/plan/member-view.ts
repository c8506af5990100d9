import type { MemberStatus, ReplicaSetConfig, ReplicaSetMember, ReplicaSetStatus } from '../replica-set-document.ts';
import { memberStates } from '../replica-set-document.ts';
import type { ReplicaSetObservation } from './observation.ts';

/** A member of the configuration, with what the status says of it. */
export interface MemberView {
  /** As read, every field of it. */
  readonly document: ReplicaSetMember;
  readonly id: number;
  readonly host: string;
  /** In this StatefulSet; undefined for a member of something else, which is left alone. */
  readonly ordinal: number | undefined;
  readonly isVoter: boolean;
  readonly priority: number;
  /** Arbiter, hidden without being declared so, delayed or without indexes: what a person made of it on purpose. It is given no vote. */
  readonly isSpecial: boolean;
  /** Who answered; seen from a follower, the primary. */
  readonly isSelf: boolean;
  /** Health 1 and PRIMARY. */
  readonly isPrimary: boolean;
  /** Health 1 and PRIMARY or SECONDARY: what counts for a majority. */
  readonly isHealthy: boolean;
  /** Health 1 and SECONDARY. */
  readonly isSecondary: boolean;
}

/** The members as read, or undefined when a field that matters is not as expected: nothing is then decided. */
export function readMembers(
  config: ReplicaSetConfig,
  status: ReplicaSetStatus,
  observation: ReplicaSetObservation,
): readonly MemberView[] | undefined {
  if (!Array.isArray(config.members) || !Array.isArray(status.members)) return undefined;
  const states = new Map(status.members.map((state) => [state._id, state]));
  const ordinalOf = ordinalReader(observation);
  const members = config.members.flatMap((document) => {
    const ordinal = typeof document.host === 'string' ? ordinalOf(document.host) : undefined;
    return readMember(document, states.get(document._id), { observation, ordinal }) ?? [];
  });
  return members.length === config.members.length ? members : undefined;
}

function readMember(
  document: ReplicaSetMember,
  state: MemberStatus | undefined,
  { observation, ordinal }: { readonly observation: ReplicaSetObservation; readonly ordinal: number | undefined },
): MemberView | undefined {
  const { _id: id, host, arbiterOnly = false, votes = 1, priority = arbiterOnly ? 0 : 1 } = document;
  if (typeof id !== 'number' || typeof host !== 'string' || typeof votes !== 'number' || typeof priority !== 'number') return undefined;
  const isHiddenDeclared = ordinal !== undefined && observation.attributes?.[ordinal]?.hidden === true;
  const isUp = state?.health === 1;
  const isSecondary = isUp && state.state === memberStates.SECONDARY;
  const isPrimary = isUp && state.state === memberStates.PRIMARY;
  return {
    document,
    id,
    host,
    ordinal,
    isVoter: votes > 0,
    priority,
    isSpecial: arbiterOnly || isLeftAside(isHiddenDeclared ? { ...document, hidden: false } : document),
    isSelf: state?.self === true,
    isPrimary,
    isHealthy: isSecondary || isPrimary,
    isSecondary,
  };
}

/** `slaveDelay` is the name before MongoDB 5.0. */
function isLeftAside({ hidden, buildIndexes, secondaryDelaySecs = 0, slaveDelay = 0 }: ReplicaSetMember): boolean {
  return hidden === true || buildIndexes === false || secondaryDelaySecs !== 0 || slaveDelay !== 0;
}

/**
 * The ordinal in a host's first label. A name in another namespace is of another StatefulSet, whatever it is called; another Service, domain
 * or port, or a shorter form, is an older name of the same pod.
 */
function ordinalReader({ statefulSet, hosts }: ReplicaSetObservation): (host: string) => number | undefined {
  const [, , ownNamespace] = labelsOf(hosts[0] ?? '');
  const prefix = `${statefulSet.toLowerCase()}-`;
  return (host) => {
    const [pod = '', , namespace] = labelsOf(host);
    if (namespace !== undefined && ownNamespace !== undefined && namespace !== ownNamespace) return undefined;
    const digits = pod.startsWith(prefix) ? pod.slice(prefix.length) : '';
    return /^(?:0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined;
  };
}

function labelsOf(host: string): readonly string[] {
  return host.toLowerCase().replace(/:\d+$/, '').split('.');
}
