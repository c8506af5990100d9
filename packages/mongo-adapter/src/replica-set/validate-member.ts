import { parseHostAndPort } from './host-and-port.ts';
import type { ReplicaSetIssue, ReplicaSetIssueCode } from './replica-set-issue.ts';
import { isDocument, isIntegerIn, typeIssues } from './replica-set-issue.ts';

type Fields = Readonly<Record<string, unknown>>;

/** MongoDB 5.0, where `slaveDelay` became `secondaryDelaySecs` and `_id` lost its upper bound. */
export const WIRE_VERSION_5: number = 13;
const longestDelaySecs = 31_622_400;
const largestId = 2 ** 31 - 1;
const known = new Set(
  '_id host arbiterOnly buildIndexes hidden priority tags secondaryDelaySecs slaveDelay votes horizons newlyAdded'.split(' '),
);

const types = { arbiterOnly: 'boolean', buildIndexes: 'boolean', hidden: 'boolean', tags: 'document', horizons: 'document' } as const;

interface Rule {
  readonly code: ReplicaSetIssueCode;
  /** The field that is to be changed. */
  readonly field: string;
  readonly message: string;
  isBroken(member: Fields, wireVersion: number): boolean;
}

// Sources: the server's member_config (ranges, combinations) and MongoDB's reference of replica configurations.
const rules: readonly Rule[] = [
  {
    code: 'MEMBER_ID',
    field: '_id',
    message: 'must be an integer, 0 or more; at most 255 before MongoDB 5.0',
    isBroken: ({ _id }, wireVersion) => !isIntegerIn(_id, 0, wireVersion < WIRE_VERSION_5 ? 255 : largestId),
  },
  { code: 'HOST', field: 'host', message: 'must be name:port', isBroken: ({ host }) => parseHostAndPort(host) === undefined },
  { code: 'PRIORITY', field: 'priority', message: 'must be a number, 0..1000', isBroken: (member) => !isPriority(priorityOf(member)) },
  { code: 'VOTES', field: 'votes', message: 'must be 0 or 1', isBroken: (member) => !isIntegerIn(votesOf(member), 0, 1) },
  { code: 'DELAY', field: 'secondaryDelaySecs', message: delayRule(), isBroken: ({ secondaryDelaySecs }) => !isDelay(secondaryDelaySecs) },
  { code: 'DELAY', field: 'slaveDelay', message: delayRule(), isBroken: ({ slaveDelay }) => !isDelay(slaveDelay) },
  {
    code: 'DELAY_NAME',
    field: 'slaveDelay',
    message: 'its name is secondaryDelaySecs since MongoDB 5.0',
    isBroken: ({ slaveDelay }, wireVersion) => slaveDelay !== undefined && wireVersion >= WIRE_VERSION_5,
  },
  {
    code: 'DELAY_NAME',
    field: 'secondaryDelaySecs',
    message: 'its name is slaveDelay before MongoDB 5.0',
    isBroken: ({ secondaryDelaySecs }, wireVersion) => secondaryDelaySecs !== undefined && wireVersion < WIRE_VERSION_5,
  },
  {
    code: 'NON_VOTER_PRIORITY',
    field: 'priority',
    message: 'must be 0 with votes 0',
    isBroken: (member) => votesOf(member) === 0 && isElectable(member),
  },
  {
    code: 'HIDDEN_PRIORITY',
    field: 'priority',
    message: 'must be 0 with hidden: true',
    isBroken: (member) => member['hidden'] === true && isElectable(member),
  },
  {
    code: 'DELAYED_PRIORITY',
    field: 'priority',
    message: 'must be 0 with a delay',
    isBroken: (member) => Number(member['secondaryDelaySecs'] ?? member['slaveDelay'] ?? 0) > 0 && isElectable(member),
  },
  {
    code: 'UNINDEXED_PRIORITY',
    field: 'priority',
    message: 'must be 0 with buildIndexes: false',
    isBroken: (member) => member['buildIndexes'] === false && isElectable(member),
  },
  {
    code: 'ARBITER_PRIORITY',
    field: 'priority',
    message: 'must be 0 or 1 for an arbiter; 1 counts as 0',
    isBroken: (member) => isArbiter(member) && isPriority(priorityOf(member)) && ![0, 1].includes(Number(priorityOf(member))),
  },
  {
    code: 'ARBITER_WITHOUT_VOTE',
    field: 'votes',
    message: 'must be 1 for an arbiter',
    isBroken: (member) => isArbiter(member) && votesOf(member) === 0,
  },
  {
    code: 'ARBITER_TAGS',
    field: 'tags',
    message: 'must not be on an arbiter',
    isBroken: (member) => isArbiter(member) && isDocument(member['tags']) && Object.keys(member['tags']).length > 0,
  },
  {
    code: 'SERVER_FIELD',
    field: 'newlyAdded',
    message: 'belongs to the server and must not be sent',
    isBroken: ({ newlyAdded }) => newlyAdded !== undefined,
  },
];

/** Every rule that a member breaks by itself, whatever the others are. `path` ends with a dot. */
export function memberIssues(member: Fields, path: string, wireVersion: number): readonly ReplicaSetIssue[] {
  const issues = [...typeIssues(member, types, path)];
  // A set has fifty members at most, and is validated with each plan: loops, and no list for each member and rule.
  for (const name in member) {
    if (!known.has(name))
      issues.push({ code: 'UNKNOWN_FIELD', path: `${path}${name}`, message: 'the server refuses fields it does not know' });
  }
  const { tags } = member;
  if (isDocument(tags)) {
    for (const [name, value] of Object.entries(tags)) {
      if (typeof value !== 'string') issues.push({ code: 'TAG_VALUE', path: `${path}tags.${name}`, message: 'must be a string' });
    }
  }
  for (const rule of rules) {
    if (rule.isBroken(member, wireVersion)) issues.push({ code: rule.code, path: `${path}${rule.field}`, message: rule.message });
  }
  return issues;
}

/** Whether it votes: the default is that it does. */
export function isVoter(member: Fields): boolean {
  return votesOf(member) !== 0;
}

/** Whether it may become primary. */
export function isElectable(member: Fields): boolean {
  return Number(priorityOf(member)) > 0 && !isArbiter(member);
}

/** Whether it votes without data. */
export function isArbiter(member: Fields): boolean {
  return member['arbiterOnly'] === true;
}

function votesOf({ votes = 1 }: Fields): unknown {
  return votes;
}

function priorityOf({ priority = 1 }: Fields): unknown {
  return priority;
}

function isPriority(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1_000;
}

function isDelay(value: unknown): boolean {
  return value === undefined || isIntegerIn(value, 0, longestDelaySecs);
}

function delayRule(): string {
  return `must be an integer, 0..${longestDelaySecs} (366 days)`;
}
