/** What one client met while it asked at a steady pace. */
export interface LoadReport {
  readonly requests: number;
  /** When requests failed, in ms of `performance.now()`. */
  readonly failedAtMs: readonly number[];
  /** Requests that have waited for more than a second, and still do. */
  readonly unanswered: number;
  /** Requests that each host has answered in the last phase, by address. */
  readonly answersByHost: Readonly<Record<string, number>>;
}

/** Sends one request and gives the host that answered. */
export type Ask = () => Promise<string>;

const pauseMs = 50;

/** Asks every 50 ms, whether or not the answers before have come, until it is stopped. */
export class ClientLoad {
  readonly #ask: Ask;
  /** When each request began that is under way. */
  readonly #pending = new Map<Promise<void>, number>();
  readonly #timer: NodeJS.Timeout;
  #requests = 0;
  #failedAtMs: number[] = [];
  #answers: Record<string, number> = {};

  constructor(ask: Ask) {
    this.#ask = ask;
    this.#timer = setInterval(() => {
      const request = this.#once().finally(() => this.#pending.delete(request));
      this.#pending.set(request, performance.now());
    }, pauseMs);
  }

  /** Counts from here on. */
  reset(): void {
    [this.#requests, this.#failedAtMs, this.#answers] = [0, [], {}];
  }

  /** Forgets only who has answered. */
  resetAnswers(): void {
    this.#answers = {};
  }

  get report(): LoadReport {
    const unanswered = [...this.#pending.values()].filter((sinceMs) => performance.now() - sinceMs > 1_000).length;
    return {
      requests: this.#requests,
      failedAtMs: [...this.#failedAtMs],
      unanswered,
      answersByHost: { ...this.#answers },
    };
  }

  /** Resolves when all that was asked has come to something. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending.keys());
  }

  async #once(): Promise<void> {
    this.#requests += 1;
    try {
      const host = (await this.#ask()).replace(/:\d+$/, '');
      this.#answers[host] = (this.#answers[host] ?? 0) + 1;
    } catch {
      this.#failedAtMs.push(performance.now());
    }
  }
}
