import type { WatchOptions } from '@peerset/core';

/** What the service needs to know. */
export interface Settings {
  /** This pod's own name. */
  readonly name: string;
  /** Where it listens; undefined: on all addresses. */
  readonly host: string | undefined;
  readonly port: number;
  /** How long it goes on answering after it was told to end: others need a moment to hear of it. */
  readonly drainMs: number;
  readonly watch: WatchOptions;
}

/**
 * Reads a pod's environment, see manifest.yaml: POD_NAME, SERVICE, STATEFUL_SET, PORT (8080), HOST, DRAIN_MS (5000), and in WATCH_OPTIONS, as JSON,
 * whatever else `watchPeers` takes, which checks it.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { HOST, STATEFUL_SET, PORT = '8080', DRAIN_MS = '5000', WATCH_OPTIONS = '{}' } = environment;
  const name = needed(environment, 'POD_NAME');
  const watch: Partial<WatchOptions> = JSON.parse(WATCH_OPTIONS);
  return {
    name,
    host: HOST,
    port: wholeNumber('PORT', PORT),
    drainMs: wholeNumber('DRAIN_MS', DRAIN_MS),
    watch: {
      ...watch,
      service: needed(environment, 'SERVICE'),
      self: name,
      ...(STATEFUL_SET !== undefined && { statefulSet: STATEFUL_SET }),
    },
  };
}

function needed(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${name} is "${text}", must be a whole number`);
  return Number(text);
}
