import { keysWhere, patchedMap } from './patched-map.ts';

interface Owner {
  readonly name: string;
  /** The comparison that last found the address; of no meaning once that is over. */
  foundIn: number;
}

/** Addresses, to ask for one of them. */
export type Addresses = Pick<ReadonlySet<string>, 'has' | 'size'>;

/** How the addresses of a set differ from those that have an owner. */
export interface OwnersComparison {
  /** The addresses of the set. */
  readonly shown: Addresses;
  /** Those of them that nobody owns, in their order. */
  readonly strangers: readonly string[];
  /** Addresses that have an owner and are not in the set. */
  readonly missed: Addresses;
}

const NOTHING: readonly string[] = Object.freeze([]);
const NONE: Addresses = new Set<string>();

let comparisons = 0;

/** Address -> name of the one member that owns it. */
export class Owners {
  static readonly none: Owners = new Owners(new Map());
  readonly #owners: ReadonlyMap<string, Owner>;

  private constructor(owners: ReadonlyMap<string, Owner>) {
    this.#owners = owners;
  }

  static of(entries: Iterable<readonly [address: string, name: string]>): Owners {
    return Owners.none.patched([], entries);
  }

  /** Without the addresses in `gone`, and then with the entries in `come`. */
  patched(gone: Iterable<string>, come: Iterable<readonly [address: string, name: string]>): Owners {
    return new Owners(
      patchedMap(
        this.#owners,
        gone,
        Array.from(come, ([address, name]) => [address, { name, foundIn: 0 }] as const),
      ),
    );
  }

  /**
   * What a look at a large set costs: each address is looked up once, and marked. To put all of them into a set of their own, and to look the
   * owners up in it, takes four times as long.
   */
  compare(addresses: readonly string[]): OwnersComparison {
    if (addresses.length === 0) return { shown: NONE, strangers: NOTHING, missed: this };
    comparisons += 1;
    let known = 0;
    let strangers: string[] | undefined;
    for (const address of addresses) {
      const owner = this.#owners.get(address);
      if (owner === undefined) (strangers ??= []).push(address);
      else if (owner.foundIn !== comparisons) {
        owner.foundIn = comparisons;
        known += 1;
      }
    }
    if (strangers === undefined && known === this.size) return { shown: this, strangers: NOTHING, missed: NONE };
    const missed = known === this.size ? NONE : new Set(keysWhere(this.#owners, wasNotFound));
    return { shown: new Shown(this, strangers ?? NOTHING, missed), strangers: strangers ?? NOTHING, missed };
  }

  get size(): number {
    return this.#owners.size;
  }

  get(address: string): string | undefined {
    return this.#owners.get(address)?.name;
  }

  has(address: string): boolean {
    return this.#owners.has(address);
  }

  keys(): MapIterator<string> {
    return this.#owners.keys();
  }

  *[Symbol.iterator](): MapIterator<[address: string, name: string]> {
    for (const [address, { name }] of this.#owners) yield [address, name];
  }
}

/** The addresses of a set, by what distinguishes them from those that have an owner: in a large set that is little. */
class Shown implements Addresses {
  readonly size: number;
  readonly #owners: Owners;
  readonly #strangers: ReadonlySet<string>;
  readonly #missed: Addresses;

  constructor(owners: Owners, strangers: readonly string[], missed: Addresses) {
    this.#owners = owners;
    this.#strangers = new Set(strangers);
    this.#missed = missed;
    this.size = owners.size - missed.size + this.#strangers.size;
  }

  has(address: string): boolean {
    return this.#owners.has(address) ? !this.#missed.has(address) : this.#strangers.has(address);
  }
}

function wasNotFound({ foundIn }: Owner): boolean {
  return foundIn !== comparisons;
}
