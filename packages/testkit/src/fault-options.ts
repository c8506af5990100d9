import { isIP } from 'node:net';
import { types as typeChecks } from 'node:util';
import { checkBoolean, checkDuration, checkInteger, checkKnownKeys, checkOneOf, checkRatio } from './check-options.ts';
import { TestkitError } from './errors.ts';
import type { Transport } from './records.ts';

/** Which questions a fault hits, and how often. Without any of these it hits every question until it is cleared. */
export interface FaultScope {
  /** A name (compared without regard to case and final dot), or a pattern tested against the lower-case name without final dot. */
  names?: string | RegExp;
  /** Question types such as `['A', 'AAAA']`. Default all. */
  types?: readonly string[];
  /** Default both. */
  transports?: readonly Transport[];
  /** Indexes of the DNS replicas that have it, such as `[0]`. Default all. */
  replicas?: readonly number[];
  /**
   * Whether the fault is behind the replica's cache instead of between it and the asker: then only questions that the cache does not
   * answer meet it, and the cache keeps what comes of it. Default false. Not for faults that only act on the way to the asker: `silence`,
   * `truncate`, `garbage`, `wrong-id`, `wrong-question`, `reply-twice`.
   */
  behindCache?: boolean;
  /** Chance that a question in scope is hit, 0 to 1, default 1. */
  probability?: number;
  /** Seed of the chance above, default 1. The same questions in the same order meet the same luck. */
  seed?: number;
  /** The fault ends after it has hit so many questions. Integer, 1 or more, default endless. */
  count?: number;
  /** The fault begins so many milliseconds from now, default 0. */
  afterMs?: number;
  /** And lasts so many milliseconds, default endless. */
  forMs?: number;
  /** Whatever is replied comes so many milliseconds late, default 0. */
  delayMs?: number;
}

/** Faults that need no further word. */
export type PlainFaultKind =
  | 'nxdomain'
  | 'nodata'
  | 'servfail'
  | 'refused'
  | 'notimp'
  | 'formerr'
  | 'silence'
  | 'empty'
  | 'cname-loop'
  | 'duplicate'
  | 'garbage'
  | 'reply-twice';

/** A fault that goes by its kind alone. */
export interface PlainFaultOptions extends FaultScope {
  kind: PlainFaultKind;
}

/** The right answer, late. */
export interface DelayFaultOptions extends FaultScope {
  kind: 'delay';
  delayMs: number;
}

/** A cut reply over UDP. */
export interface TruncateFaultOptions extends FaultScope {
  kind: 'truncate';
  /** What the same question meets over TCP: the full answer (default), a reset connection, silence, or a cut reply again. */
  tcp?: 'full' | 'refused' | 'silent' | 'truncated';
  /** Records left in a cut reply. Integer, 0 or more, default half of them, rounded down. */
  keep?: number;
}

/** An answer that lacks records and does not say so. */
export interface PartialFaultOptions extends FaultScope {
  kind: 'partial';
  /** Records left, other ones each time for addresses. Integer, 0 or more; default half of them, rounded up. */
  keep?: number;
  /** Leaves out exactly these instead: addresses, target names, or first labels of targets such as `color-ss-1`. */
  without?: readonly string[];
}

/** Addresses from somewhere else, as a search list, a wildcard or an autopath plugin brings them. Hits A and AAAA questions only. */
export interface ForeignAddressFaultOptions extends FaultScope {
  kind: 'foreign-address';
  /** Default 203.0.113.7 and 3fff::7, which no pod ever has. */
  addresses?: readonly string[];
  /** Whether they take the place of the true answer (default), be it a denial, or come on top of it. */
  mode?: 'replace' | 'add';
  /** Owner of the foreign records, default the name that was asked. */
  owner?: string;
}

/** A reply that belongs to another question: by its id, or by the question it repeats. */
export interface StrayReplyFaultOptions extends FaultScope {
  kind: 'wrong-id' | 'wrong-question';
  /** Whether the right reply follows. Default false. */
  thenRight?: boolean;
}

/** A fault, by its kind. */
export type FaultOptions =
  | PlainFaultOptions
  | DelayFaultOptions
  | TruncateFaultOptions
  | PartialFaultOptions
  | ForeignAddressFaultOptions
  | StrayReplyFaultOptions;

/** Every kind of fault. */
export type FaultKind = FaultOptions['kind'];

const SCOPE_KEYS: readonly string[] = [
  'kind',
  'names',
  'types',
  'transports',
  'replicas',
  'behindCache',
  'probability',
  'seed',
  'count',
  'afterMs',
  'forMs',
  'delayMs',
];

/** Every kind, with the options it has beyond its scope. */
const KIND_KEYS: Readonly<Record<FaultKind, readonly string[]>> = {
  nxdomain: [],
  nodata: [],
  servfail: [],
  refused: [],
  notimp: [],
  formerr: [],
  silence: [],
  empty: [],
  'cname-loop': [],
  duplicate: [],
  garbage: [],
  'reply-twice': [],
  delay: [],
  truncate: ['tcp', 'keep'],
  partial: ['keep', 'without'],
  'foreign-address': ['addresses', 'mode', 'owner'],
  'wrong-id': ['thenRight'],
  'wrong-question': ['thenRight'],
};

/** They change no answer. */
const ON_THE_WAY: readonly FaultKind[] = ['silence', 'truncate', 'garbage', 'wrong-id', 'wrong-question', 'reply-twice'];

/** Refuses a fault that could not do what it says. */
export function checkFaultOptions(options: FaultOptions): void {
  checkOneOf('kind of a fault', options.kind, Object.keys(KIND_KEYS));
  checkKnownKeys(`fault ${options.kind}`, options, [...SCOPE_KEYS, ...KIND_KEYS[options.kind]]);
  checkScope(options);
  if (options.behindCache === true && ON_THE_WAY.includes(options.kind)) {
    throw new TestkitError('INVALID_OPTIONS', `a ${options.kind} fault acts on the way to the asker, it cannot be behindCache`);
  }
  switch (options.kind) {
    case 'delay':
      checkDuration('delayMs of a delay fault', options.delayMs);
      return;
    case 'truncate':
      checkOneOf('tcp of a truncate fault', options.tcp ?? 'full', ['full', 'refused', 'silent', 'truncated']);
      checkInteger('keep of a truncate fault', options.keep ?? 0, 0);
      return;
    case 'partial':
      checkInteger('keep of a partial fault', options.keep ?? 0, 0);
      if (options.keep !== undefined && options.without !== undefined) {
        throw new TestkitError('INVALID_OPTIONS', 'a partial fault takes keep or without, not both');
      }
      return;
    case 'foreign-address':
      checkOneOf('mode of a foreign-address fault', options.mode ?? 'replace', ['replace', 'add']);
      options.addresses?.forEach(checkAddress);
      return;
    default:
  }
}

function checkScope({ names, types, transports, ...scope }: FaultOptions): void {
  // Test runners that give each file a realm of its own bring patterns that are no `instanceof RegExp` here.
  if (names !== undefined && typeof names !== 'string' && !typeChecks.isRegExp(names)) {
    throw new TestkitError('INVALID_OPTIONS', 'names of a fault must be a name or a RegExp');
  }
  types?.forEach((type) => {
    if (!/^[A-Z0-9]+$/.test(type))
      throw new TestkitError('INVALID_OPTIONS', `types of a fault must be mnemonics such as 'A', not '${type}'`);
  });
  transports?.forEach((transport) => checkOneOf('a transport of a fault', transport, ['udp', 'tcp']));
  checkBoolean('behindCache of a fault', scope.behindCache ?? false);
  checkRatio('probability of a fault', scope.probability ?? 1);
  checkInteger('seed of a fault', scope.seed ?? 0, Number.MIN_SAFE_INTEGER);
  checkInteger('count of a fault', scope.count ?? 1, 1);
  checkDuration('afterMs of a fault', scope.afterMs ?? 0);
  checkDuration('forMs of a fault', scope.forMs ?? 0, { isEndlessAllowed: true });
  checkDuration('delayMs of a fault', scope.delayMs ?? 0);
}

function checkAddress(address: string): void {
  if (isIP(address) === 0)
    throw new TestkitError('INVALID_OPTIONS', `addresses of a foreign-address fault must be IP addresses, not '${address}'`);
}
