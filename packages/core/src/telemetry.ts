import { channel } from 'node:diagnostics_channel';
import type { Change } from './membership/diff.ts';
import type { Status } from './membership/status.ts';
import type { LookupReport, RoundReport } from './round-report.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

/**
 * What watchers publish on `node:diagnostics_channel`, by channel: names, addresses, ports, times and codes, nothing secret. Each message is frozen
 * and says of which Service it is, so that the watchers of a process can be told apart. Nothing is made where nobody subscribes, and
 * nothing is published after `close()`. Subscribers come before listeners; what one throws is an uncaught exception of the process (Node's
 * way), and stops neither the watcher nor other subscribers.
 */
export interface TelemetryMessages {
  /** After every round. */
  readonly 'peerset:round': { readonly service: ServiceIdentity; readonly report: RoundReport };
  /** The snapshot is another one. */
  readonly 'peerset:change': { readonly service: ServiceIdentity; readonly change: Change };
  /** As the event `status`: phase, problems or unconfirmed members changed. */
  readonly 'peerset:status': { readonly service: ServiceIdentity; readonly status: Status; readonly previous: Status };
  /** After a round in which records were refused as foreign: the lookups concerned. */
  readonly 'peerset:refused': { readonly service: ServiceIdentity; readonly lookups: readonly LookupReport[] };
}

const CHANNELS = {
  round: channel('peerset:round' satisfies keyof TelemetryMessages),
  change: channel('peerset:change' satisfies keyof TelemetryMessages),
  status: channel('peerset:status' satisfies keyof TelemetryMessages),
  refused: channel('peerset:refused' satisfies keyof TelemetryMessages),
} as const;

/** What a watcher publishes, where somebody subscribes. */
export interface Telemetry {
  round(report: RoundReport): void;
  change(change: Change): void;
  status(status: Status, previous: Status): void;
}

/** Whether anyone wants to hear of rounds, for which reports must be made. */
export function isRoundWanted(): boolean {
  return CHANNELS.round.hasSubscribers || CHANNELS.refused.hasSubscribers;
}

/** The telemetry of one watcher, until it is closed. */
export function telemetryOf(service: ServiceIdentity, closed: AbortSignal): Telemetry {
  return new WatcherTelemetry(service, closed);
}

class WatcherTelemetry implements Telemetry {
  readonly #service: ServiceIdentity;
  readonly #closed: AbortSignal;

  constructor(service: ServiceIdentity, closed: AbortSignal) {
    this.#service = service;
    this.#closed = closed;
  }

  round(report: RoundReport): void {
    const service = this.#service;
    this.#publish('round', () => ({ service, report }));
    const lookups = report.lookups.filter(({ refused }) => refused > 0);
    if (lookups.length > 0) this.#publish('refused', () => ({ service, lookups: Object.freeze(lookups) }));
  }

  change(change: Change): void {
    this.#publish('change', () => ({ service: this.#service, change }));
  }

  status(status: Status, previous: Status): void {
    this.#publish('status', () => ({ service: this.#service, status, previous }));
  }

  #publish<K extends keyof typeof CHANNELS>(name: K, message: () => TelemetryMessages[`peerset:${K}`]): void {
    if (CHANNELS[name].hasSubscribers && !this.#closed.aborted) CHANNELS[name].publish(Object.freeze(message()));
  }
}
