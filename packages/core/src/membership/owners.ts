import { keysWhere, patchedMap } from './patched-map.ts';

interface Owner {
  readonly name: string;
  /** The comparison that last found the address; of no meaning once that is over. */
  foundIn: number;
}

/** How the addresses of a set differ from those that have an owner. */
export interface OwnersComparison {
  /** Addresses of the set that nobody owns, in its order. */
  readonly strangers: readonly string[];
  /** Addresses that have an owner and are not in the set. */
  readonly missed: readonly string[];
}

const NOTHING: readonly string[] = Object.freeze([]);

let comparisons = 0;

/** Address -> name of the one member that owns it. */
export class Owners implements ReadonlyMap<string, string> {
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
    const isAllFound = known === this.size;
    return { strangers: strangers ?? NOTHING, missed: isAllFound ? NOTHING : keysWhere(this.#owners, wasNotFound) };
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

  *values(): MapIterator<string> {
    for (const { name } of this.#owners.values()) yield name;
  }

  *entries(): MapIterator<[string, string]> {
    for (const [address, { name }] of this.#owners) yield [address, name];
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(callback: (name: string, address: string, map: ReadonlyMap<string, string>) => void, thisArg?: unknown): void {
    for (const [address, name] of this.entries()) callback.call(thisArg, name, address, this);
  }
}

function wasNotFound({ foundIn }: Owner): boolean {
  return foundIn !== comparisons;
}
