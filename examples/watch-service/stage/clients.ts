import { setTimeout as sleep } from 'node:timers/promises';
import type { Pods } from './pods.ts';

const KEYS: readonly string[] = Array.from({ length: 300 }, (_, i) => `color ${i}`);
const CLIENTS = 4;
/** All at once would be an overload, in which others stand in for owners that are too slow. */
const AT_ONCE = 10;
const PAUSE_MS = 5;
const LONGEST_ANSWER_MS = 5_000;

/** What the clients met since some moment. */
export interface Figures {
  readonly requests: number;
  /** What went wrong, in words. */
  readonly failures: readonly string[];
}

/** Who answers which key. */
export type Owners = ReadonlyMap<string, string>;

/** Clients that ask for one key after the other, all the time, each time at another of the ready pods, as a load balancer does. */
export class Clients implements AsyncDisposable {
  readonly #pods: Pods;
  readonly #running: Promise<unknown>;
  readonly #failures: string[] = [];
  #requests = 0;
  #isEnding = false;

  constructor(pods: Pods) {
    this.#pods = pods;
    this.#running = Promise.all(Array.from({ length: CLIENTS }, (_, i) => this.#run(i)));
  }

  get figures(): Figures {
    return { requests: this.#requests, failures: [...this.#failures] };
  }

  /** Asks one pod for every key: who answered. Rejects when one is not answered. */
  async ownersSeenBy(entry: string): Promise<Owners> {
    const owners = new Map<string, string>();
    for (let i = 0; i < KEYS.length; i += AT_ONCE) {
      await Promise.all(KEYS.slice(i, i + AT_ONCE).map(async (key) => owners.set(key, await this.#ask(entry, key))));
    }
    return owners;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(first: number): Promise<void> {
    for (let turn = first; !this.#isEnding; turn += CLIENTS) {
      const { readyNames } = this.#pods;
      const entry = readyNames[turn % readyNames.length] ?? 'nobody';
      const key = KEYS[turn % KEYS.length] ?? '';
      try {
        await this.#ask(entry, key);
      } catch (error) {
        this.#failures.push(`${key} at ${entry}: ${whyOf(error)}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  async #ask(entry: string, key: string): Promise<string> {
    this.#requests += 1;
    const url = `${this.#pods.urlOf(entry)}/keys/${encodeURIComponent(key)}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${body.trim()}`);
    return response.headers.get('x-served-by') ?? 'nobody';
  }
}

/** How many keys each pod owns, for people. */
export function shareText(owners: Owners): string {
  const names = [...new Set(owners.values())].toSorted();
  return names.map((name) => `${name} ${[...owners.values()].filter((owner) => owner === name).length}`).join(', ');
}

/** The keys whose owner is another one. */
export function movedKeys(before: Owners, after: Owners): readonly { readonly from: string | undefined; readonly to: string }[] {
  return [...after].flatMap(([key, to]) => (before.get(key) === to ? [] : [{ from: before.get(key), to }]));
}

/** What `fetch` says is wrong stands in the cause. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
