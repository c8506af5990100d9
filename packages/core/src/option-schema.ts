import * as z from 'zod/mini';
import type { Clock } from './clock.ts';
import type { OptionIssue } from './errors.ts';
import { parseCidr } from './lookup/addresses.ts';
import { canonicalServer } from './lookup/server-address.ts';
import { optionIssue, unknownKeyIssue } from './option-issues.ts';
import type { WatchOptions } from './options.ts';
import { LARGEST_ORDINAL, isDnsName, isLabel, labelRule, lowerCase, normalName, parseServiceName } from './service/dns-names.ts';
import type { PeerSource } from './source.ts';

/** Options judged one by one. */
export interface CheckedOptions {
  /** Those that are valid, as given. */
  readonly given: Partial<WatchOptions>;
  /** The keys of those that are not, about which nothing more needs to be said. */
  readonly broken: ReadonlySet<string>;
  readonly issues: readonly OptionIssue[];
}

/** What one DNS answer can hold, roughly. */
const MOST_REPLICAS = 4_000;
const MOST_SERVERS = 16;
const MOST_BLOCKS = 64;
/** A label has 63 characters, and the SRV name puts `_` in front of the port's. */
const LONGEST_PORT_NAME = 62;

const LEAVE_RULE = "must be 'auto' or a whole number of milliseconds from 0 to 3600000";
const PORT_NAME_RULE = `must be the name of a port of the Service: a label of at most ${LONGEST_PORT_NAME} characters, without _`;

/** Keys in the order of the docs. Each message is the whole rule, whatever part of it is broken. */
const schema = z.strictObject({
  service: text(
    (value) => parseServiceName(value).kind === 'parsed',
    (value) => {
      const name = parseServiceName(typeof value === 'string' ? value : '');
      return name.kind === 'broken' ? name.rule : '';
    },
  ),
  namespace: z.optional(label()),
  clusterDomain: z.optional(
    text(
      (value) => isDnsName(normalName(value)),
      () => 'must be labels joined by dots, such as cluster.local',
    ),
  ),
  statefulSet: z.optional(label()),
  replicas: z.optional(whole(0, MOST_REPLICAS)),
  firstOrdinal: z.optional(whole(0, LARGEST_ORDINAL)),
  port: z.optional(whole(1, 65_535)),
  portName: z.optional(
    text(
      (value) => isLabel(lowerCase(value)) && value.length <= LONGEST_PORT_NAME,
      () => PORT_NAME_RULE,
    ),
  ),
  family: z.optional(z.enum(['auto', 'ipv4', 'ipv6', 'dual'], { error: 'must be auto, ipv4, ipv6 or dual' })),
  servers: z.optional(
    list(
      MOST_SERVERS,
      text(
        (value) => canonicalServer(value) !== undefined,
        () => 'must be ip, ip:port or [ipv6]:port, with a port from 1 to 65535',
      ),
    ),
  ),
  allowedAddresses: z.optional(
    list(
      MOST_BLOCKS,
      text(
        (value) => parseCidr(value) !== undefined,
        () => 'must be a CIDR block, such as 10.244.0.0/16, or 10.244.1.7/32 for one address',
      ),
    ),
  ),
  pollIntervalMs: z.optional(milliseconds(250, 3_600_000)),
  settlingIntervalMs: z.optional(milliseconds(100, 60_000)),
  lookupTimeoutMs: z.optional(milliseconds(100, 10_000)),
  leaveAfterMs: z.optional(z.union([z.literal('auto'), numberBetween(0, 3_600_000, LEAVE_RULE)], { error: LEAVE_RULE })),
  staleAfterMs: z.optional(milliseconds(1_000, 86_400_000)),
  self: z.optional(label()),
  lastKnownFile: z.optional(
    text(
      (value) => value !== '' && !value.includes('\0') && !value.endsWith('/'),
      () => 'must be the path of a file',
    ),
  ),
  persistent: z.optional(z.boolean({ error: 'must be true or false' })),
  source: z.optional(
    z.custom<PeerSource>((value) => hasMethods(value, 'look', 'close'), { error: 'must have the methods look and close' }),
  ),
  clock: z.optional(z.custom<Clock>((value) => hasMethods(value, 'nowMs', 'sleep'), { error: 'must have the methods nowMs and sleep' })),
  random: z.optional(z.custom<() => number>(isFunction, { error: 'must be a function' })),
  signal: z.optional(z.custom<AbortSignal>(isSignal, { error: 'must be an AbortSignal' })),
  onListenerError: z.optional(z.custom<(error: unknown) => void>(isFunction, { error: 'must be a function' })),
} satisfies Record<keyof WatchOptions, z.ZodMiniType>);

/** The options that say how DNS is asked. */
const dnsSchema = z.pick(schema, { family: true, servers: true, allowedAddresses: true, lookupTimeoutMs: true });

/** Judges each option of a watcher by itself: its type, its bounds, its form. At most one issue a path. */
export function checkOptions(input: unknown): CheckedOptions {
  return check(schema, input);
}

/** Judges the options of a DNS source in the same way. */
export function checkDnsOptions(input: unknown): CheckedOptions {
  return check(dnsSchema, input);
}

function check(expected: typeof schema | typeof dnsSchema, input: unknown): CheckedOptions {
  const keys = Object.keys(expected.shape);
  const result = expected.safeParse(input);
  // What is valid stays as it was given: the schema changes nothing, it only judges.
  if (result.success) return { given: result.data, broken: new Set(), issues: [] };
  const issues = new Map<string, OptionIssue>();
  const found = result.error.issues.flatMap((issue) => issuesOf(issue, input, keys));
  for (const issue of found) if (!issues.has(issue.path)) issues.set(issue.path, issue);
  const broken = new Set([...issues.keys()].map((path) => path.split('.')[0] ?? path));
  const given = Object.fromEntries(Object.entries(Object(input)).filter(([key]) => keys.includes(key) && !broken.has(key)));
  return { given, broken, issues: [...issues.values()] };
}

/** Whether `replicas` is a size that can be declared; undefined if so, else the issue. */
export function replicasIssue(replicas: unknown): OptionIssue | undefined {
  const result = schema.shape.replicas.safeParse(replicas);
  if (result.success && replicas !== undefined) return undefined;
  return optionIssue('replicas', replicas, wholeRule(0, MOST_REPLICAS));
}

function issuesOf(issue: z.core.$ZodIssue, input: unknown, keys: readonly string[]): readonly OptionIssue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKeyIssue(key, valueAt(input, [key]), keys));
  if (issue.path.length === 0)
    return [optionIssue('options', input, keys.includes('service') ? 'must be an object with at least service' : 'must be an object')];
  return [optionIssue(issue.path.join('.'), valueAt(input, issue.path), issue.message)];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => Reflect.get(Object(value), key), input);
}

function text(isValid: (value: string) => boolean, rule: (value: unknown) => string): z.ZodMiniString {
  const error = (issue: { readonly input?: unknown }): string => rule(issue.input);
  return z.string({ error }).check(z.refine(isValid, { error }));
}

function label(): z.ZodMiniString {
  return text(
    (value) => isLabel(lowerCase(value)),
    (value) => (typeof value !== 'string' || value === '' ? 'must be a label of a-z, 0-9 and -' : labelRule(lowerCase(value))),
  );
}

function list<Entry extends z.ZodMiniType>(most: number, entry: Entry): z.ZodMiniArray<Entry> {
  const error = `must be a list of 1 to ${most}`;
  return z.array(entry, { error }).check(z.minLength(1, { error }), z.maxLength(most, { error }));
}

function milliseconds(least: number, most: number): z.ZodMiniNumber {
  return numberBetween(least, most, `must be a whole number of milliseconds from ${least} to ${most}`);
}

function whole(least: number, most: number): z.ZodMiniNumber {
  return numberBetween(least, most, wholeRule(least, most));
}

function wholeRule(least: number, most: number): string {
  return `must be a whole number from ${least} to ${most}`;
}

function numberBetween(least: number, most: number, error: string): z.ZodMiniNumber {
  return z.number({ error }).check(z.int({ error }), z.minimum(least, { error }), z.maximum(most, { error }));
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => isFunction(Reflect.get(value, name)));
}

/** By its shape: a signal may come from another realm or from a polyfill. */
function isSignal(value: unknown): boolean {
  return hasMethods(value, 'addEventListener', 'removeEventListener') && typeof Reflect.get(Object(value), 'aborted') === 'boolean';
}
