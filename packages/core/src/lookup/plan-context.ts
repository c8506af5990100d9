import type { RoundEvidence } from '../membership/round-evidence.ts';
import { isLabel, peerHost } from '../service/dns-names.ts';
import type { LookRequest } from '../source.ts';
import { addressType } from './outcome.ts';
import type { Family, Lookup, Question } from './outcome.ts';

/** What a step of the plan may use: the request, and what the round has found so far. */
export interface PlanContext extends LookRequest {
  readonly evidence: RoundEvidence;
  /** The answers of this round. */
  readonly lookups: readonly Lookup[];
  /** The families in which a peer's own name is worth asking. */
  readonly families: readonly Family[];
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

/** The questions about a peer's own name that this round has not asked. A guess that is no label has none: nothing could be its answer. */
export function ownQuestions(name: string, { membership, evidence, families }: PlanContext): readonly Question[] {
  const answers = evidence.own.get(name);
  if (answers === undefined && !isLabel(name)) return [];
  const open = answers === undefined ? families : families.filter((family) => answers[family] === undefined);
  return open.map((family) => ({ name: peerHost(name, membership.service), type: addressType(family) }));
}

/** Whether this round has asked it. */
export function isAsked(question: Question, { lookups }: PlanContext): boolean {
  return lookups.some(({ question: { name, type } }) => type === question.type && name === question.name);
}

/** Never asked (-Infinity) is the oldest, and as old as itself. */
export function compareTimes(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
