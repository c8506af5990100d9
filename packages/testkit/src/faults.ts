import { canonicalName } from './dns-name.ts';
import { checkFaultOptions, type FaultKind, type FaultOptions } from './fault-options.ts';
import { type Random, seededRandom } from './random.ts';
import type { Transport } from './records.ts';

/** A fault that was switched on. */
export interface Fault {
  readonly kind: FaultKind;
  /** How many questions it has hit. */
  readonly hits: number;
  /** Switches the fault off for good. */
  clear(): void;
}

/** A question as faults see it. */
export interface FaultQuestion {
  /** Lower-case, without a final dot. */
  readonly name: string;
  readonly type: string;
  readonly transport: Transport;
  /** Index of the replica that was asked. */
  readonly replica: number;
}

/** A fault and its luck. */
export class ActiveFault implements Fault {
  readonly options: FaultOptions;
  readonly #matchesName: (name: string) => boolean;
  readonly #random: Random;
  readonly #fromMs: number;
  readonly #untilMs: number;
  readonly #onClear: (fault: ActiveFault) => void;
  #hits = 0;

  constructor(options: FaultOptions, { nowMs, onClear }: { nowMs: number; onClear: (fault: ActiveFault) => void }) {
    checkFaultOptions(options);
    this.options = options;
    this.#matchesName = nameMatcher(options.names);
    this.#random = seededRandom(options.seed ?? 1);
    this.#fromMs = nowMs + (options.afterMs ?? 0);
    this.#untilMs = this.#fromMs + (options.forMs ?? Infinity);
    this.#onClear = onClear;
  }

  get kind(): FaultKind {
    return this.options.kind;
  }

  get hits(): number {
    return this.#hits;
  }

  clear(): void {
    this.#onClear(this);
  }

  /** Whether the fault hits this question. Draws lots only for questions in scope, and counts its hits. */
  hit(question: FaultQuestion, nowMs: number): boolean {
    if (!this.#isInScope(question) || nowMs < this.#fromMs || nowMs >= this.#untilMs) return false;
    const { probability = 1, count = Infinity } = this.options;
    if (probability < 1 && this.#random() >= probability) return false;
    this.#hits += 1;
    if (this.#hits >= count) this.clear();
    return true;
  }

  #isInScope({ name, type, transport, replica }: FaultQuestion): boolean {
    const { options } = this;
    if (options.replicas !== undefined && !options.replicas.includes(replica)) return false;
    if (options.types !== undefined && !options.types.includes(type)) return false;
    if (options.transports !== undefined && !options.transports.includes(transport)) return false;
    // Such a fault leaves TCP alone, so a TCP question is no hit.
    if (options.kind === 'truncate' && transport === 'tcp' && (options.tcp ?? 'full') === 'full') return false;
    return this.#matchesName(name);
  }
}

/** The faults that are on. The first that hits a question, in order of creation, is the only one it meets. */
export class Faults {
  #active: readonly ActiveFault[] = [];

  add(options: FaultOptions, nowMs: number): ActiveFault {
    const fault = new ActiveFault(options, {
      nowMs,
      onClear: (cleared) => {
        this.#active = this.#active.filter((other) => other !== cleared);
      },
    });
    this.#active = [...this.#active, fault];
    return fault;
  }

  /** The options of the fault that hits this question, of those behind the caches or of those in front of them. */
  hitting(question: FaultQuestion, { nowMs, isBehindCache }: { nowMs: number; isBehindCache: boolean }): FaultOptions | undefined {
    if (this.#active.length === 0) return undefined;
    return this.#active.find((fault) => (fault.options.behindCache ?? false) === isBehindCache && fault.hit(question, nowMs))?.options;
  }
}

function nameMatcher(names: string | RegExp | undefined): (name: string) => boolean {
  if (names === undefined) return () => true;
  if (typeof names === 'string') {
    const wanted = canonicalName(names);
    return (name) => name === wanted;
  }
  // With the flags g and y a RegExp remembers where it stopped, and would skip every other question.
  const pattern = new RegExp(names.source, names.flags.replaceAll(/[gy]/g, ''));
  return (name) => pattern.test(name);
}
