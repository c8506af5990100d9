import { count } from './steps.ts';
import type { Entry } from './journal.ts';

/** What a step came to, in numbers. */
export interface StepOutcome {
  readonly name: string;
  readonly joined: number;
  readonly moved: number;
  readonly left: number;
  /** Questions that DNS was asked during the step. */
  readonly questions: number;
  /** Peers that were told to have left while their pods exist. */
  readonly lost: number;
}

export function stepOutcome(name: string, { entries, questions, pods }: StepFacts): StepOutcome {
  const left = entries.flatMap((entry) => (entry.kind === 'leave' ? [entry.peer] : []));
  return {
    name,
    joined: count(entries, 'join'),
    moved: count(entries, 'move'),
    left: left.length,
    questions,
    lost: left.filter((peer) => pods.includes(peer)).length,
  };
}

interface StepFacts {
  readonly entries: readonly Entry[];
  readonly questions: number;
  /** The pods that the StatefulSet has after the step. */
  readonly pods: readonly string[];
}
