import type { HostAndPort } from './host-and-port.ts';
import { endpointKey, isLocalhost, parseHostAndPort } from './host-and-port.ts';
import type { ReplicaSetConfig } from './replica-set-document.ts';
import type { ReplicaSetIssue, ReplicaSetIssueCode } from './replica-set-issue.ts';
import { isDocument, isIntegerIn, typeIssues } from './replica-set-issue.ts';
import { horizonIssues } from './validate-horizons.ts';
import { WIRE_VERSION_5, isArbiter, isElectable, isVoter, memberIssues } from './validate-member.ts';
import { settingIssues } from './validate-settings.ts';

type Fields = Readonly<Record<string, unknown>>;

const mostMembers = 50;
const mostVoters = 7;
const max32 = 2 ** 31 - 1;
const known = new Set('_id version term protocolVersion configsvr writeConcernMajorityJournalDefault members settings'.split(' '));

/**
 * Every rule that a configuration breaks, with the field and a code for each; none for one that a server would take. Only what can be seen
 * in the document: whether it may follow the one in force, and whether its members answer, is for the server.
 * Rules: the server's `repl_set_config`, `member_config` and `split_horizon`, and MongoDB's reference of replica configurations.
 *
 * @param config - As it is sent, or as the driver returns it.
 * @param options - `wireVersion`: the `maxWireVersion` of the oldest member's `hello`; 13, MongoDB 5.0, unless given.
 */
export function validateReplicaSetConfig(
  config: ReplicaSetConfig,
  { wireVersion = WIRE_VERSION_5 }: { readonly wireVersion?: number } = {},
): readonly ReplicaSetIssue[] {
  const document: unknown = config;
  if (!isDocument(document)) return [{ code: 'WRONG_TYPE', path: '', message: 'must be a document' }];
  const list: readonly unknown[] = Array.isArray(document['members']) ? document['members'] : [];
  const members = list.filter((member) => isDocument(member));
  if (members.length < list.length || !Array.isArray(document['members']))
    return [...topIssues(document), { code: 'WRONG_TYPE', path: 'members', message: 'must be a list of documents' }];
  const endpoints = members.map(({ host }) => parseHostAndPort(host));
  return [
    ...topIssues(document),
    ...members.flatMap((member, index) => memberIssues(member, `members.${index}.`, wireVersion)),
    ...setIssues(members, endpoints),
    ...duplicateIssues(members, endpoints),
    ...horizonIssues(members, wireVersion),
    ...(document['configsvr'] === true ? configServerIssues(document, members) : []),
    ...(isDocument(document['settings']) ? settingIssues(document['settings'], members, wireVersion) : []),
  ];
}

function topIssues(config: Fields): readonly ReplicaSetIssue[] {
  const { _id, version, term = -1, protocolVersion = 1 } = config;
  const types = { configsvr: 'boolean', writeConcernMajorityJournalDefault: 'boolean', settings: 'document' } as const;
  return [
    ...Object.keys(config)
      .filter((name) => !known.has(name))
      .map((path) => issue('UNKNOWN_FIELD', path, 'the server refuses fields it does not know')),
    ...unless(typeof _id === 'string' && _id !== '', 'SET_NAME', '_id', 'must be the name of the set'),
    ...unless(isIntegerIn(version, 1, max32), 'VERSION', 'version', `must be an integer, 1..${max32}`),
    ...unless(isIntegerIn(term, -1, max32), 'TERM', 'term', `must be an integer, -1..${max32}`),
    ...unless(protocolVersion === 1, 'PROTOCOL_VERSION', 'protocolVersion', 'must be 1'),
    ...typeIssues(config, types, ''),
  ];
}

function setIssues(members: readonly Fields[], endpoints: readonly (HostAndPort | undefined)[]): readonly ReplicaSetIssue[] {
  const voters = members.filter(isVoter).length;
  const hosts = endpoints.filter((endpoint) => endpoint !== undefined);
  const local = hosts.filter(isLocalhost).length;
  const count = members.length;
  return [
    ...unless(count >= 1 && count <= mostMembers, 'MEMBER_COUNT', 'members', `must be 1..${mostMembers}, not ${count}`),
    ...unless(voters >= 1 && voters <= mostVoters, 'VOTER_COUNT', 'members', `must have 1..${mostVoters} members that vote, not ${voters}`),
    ...unless(members.some(isElectable), 'NO_ELECTABLE_MEMBER', 'members', 'must have a member with data and a priority above 0'),
    ...unless(local === 0 || local === hosts.length, 'MIXED_LOCALHOST', 'members', 'must all be on localhost, or none'),
  ];
}

function duplicateIssues(members: readonly Fields[], endpoints: readonly (HostAndPort | undefined)[]): readonly ReplicaSetIssue[] {
  const ids = new Set<unknown>();
  const hosts = new Set<string>();
  const issues: ReplicaSetIssue[] = [];
  for (const [index, { _id }] of members.entries()) {
    const endpoint = endpoints[index];
    const key = endpoint ? endpointKey(endpoint) : `unread ${index}`;
    if (ids.has(_id)) issues.push(issue('DUPLICATE_MEMBER_ID', `members.${index}._id`, `${String(_id)} is taken by another member`));
    if (hosts.has(key)) issues.push(issue('DUPLICATE_HOST', `members.${index}.host`, `${key} is taken by another member`));
    ids.add(_id);
    hosts.add(key);
  }
  return issues;
}

function configServerIssues(config: Fields, members: readonly Fields[]): readonly ReplicaSetIssue[] {
  const journal = 'writeConcernMajorityJournalDefault';
  return [
    ...unless(config[journal] !== false, 'CONFIG_SERVER', journal, 'must be true on config servers'),
    ...members.flatMap((member, index) => [
      ...unless(!isArbiter(member), 'CONFIG_SERVER', `members.${index}.arbiterOnly`, 'must be false on config servers'),
      ...unless(member['buildIndexes'] !== false, 'CONFIG_SERVER', `members.${index}.buildIndexes`, 'must be true on config servers'),
      ...unless(
        Number(member['secondaryDelaySecs'] ?? member['slaveDelay'] ?? 0) === 0,
        'CONFIG_SERVER',
        `members.${index}.secondaryDelaySecs`,
        'must be 0 on config servers',
      ),
    ]),
  ];
}

function unless(isKept: boolean, code: ReplicaSetIssueCode, path: string, message: string): readonly ReplicaSetIssue[] {
  return isKept ? [] : [issue(code, path, message)];
}

function issue(code: ReplicaSetIssueCode, path: string, message: string): ReplicaSetIssue {
  return { code, path, message };
}
