import type { MongoUriOptions } from './options.ts';
import type { SrvOptionSet, UriOptionSet } from './uri-option-set.ts';
import { byteLength, compareText, textFault } from './uri-text.ts';

/** The encoded texts of a value, one for each time its key is printed, or the rule that it breaks. */
type Printed = { readonly texts: readonly string[] } | { readonly rule: string };

/** One row of a table of options: how a value is checked and printed. */
export interface OptionKind<T> {
  /** Its value appears in no error. */
  readonly isSecret: boolean;
  readonly print: (value: unknown) => Printed;
  /** Never set: ties a row to the type that the option has in the interface. */
  readonly valueType?: T;
}

type OptionTable<T> = { readonly [K in keyof T]-?: OptionKind<T[K]> };

const max32 = 2 ** 31 - 1;

/** The options that are not printed under their own name, and `replicaSet`, which is printed first. */
export const placedOptions: OptionTable<Pick<MongoUriOptions, 'replicaSet' | 'port' | 'database' | 'include' | 'maxHosts'>> = {
  replicaSet: text(),
  port: integer(1, 65_535),
  database: databaseName(),
  include: oneOf('members', 'present'),
  maxHosts: integer(1, max32),
};

/**
 * Every option of the URI options specification, in the order in which they are printed. Ranges: uri-options.md of the specifications;
 * 128 bytes for `appName`: the handshake specification.
 */
export const uriOptions: OptionTable<UriOptionSet> = {
  directConnection: flag(),
  loadBalanced: flag(),
  appName: text({ maxBytes: 128 }),
  connectTimeoutMS: integer(0, max32),
  socketTimeoutMS: integer(0, max32),
  serverSelectionTimeoutMS: integer(1, max32),
  heartbeatFrequencyMS: integer(500, max32),
  serverMonitoringMode: oneOf('auto', 'poll', 'stream'),
  serverSelectionTryOnce: flag(),
  localThresholdMS: integer(0, max32),
  timeoutMS: integer(0, max32),
  maxPoolSize: integer(0, max32),
  minPoolSize: integer(0, max32),
  maxConnecting: integer(1, max32),
  maxIdleTimeMS: integer(0, max32),
  waitQueueTimeoutMS: integer(1, max32),
  w: acknowledgement(),
  wTimeoutMS: integer(0, Number.MAX_SAFE_INTEGER),
  journal: flag(),
  retryWrites: flag(),
  readConcernLevel: oneOf('local', 'available', 'majority', 'linearizable', 'snapshot'),
  readPreference: oneOf('primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'),
  readPreferenceTags: tagSets(),
  maxStalenessSeconds: staleness(),
  retryReads: flag(),
  maxAdaptiveRetries: integer(0, max32),
  enableOverloadRetargeting: flag(),
  compressors: preferenceList('none', 'snappy', 'zlib', 'zstd'),
  zlibCompressionLevel: integer(-1, 9),
  tls: flag(),
  tlsCAFile: text(),
  tlsCertificateKeyFile: text(),
  tlsCertificateKeyFilePassword: { ...text(), isSecret: true },
  tlsAllowInvalidCertificates: flag(),
  tlsAllowInvalidHostnames: flag(),
  tlsInsecure: flag(),
  tlsDisableOCSPEndpointCheck: flag(),
  tlsDisableCertificateRevocationCheck: flag(),
  proxyHost: text(),
  proxyPort: integer(1, 65_535),
  proxyUsername: text(),
  proxyPassword: { ...text(), isSecret: true },
};

/** The options that only a `mongodb+srv` string takes, printed after the others. */
export const srvOptions: OptionTable<SrvOptionSet> = { srvServiceName: portName(), srvMaxHosts: integer(0, max32) };

function kind<T>(print: (value: unknown) => Printed): OptionKind<T> {
  return { isSecret: false, print };
}

function flag(): OptionKind<boolean> {
  return kind((value) => (typeof value === 'boolean' ? { texts: [String(value)] } : { rule: 'must be true or false' }));
}

function integer(min: number, max: number): OptionKind<number> {
  return kind((value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? { texts: [String(value)] }
      : { rule: `must be an integer, ${min}..${max}` },
  );
}

function oneOf<T extends string>(...values: readonly T[]): OptionKind<T> {
  return kind((value) =>
    values.some((known) => known === value) ? { texts: [String(value)] } : { rule: `must be one of ${values.join(', ')}` },
  );
}

function text({ maxBytes = Infinity }: { maxBytes?: number } = {}): OptionKind<string> {
  return kind((value) => {
    if (typeof value !== 'string') return { rule: 'must be a string' };
    const rule = textFault(value) ?? (byteLength(value) > maxBytes ? `must be at most ${maxBytes} bytes in UTF-8` : undefined);
    return rule === undefined ? { texts: [encodeURIComponent(value)] } : { rule };
  });
}

/** Names of databases: the server's naming restrictions. Node's driver lets them pass, libmongoc does not. */
export function databaseName(): OptionKind<string> {
  const { print } = text({ maxBytes: 63 });
  return kind((value) =>
    typeof value === 'string' && /[/\\. "$]/.test(value) ? { rule: 'must not hold / \\ . " $ or a blank' } : print(value),
  );
}

/** A Service's port has a DNS label for a name; drivers put `_` before it, which must fit into a label as well. */
function portName(): OptionKind<string> {
  return kind((value) =>
    typeof value === 'string' && /^[a-z\d](?:[a-z\d-]{0,60}[a-z\d])?$/.test(value)
      ? { texts: [value] }
      : { rule: 'must be the name of a port: 1..62 of a-z, 0-9 and -, neither first nor last a -' },
  );
}

function acknowledgement(): OptionKind<number | string> {
  const { print: printCount } = integer(0, max32);
  const { print: printName } = text();
  return kind((value) => {
    if (typeof value !== 'string') return printCount(value);
    // Drivers take whatever reads as a number in their language for one: in Node '0x10' asks for 16 members and ' ' for none, and Python
    // knows the digits of all scripts and '1_0'.
    if (!Number.isNaN(Number(value)) || /^\s*[+-]?\p{Nd}[\p{Nd}_]*\s*$/u.test(value))
      return { rule: 'must be a number, or a name that does not read as one' };
    return printName(value);
  });
}

function staleness(): OptionKind<number> {
  const { print } = integer(90, max32);
  return kind((value) => {
    if (value === -1) return { texts: [] };
    const printed = print(value);
    return 'rule' in printed ? { rule: `must be -1 or an integer, 90..${max32}` } : printed;
  });
}

function preferenceList<T extends string>(...values: readonly T[]): OptionKind<readonly T[]> {
  return kind((value) => {
    const isList = Array.isArray(value) && value.length > 0 && new Set(value).size === value.length;
    return isList && value.every((entry) => values.some((known) => known === entry))
      ? { texts: [value.join(',')] }
      : { rule: `must be a list of ${values.join(', ')}, each at most once` };
  });
}

function tagSets(): OptionKind<readonly Readonly<Record<string, string>>[]> {
  return kind((value) => {
    const rule = 'must be a list of objects of strings';
    if (!Array.isArray(value)) return { rule };
    const texts: string[] = [];
    for (const set of value) {
      if (typeof set !== 'object' || set === null || Array.isArray(set)) return { rule };
      const tags = Object.entries(set).toSorted(([a], [b]) => compareText(a, b));
      for (const part of tags.flat()) {
        const fault = typeof part === 'string' ? (textFault(part) ?? separatorFault(part)) : rule;
        if (fault !== undefined) return { rule: `a tag ${fault}` };
      }
      texts.push(tags.map(([name, tag]) => `${encodeURIComponent(name)}:${encodeURIComponent(String(tag))}`).join(','));
    }
    return { texts };
  });
}

/**
 * Lists are split at `:` and `,` before or after decoding, depending on the driver, and the Node driver cuts an entry at a Unicode line
 * separator: only a text without them is safe.
 */
export function separatorFault(part: string): string | undefined {
  if (/[:,]/.test(part)) return 'must not hold : or ,';
  return /[\u2028\u2029]/.test(part) ? 'must not hold a line separator' : undefined;
}
