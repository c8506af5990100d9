import { demand } from './command-error.ts';
import { priorityOf, type StoredConfig, type StoredMember } from './config-document.ts';
import type { Fields } from './wire-message.ts';

const topFields = new Set('_id version term protocolVersion configsvr writeConcernMajorityJournalDefault members settings'.split(' '));
const memberFields = new Set(
  '_id host arbiterOnly buildIndexes hidden priority tags secondaryDelaySecs slaveDelay votes horizons newlyAdded'.split(' '),
);

/** Refuses a document that is no configuration at all: the parser is strict. */
export function parseConfig(document: unknown): StoredConfig {
  const config = asFields(document, 'the config');
  const unknownKeys = Object.keys(config).filter((key) => !topFields.has(key));
  demand(unknownKeys.length === 0, 'InvalidReplicaSetConfig', `unknown field ${unknownKeys.join()}`);
  const { members, version = 1, settings } = config;
  demand(typeof config['_id'] === 'string' && config['_id'] !== '', 'InvalidReplicaSetConfig', '_id must be the name of the set');
  demand(isWhole(version) && version >= 1, 'InvalidReplicaSetConfig', 'version must be 1 or more');
  demand(Array.isArray(members), 'InvalidReplicaSetConfig', 'members must be a list');
  if (settings !== undefined) asFields(settings, 'settings');
  for (const member of members as readonly unknown[]) parseMember(asFields(member, 'a member'));
  return { ...config, version, term: -1 } as unknown as StoredConfig;
}

function parseMember(member: Fields): void {
  const unknownKeys = Object.keys(member).filter((key) => !memberFields.has(key));
  demand(unknownKeys.length === 0, 'InvalidReplicaSetConfig', `unknown field ${unknownKeys.join()} of a member`);
  demand(isWhole(member['_id']) && member['_id'] >= 0, 'InvalidReplicaSetConfig', '_id of a member must be 0 or more');
  demand(typeof member['host'] === 'string' && member['host'] !== '', 'InvalidReplicaSetConfig', 'host must be text');
  const { priority = 1, votes = 1 } = member;
  demand(typeof priority === 'number' && priority >= 0 && priority <= 1_000, 'InvalidReplicaSetConfig', 'priority must be 0..1000');
  demand(votes === 0 || votes === 1, 'InvalidReplicaSetConfig', 'votes must be 0 or 1');
}

/** The rules that a document breaks by itself, each in a sentence. */
export function staticIssues(config: StoredConfig, wireVersion: number): readonly string[] {
  const { members } = config;
  const voters = members.filter(asksForVote).length;
  const local = members.filter(({ host }) => /^(?:localhost|127\.)/.test(host)).length;
  const rules: readonly (readonly [isKept: boolean, rule: string])[] = [
    [members.length >= 1 && members.length <= 50, 'a set has 1 to 50 members'],
    [voters >= 1 && voters <= 7, 'a set has 1 to 7 voters'],
    [members.some((member) => priorityOf({ ...member, newlyAdded: false }) > 0), 'a set has a member that can be elected'],
    [isUnique(members.map(({ _id }) => _id)), '_id is unique'],
    [isUnique(members.map(({ host }) => host.toLowerCase())), 'host is unique'],
    [wireVersion >= 13 || members.every(({ _id }) => _id <= 255), '_id is at most 255 before 5.0'],
    [
      members.every((member) => !mustNotLead(member) || (member.priority ?? 1) === 0),
      'without vote, hidden, delayed, without indexes: priority 0',
    ],
    [members.every((member) => member.arbiterOnly !== true || asksForVote(member)), 'arbiters vote'],
    [members.every(({ arbiterOnly, priority = 0 }) => arbiterOnly !== true || priority <= 1), 'the priority of an arbiter is 0 or 1'],
    [members.every(({ arbiterOnly, tags = {} }) => arbiterOnly !== true || Object.keys(tags).length === 0), 'arbiters have no tags'],
    [members.every(({ tags = {} }) => Object.values(tags).every((tag) => typeof tag === 'string')), 'tags are text'],
    [local === 0 || local === members.length, 'localhost for all members or for none'],
  ];
  return rules.filter(([isKept]) => !isKept).map(([, rule]) => rule);
}

/** Whether the document wants it to vote, at once or later. */
export function asksForVote({ votes = 1 }: StoredMember): boolean {
  return votes === 1;
}

function mustNotLead(member: StoredMember): boolean {
  const delay = member.secondaryDelaySecs ?? member.slaveDelay ?? 0;
  return !asksForVote(member) || member.hidden === true || delay > 0 || member.buildIndexes === false;
}

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function asFields(value: unknown, what: string): Fields {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), 'InvalidReplicaSetConfig', `${what} must be a document`);
  return value as Fields;
}
