/** A cluster DNS with Services behind it: what is true of them is set here, what is seen of it is measured. */
export interface Stage {
  /** The heading of its column: who answers, with which TTL and cache. */
  readonly title: string;
  readonly servers: readonly string[];
  /** Makes a headless Service with a StatefulSet that has so many ready pods, 0 or more. */
  headless(service: string, replicas: number): StagedSet;
  /** Resolves when DNS knows of every change made so far; what is cached may still be answered. */
  caughtUp(): Promise<void>;
  /** DNS no longer answers. */
  freeze(): Promise<void>;
  /** DNS answers again, with what is true now. */
  thaw(): Promise<void>;
  /** How many questions about this Service and its pods were answered so far. */
  questionsAbout(host: string): Promise<QuestionCount>;
  close(): Promise<void>;
}

export interface StagedSet {
  /** The FQDN of the Service. */
  readonly host: string;
  readonly statefulSet: string;
  /** From now on the pods 0 to `replicas` - 1 are ready, and no others. */
  scale(replicas: number): void;
  /** The pod is gone from now on. */
  takeAway(ordinal: number): void;
  /** A pod of this ordinal is ready from now on, with an address that none had before. */
  bringBack(ordinal: number): void;
}

export interface QuestionCount {
  readonly udp: number;
  readonly tcp: number;
}

/** The questions about a Service in a log of all questions. */
export function countQuestions(log: readonly { readonly name: string; readonly transport: 'udp' | 'tcp' }[], host: string): QuestionCount {
  const asked = log.filter(({ name }) => name === host || name.endsWith(`.${host}`));
  const tcp = asked.filter(({ transport }) => transport === 'tcp').length;
  return { udp: asked.length - tcp, tcp };
}
