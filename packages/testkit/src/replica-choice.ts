import { checkInteger } from './check-options.ts';
import { TestkitError } from './errors.ts';
import type { Random } from './random.ts';

/** Who answers a question that names no replica: anyone (kube-proxy with iptables or nftables), or each in turn (with IPVS). */
export type Balance = 'random' | 'round-robin';

/** Picks the replica of a question. */
export class ReplicaChoice<Replica> {
  readonly #replicas: readonly Replica[];
  readonly #balance: Balance;
  readonly #random: Random;
  #turn = 0;

  constructor(replicas: readonly Replica[], balance: Balance, random: Random) {
    this.#replicas = replicas;
    this.#balance = balance;
    this.#random = random;
  }

  /** The replica asked for, or the next by chance or turn. */
  pick(wanted: number | undefined): Replica {
    const count = this.#replicas.length;
    if (wanted !== undefined) checkInteger('replica of a question', wanted, 0, count - 1);
    const replica = this.#replicas[wanted ?? this.#nextIndex(count)];
    if (replica === undefined) throw new TestkitError('NOT_FOUND', 'there is no DNS replica');
    return replica;
  }

  #nextIndex(count: number): number {
    if (count === 1) return 0;
    if (this.#balance === 'random') return Math.floor(this.#random() * count);
    this.#turn = (this.#turn + 1) % count;
    return this.#turn;
  }
}
