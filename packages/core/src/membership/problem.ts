/** What is wrong with what peerset sees, as a word to branch on. */
export type ProblemCode =
  | 'NOT_HEADLESS'
  | 'ANSWER_MAY_BE_CUT'
  | 'FOREIGN_ANSWER'
  | 'UNNAMED_ADDRESS'
  | 'LOOKUPS_FAILING'
  | 'TCP_BLOCKED'
  | 'CLUSTER_DOMAIN_GUESSED'
  | 'WRONG_CLUSTER_DOMAIN'
  | 'WRONG_NAMESPACE'
  | 'NO_SUCH_SERVICE_OR_NONE_READY'
  | 'LAST_KNOWN_UNUSABLE';

/** Something a person should know. Frozen; while the same things are wrong, `Status.problems` is the same list. */
export interface Problem {
  /** The word to branch on; `message` and `hint` may change in any release. */
  readonly code: ProblemCode;
  /** What was seen, with names and values. */
  readonly message: string;
  /** What to change or look at. */
  readonly hint: string;
}
