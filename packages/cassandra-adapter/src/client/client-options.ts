import type { DriverPolicies } from './cassandra-driver.ts';
import { rangeIssues, refuse, refuseNoObject, shapeIssues, textIssues, unknownKeyIssues } from '../check-options.ts';

/** What the options of a client are made from. */
export interface CassandraClientInput<O extends object = object> {
  /** The array goes into the options as it is: a driver reads it again when it has lost everyone, so changing it in place counts. */
  readonly contactPoints: string[];
  /** The data centre whose nodes are asked. */
  readonly datacenter: string;
  /** Where all nodes speak CQL, 1..65535. Default 9042. A port behind a contact point would count for that one alone. */
  readonly port?: number;
  /** Options of the driver; what they say wins, key by key. Default: none. */
  readonly options?: O;
}

/** Options for `new Client`. */
export interface CassandraClientOptions<R extends object = object> {
  readonly contactPoints: string[];
  readonly localDataCenter: string;
  readonly protocolOptions: { readonly port: number; readonly maxVersion: number };
  readonly pooling: { readonly heartBeatInterval: number };
  readonly socketOptions: {
    readonly connectTimeout: number;
    readonly readTimeout: number;
    readonly defunctReadTimeoutThreshold: number;
    readonly keepAlive: boolean;
    readonly keepAliveDelay: number;
  };
  readonly policies: { readonly reconnection: R };
}

const keys: readonly string[] = ['contactPoints', 'datacenter', 'port', 'options'] satisfies readonly (keyof CassandraClientInput)[];
const cqlPort = 9_042;

/**
 * Options with which a client of `cassandra-driver` notices within 15 s that a node has vanished, against 39 to 89 s with the driver's own: a
 * heart-beat after 5 s of silence, connections given up after two unanswered requests, requests after 3 s, attempts to connect after 2 s,
 * TCP keep-alive after 10 s, reconnection after 0.5 to 10 s (the driver's own goes up to 10 min). Statements that take longer than 3 s need a
 * `socketOptions.readTimeout` of their own. The protocol begins with version 4, the highest of Apache Cassandra that the driver speaks.
 *
 * @param driver - The caller's module: a policy of another copy of it is refused.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function cassandraClientOptions<R extends object, O extends object = object>(
  driver: DriverPolicies<R>,
  input: CassandraClientInput<O>,
): CassandraClientOptions<R> & O {
  refuseNoObject('input', input);
  const { contactPoints, datacenter, port = cqlPort, options } = input;
  refuse([
    ...shapeIssues('driver', driver, ['policies'], 'must be the module cassandra-driver'),
    ...unknownKeyIssues(input, keys),
    ...(Array.isArray(contactPoints) && contactPoints.length > 0
      ? []
      : [{ path: 'contactPoints', value: typeof contactPoints, rule: 'must be an array with a name or an address' }]),
    ...textIssues('datacenter', datacenter, 'must be the name of a data centre'),
    ...rangeIssues('port', port, [1, 65_535]),
  ]);
  const { ExponentialReconnectionPolicy } = driver.policies.reconnection;
  const defaults: CassandraClientOptions<R> = {
    contactPoints,
    localDataCenter: datacenter,
    protocolOptions: { port, maxVersion: 4 },
    pooling: { heartBeatInterval: 5_000 },
    socketOptions: { connectTimeout: 2_000, readTimeout: 3_000, defunctReadTimeoutThreshold: 2, keepAlive: true, keepAliveDelay: 10_000 },
    policies: { reconnection: new ExponentialReconnectionPolicy(500, 10_000) },
  };
  return merged(defaults, options);
}

/** Groups are merged, everything else is taken as it is given. */
function merged<R extends object, O extends object>(
  defaults: CassandraClientOptions<R>,
  given: O | undefined,
): CassandraClientOptions<R> & O {
  const result: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(given ?? {})) {
    const own = result[key];
    result[key] = isGroup(own) && isGroup(value) ? { ...own, ...value } : value;
  }
  // Each key has the value of one of the two.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as unknown as CassandraClientOptions<R> & O;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
