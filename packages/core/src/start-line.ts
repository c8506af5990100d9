import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

/** A place among those that are starting, or in the line for one. */
interface StartPlace {
  /** Resolves when its turn has come; undefined when that was at once. */
  readonly turn: Promise<void> | undefined;
  /** Gives the place back, or leaves the line. More than once does no harm. */
  leave(): void;
}

/** Lets a few start at a time; the others wait in line. */
export interface StartLine {
  enter(): StartPlace;
}

export interface StartLineOptions {
  /** How many start at a time. */
  readonly places: number;
  /**
   * For so long a start may keep others waiting, even if it takes longer. Counted in steps, of which one that comes late counts once: a busy
   * process must not take its own slowness for that of what it waits for.
   */
  readonly holdMs: number;
  readonly clock: Clock;
}

const STEPS = 5;

export function startLine(options: StartLineOptions): StartLine {
  return new Line(options);
}

class Line implements StartLine {
  readonly #places: number;
  readonly #stepMs: number;
  readonly #clock: Clock;
  readonly #starting = new Set<Place>();
  readonly #waiting = new Set<Place>();
  /** Ends the steps; undefined while nobody waits, who alone needs them. */
  #stepping: AbortController | undefined;

  constructor({ places, holdMs, clock }: StartLineOptions) {
    this.#places = places;
    this.#stepMs = holdMs / STEPS;
    this.#clock = clock;
  }

  enter(): StartPlace {
    const isFree = this.#starting.size < this.#places;
    const place = new Place(this, isFree ? undefined : deferred());
    (isFree ? this.#starting : this.#waiting).add(place);
    if (!isFree && this.#stepping === undefined) void this.#step((this.#stepping = new AbortController()));
    return place;
  }

  leave(place: Place): void {
    if (this.#starting.delete(place)) this.#admit();
    else if (this.#waiting.delete(place) && this.#waiting.size === 0) this.#stop();
  }

  #admit(): void {
    for (const place of this.#waiting) {
      if (this.#starting.size >= this.#places) return;
      this.#waiting.delete(place);
      this.#starting.add(place);
      place.begin();
    }
    this.#stop();
  }

  async #step(stepping: AbortController): Promise<void> {
    while (!stepping.signal.aborted) {
      try {
        await this.#clock.sleep(this.#stepMs, stepping.signal);
      } catch {
        return;
      }
      const stuck = [...this.#starting].filter((place) => place.hasHeld(STEPS));
      for (const place of stuck) this.leave(place);
    }
  }

  #stop(): void {
    this.#stepping?.abort();
    this.#stepping = undefined;
  }
}

class Place implements StartPlace {
  readonly #line: Line;
  readonly #turn: Deferred | undefined;
  #stepsHeld = 0;

  constructor(line: Line, turn: Deferred | undefined) {
    this.#line = line;
    this.#turn = turn;
  }

  get turn(): Promise<void> | undefined {
    return this.#turn?.promise;
  }

  leave(): void {
    this.#line.leave(this);
  }

  begin(): void {
    this.#turn?.resolve();
  }

  /** One step more; whether it has been so many. */
  hasHeld(steps: number): boolean {
    this.#stepsHeld += 1;
    return this.#stepsHeld >= steps;
  }
}
