/** Which rule of the server a configuration breaks, as a word to branch on. */
export type ReplicaSetIssueCode =
  | 'WRONG_TYPE'
  | 'UNKNOWN_FIELD'
  | 'SERVER_FIELD'
  | 'SET_NAME'
  | 'VERSION'
  | 'TERM'
  | 'PROTOCOL_VERSION'
  | 'MEMBER_COUNT'
  | 'VOTER_COUNT'
  | 'NO_ELECTABLE_MEMBER'
  | 'MEMBER_ID'
  | 'DUPLICATE_MEMBER_ID'
  | 'HOST'
  | 'DUPLICATE_HOST'
  | 'MIXED_LOCALHOST'
  | 'PRIORITY'
  | 'VOTES'
  | 'DELAY'
  | 'DELAY_NAME'
  | 'TAG_VALUE'
  | 'NON_VOTER_PRIORITY'
  | 'HIDDEN_PRIORITY'
  | 'DELAYED_PRIORITY'
  | 'UNINDEXED_PRIORITY'
  | 'ARBITER_PRIORITY'
  | 'ARBITER_WITHOUT_VOTE'
  | 'ARBITER_TAGS'
  | 'HORIZON_NAME'
  | 'HORIZON_ENDPOINT'
  | 'HORIZON_ADDRESS'
  | 'DUPLICATE_HORIZON_ENDPOINT'
  | 'UNEQUAL_HORIZONS'
  | 'CONFIG_SERVER'
  | 'SETTING'
  | 'WRITE_CONCERN_MODE'
  | 'WRITE_CONCERN_DEFAULT'
  | 'REPLICA_SET_ID';

/** One rule that a configuration breaks. */
export interface ReplicaSetIssue {
  readonly code: ReplicaSetIssueCode;
  /** The field, dotted: `members.2.priority`; empty for the document itself. */
  readonly path: string;
  /** The rule and what was found, in one sentence. */
  readonly message: string;
}

/** An object that is neither a list nor null: what a BSON document is in JavaScript. */
export function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One issue for each known field of another type; `undefined` is not given. */
export function typeIssues(
  document: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, 'boolean' | 'document'>>,
  path: string,
): readonly ReplicaSetIssue[] {
  const issues: ReplicaSetIssue[] = [];
  for (const name in types) {
    const [value, type] = [document[name], types[name]];
    if (value === undefined || (type === 'document' ? isDocument(value) : typeof value === type)) continue;
    issues.push({ code: 'WRONG_TYPE', path: `${path}${name}`, message: `must be a ${type}` });
  }
  return issues;
}

/** Whether it is a whole number from `min` to `max`, both included. */
export function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
