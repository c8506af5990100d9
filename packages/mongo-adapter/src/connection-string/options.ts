import type { MongoCredentials } from './credentials.ts';

/**
 * What a connection string is made of, besides the peers. `undefined` means "not given", except for `credentials.username` and
 * `credentials.password`, where it is refused: it is most often a variable that is not set.
 */
export interface MongoUriOptions extends UriOptionSet {
  /** The name of the replica set. Leave it out only with `loadBalanced`, with `directConnection`, or for mongos. Not empty. */
  readonly replicaSet?: string;
  /** The port of every host, 1..65535. Default 27017. A peer whose own port is known and differs is refused: `PORT_MISMATCH`. */
  readonly port?: number;
  /** The default database, 1..63 bytes without `/ \ . " $` and blanks. Default: none. It never moves authentication: see `authSource`. */
  readonly database?: string;
  /** Who logs in, and how. Default: nobody. */
  readonly credentials?: MongoCredentials;
  /**
   * `members` (default): the peers of the snapshot and its missing ones, so that the string does not change when a pod restarts.
   * `present`: only the peers that are there now. Makes no difference for a plain list of peers.
   */
  readonly include?: 'members' | 'present';
  /** How many hosts at most, 1 or more: the lowest ordinals, then names. Default 7: drivers learn the others from these. */
  readonly maxHosts?: number;
  /**
   * Options of one driver that have no name above or below. Printed last, in order of name, encoded (`:` and `,` stay, they separate lists).
   * Refused: a name that has an option of its own here, in whatever case, an empty value, control characters.
   */
  readonly extraOptions?: Readonly<Record<string, string>>;
}

/**
 * The options of the MongoDB URI options specification, under their names there. Integers are 32 bits wide unless said otherwise.
 * What is not given is not printed, and the driver's default holds. `ssl` (an alias of `tls`) and the `srv*` options are not among them.
 */
export interface UriOptionSet {
  /** Connect to exactly one host and to no other member. Refused with more than one host. */
  readonly directConnection?: boolean;
  /** The one host is a load balancer. Refused with more than one host, with `replicaSet` and with `directConnection: true`. */
  readonly loadBalanced?: boolean;
  /** What the server's log calls this client. 1..128 bytes in UTF-8. */
  readonly appName?: string;

  /** For opening one TCP connection, in milliseconds, 0 = without end. */
  readonly connectTimeoutMS?: number;
  /** For an answer on an open connection, in milliseconds, 0 = without end. */
  readonly socketTimeoutMS?: number;
  /** For finding a server fit for an operation, in milliseconds, 1 or more. */
  readonly serverSelectionTimeoutMS?: number;
  /** Between two looks at a server, in milliseconds, 500 or more. */
  readonly heartbeatFrequencyMS?: number;
  /** How servers are watched. */
  readonly serverMonitoringMode?: 'auto' | 'poll' | 'stream';
  /** Stop looking for a server after one pass over all. Only for single-threaded drivers; the Node driver refuses it. */
  readonly serverSelectionTryOnce?: boolean;
  /** How much slower than the fastest server another may be and still be chosen, in milliseconds, 0 or more. */
  readonly localThresholdMS?: number;
  /** For a whole operation, in milliseconds, 0 = without end. Not every driver has it; the Node driver 7 ignores it with a warning. */
  readonly timeoutMS?: number;

  /** Connections to one server at most, 0 = without limit. Not below `minPoolSize`. */
  readonly maxPoolSize?: number;
  /** Connections to one server kept open, 0 or more. */
  readonly minPoolSize?: number;
  /** Connections to one server that may be opening at the same time, 1 or more. */
  readonly maxConnecting?: number;
  /** How long a connection may lie idle before it is closed, in milliseconds, 0 = for ever. */
  readonly maxIdleTimeMS?: number;
  /** For a free connection of the pool, in milliseconds, 1 or more. */
  readonly waitQueueTimeoutMS?: number;

  /** How many members, or which named set of them, must have a write: 0 or more, `majority`, or a name of `getLastErrorModes`. */
  readonly w?: number | string;
  /** For the members of `w`, in milliseconds, 0 = without end. Up to 2^53-1. */
  readonly wTimeoutMS?: number;
  /** A write is acknowledged when it is in the journal. Refused with `w: 0`. */
  readonly journal?: boolean;
  /** Try a failed write once more. */
  readonly retryWrites?: boolean;

  /** How settled the data must be that a read returns. */
  readonly readConcernLevel?: 'local' | 'available' | 'majority' | 'linearizable' | 'snapshot';
  /** Which members answer reads. */
  readonly readPreference?: 'primary' | 'primaryPreferred' | 'secondary' | 'secondaryPreferred' | 'nearest';
  /**
   * Sets of tags, tried in this order; `{}` as the last means any member. Needs a `readPreference` other than `primary`.
   * A tag's name and value must not hold `:` or `,`: drivers read an encoded one differently.
   */
  readonly readPreferenceTags?: readonly Readonly<Record<string, string>>[];
  /**
   * How far behind a secondary may be, in seconds: 90 or more and at least `heartbeatFrequencyMS` + 10 s. Needs a `readPreference` other
   * than `primary`. -1 = no limit, which is the default, so it is not printed (the Node driver refuses it).
   */
  readonly maxStalenessSeconds?: number;
  /** Try a failed read once more. */
  readonly retryReads?: boolean;

  /** Compression of the wire protocol, the preferred one first, each once. */
  readonly compressors?: readonly ('none' | 'snappy' | 'zlib' | 'zstd')[];
  /** -1 (the driver's choice), or 0 (none) to 9 (smallest). */
  readonly zlibCompressionLevel?: number;

  /** TLS. Printed as `true` as soon as any other `tls*` option is given; `false` together with one is refused. */
  readonly tls?: boolean;
  /** The file with the certificate authorities, on the machine of the client. */
  readonly tlsCAFile?: string;
  /** The file with the client's certificate and key. */
  readonly tlsCertificateKeyFile?: string;
  /** Opens the key in `tlsCertificateKeyFile`. A secret: it appears in no error. */
  readonly tlsCertificateKeyFilePassword?: string;
  /** Accept any certificate. Unsafe. Refused with `tlsInsecure` and the two `tlsDisable*` options. */
  readonly tlsAllowInvalidCertificates?: boolean;
  /** Accept a certificate of another host. Unsafe. Refused with `tlsInsecure`. */
  readonly tlsAllowInvalidHostnames?: boolean;
  /** Accept everything. Unsafe. Refused with the two `tlsAllow*` and the two `tlsDisable*` options. */
  readonly tlsInsecure?: boolean;
  /** Do not ask OCSP responders. The Node driver refuses it. */
  readonly tlsDisableOCSPEndpointCheck?: boolean;
  /** Do not look for revoked certificates. The Node driver refuses it. Refused with `tlsDisableOCSPEndpointCheck`. */
  readonly tlsDisableCertificateRevocationCheck?: boolean;

  /** The SOCKS5 proxy, a name or an address. */
  readonly proxyHost?: string;
  /** Its port, 1..65535. Needs `proxyHost`. */
  readonly proxyPort?: number;
  /** Needs `proxyHost` and `proxyPassword`. */
  readonly proxyUsername?: string;
  /** Needs `proxyHost` and `proxyUsername`. A secret: it appears in no error. */
  readonly proxyPassword?: string;
}
