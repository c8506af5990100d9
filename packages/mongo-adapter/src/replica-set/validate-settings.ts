import type { ReplicaSetIssue } from './replica-set-issue.ts';
import { isDocument, isIntegerIn, typeIssues } from './replica-set-issue.ts';
import { WIRE_VERSION_5 } from './validate-member.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The lowest value of each time. Source: the server's repl_set_config. */
const lowest: Readonly<Record<string, number>> = {
  heartbeatIntervalMillis: 1,
  heartbeatTimeoutSecs: 1,
  electionTimeoutMillis: 1,
  catchUpTimeoutMillis: -1,
  catchUpTakeoverDelayMillis: -1,
};

/** Every rule that `settings` break. Fields the server does not know are no issue here: it lets them pass, unlike elsewhere. */
export function settingIssues(settings: Fields, members: readonly Fields[], wireVersion: number): readonly ReplicaSetIssue[] {
  const times = Object.entries(lowest).flatMap(([name, min]): readonly ReplicaSetIssue[] =>
    settings[name] === undefined || isIntegerIn(settings[name], min, Number.MAX_SAFE_INTEGER)
      ? []
      : [{ code: 'SETTING', path: `settings.${name}`, message: `must be an integer, ${min} or more` }],
  );
  return [
    ...typeIssues(settings, { chainingAllowed: 'boolean', getLastErrorModes: 'document' }, 'settings.'),
    ...times,
    ...modeIssues(settings['getLastErrorModes'], members),
    ...defaultIssues(settings['getLastErrorDefaults'], wireVersion),
    ...idIssues(settings['replicaSetId']),
  ];
}

function modeIssues(modes: unknown, members: readonly Fields[]): readonly ReplicaSetIssue[] {
  const tags = new Set(members.flatMap((member) => (isDocument(member['tags']) ? Object.keys(member['tags']) : [])));
  return Object.entries(isDocument(modes) ? modes : {}).flatMap(([name, constraints]): readonly ReplicaSetIssue[] => {
    const path = `settings.getLastErrorModes.${name}`;
    if (!isDocument(constraints)) return [{ code: 'WRITE_CONCERN_MODE', path, message: 'must say how many values of which tags' }];
    return Object.entries(constraints).flatMap(([tag, count]): readonly ReplicaSetIssue[] => {
      if (!isIntegerIn(count, 1, 2 ** 31 - 1))
        return [{ code: 'WRITE_CONCERN_MODE', path: `${path}.${tag}`, message: 'must be an integer, 1 or more' }];
      return tags.has(tag) ? [] : [{ code: 'WRITE_CONCERN_MODE', path: `${path}.${tag}`, message: 'must be a tag that some member has' }];
    });
  });
}

function defaultIssues(defaults: unknown, wireVersion: number): readonly ReplicaSetIssue[] {
  if (defaults === undefined || wireVersion < WIRE_VERSION_5) return [];
  const { w = 1, wtimeout = 0, ...others } = isDocument(defaults) ? defaults : { w: undefined, other: true };
  if (w === 1 && wtimeout === 0 && Object.keys(others).length === 0) return [];
  const message = 'must be { w: 1, wtimeout: 0 } or left out since MongoDB 5.0: set a default write concern instead';
  return [{ code: 'WRITE_CONCERN_DEFAULT', path: 'settings.getLastErrorDefaults', message }];
}

/** A trip through JSON makes a text of it, which is another identity for the server. */
function idIssues(id: unknown): readonly ReplicaSetIssue[] {
  if (id === undefined || (isDocument(id) && id['_bsontype'] === 'ObjectId')) return [];
  return [{ code: 'REPLICA_SET_ID', path: 'settings.replicaSetId', message: 'must be the ObjectId that was read' }];
}
