import { InvalidOptionsError } from './errors.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { optionIssue } from './option-issues.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

/**
 * Nothing can be told from a snapshot of another Service, or from what is none.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function checkSnapshot(previous: Snapshot, { host }: ServiceIdentity): void {
  if (Object(previous).service?.host === host && Array.isArray(previous.peers)) return;
  throw new InvalidOptionsError([optionIssue('previous', previous, `must be a snapshot of ${host}`)]);
}
