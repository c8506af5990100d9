import type { RoundEvidence } from '../membership/round-evidence.ts';
import { ownFamilies } from '../membership/round-evidence.ts';
import { peerHost } from '../service/dns-names.ts';
import type { LookRequest } from '../source.ts';
import { addressType } from './outcome.ts';
import type { Question } from './outcome.ts';

/** What a step of the plan may use: the request, and what the round has found so far. */
export interface PlanContext extends LookRequest {
  readonly evidence: RoundEvidence;
  /** The questions of this round, by `keyOf`. */
  readonly asked: ReadonlySet<string>;
  /** How often a name that is denied is asked again. */
  readonly againMs: number;
  /** The leave window of this round. */
  readonly windowMs: number;
}

/** Whether a name that is denied may be asked again. */
export function isDue(name: string, context: PlanContext): boolean {
  return context.nowMs - lastAskedMs(name, context) >= context.againMs;
}

/** When a name was last asked; -Infinity for never. */
export function lastAskedMs(name: string, { membership }: PlanContext): number {
  return membership.memory.askedAtMs.get(name) ?? -Infinity;
}

/** The questions about a peer's own name that this round has not asked. */
export function ownQuestions(name: string, { membership, evidence, asked }: PlanContext): readonly Question[] {
  const host = peerHost(name, membership.service);
  const questions = ownFamilies(evidence, membership).map((family) => ({ name: host, type: addressType(family) }));
  return questions.filter((question) => !asked.has(keyOf(question)));
}

/** Never asked (-Infinity) is the oldest, and as old as itself. */
export function compareTimes(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

export function keyOf({ type, name }: Question): string {
  return `${type} ${name}`;
}
