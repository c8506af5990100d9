/**
 * What a caller did wrong, as a word to branch on.
 *
 * - `INVALID_OPTIONS`: a value is out of bounds, of the wrong kind, or not known.
 * - `DUPLICATE_NAME`: a Service or workload of that name exists in that namespace.
 * - `NOT_FOUND`: no such pod.
 * - `WRONG_PHASE`: the pod, set or Service is not in a state that allows this (deleted, down, already restarting).
 * - `ADDRESSES_EXHAUSTED`: every address of the range is in use.
 * - `CLOSED`: the world or the cluster has been closed.
 */
export type TestkitErrorCode = 'INVALID_OPTIONS' | 'DUPLICATE_NAME' | 'NOT_FOUND' | 'WRONG_PHASE' | 'ADDRESSES_EXHAUSTED' | 'CLOSED';

/** The only error this package throws by itself. Branch on `code`; the text of `message` may change in any release. */
export class TestkitError extends Error {
  override readonly name: string = 'TestkitError';
  readonly code: TestkitErrorCode;

  constructor(code: TestkitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
