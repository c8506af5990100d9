/**
 * The options of the MongoDB URI options specification (`uri-options.md`), under their names there. Integers are 32 bits wide unless said
 * otherwise. What is not given is not printed and the driver's default holds: the defaults below are those of the specifications or, where
 * they leave it to the driver, of the Node driver. Another specification is named in brackets where a rule or default comes from it.
 * `ssl`, an alias of `tls`, is not among them.
 */
export interface UriOptionSet {
  /**
   * Connect to exactly one host and to no other member. Refused with more than one host and in a `mongodb+srv` string.
   * Default `false` (server-discovery-and-monitoring).
   */
  readonly directConnection?: boolean;
  /**
   * The one host is a load balancer. Refused with more than one host, with `replicaSet`, `directConnection: true` and `srvMaxHosts`.
   * Default `false` (load-balancers).
   */
  readonly loadBalanced?: boolean;
  /** What the server's log calls this client. 1..128 bytes in UTF-8 (mongodb-handshake). Default: none. */
  readonly appName?: string;

  /** For opening one TCP connection, in milliseconds, 0 = without end. Default 30000 in Node, 10000 by the specification. */
  readonly connectTimeoutMS?: number;
  /** For an answer on an open connection, in milliseconds, 0 = without end. Default 0. */
  readonly socketTimeoutMS?: number;
  /** For finding a server fit for an operation, in milliseconds, 1 or more. Default 30000 (server-selection). */
  readonly serverSelectionTimeoutMS?: number;
  /** Between two looks at a server, in milliseconds, 500 or more. Default 10000 (server-discovery-and-monitoring). */
  readonly heartbeatFrequencyMS?: number;
  /** How servers are watched. Default `auto` (server-discovery-and-monitoring). */
  readonly serverMonitoringMode?: 'auto' | 'poll' | 'stream';
  /**
   * Stop looking for a server after one pass over all. Only for single-threaded drivers, default `true` there (server-selection); the Node
   * driver refuses it.
   */
  readonly serverSelectionTryOnce?: boolean;
  /**
   * How much slower than the fastest server another may be and still be chosen, in milliseconds, 0 or more.
   * Default 15 (server-selection).
   */
  readonly localThresholdMS?: number;
  /**
   * For a whole operation, in milliseconds, 0 = without end. Default: none (client-side-operations-timeout). Not every driver has it; the
   * Node driver 7 ignores it with a warning.
   */
  readonly timeoutMS?: number;

  /** Connections to one server at most, 0 = without limit. Not below `minPoolSize`. Default 100 (connection-monitoring-and-pooling). */
  readonly maxPoolSize?: number;
  /** Connections to one server kept open, 0 or more, not above `maxPoolSize`. Default 0 (connection-monitoring-and-pooling). */
  readonly minPoolSize?: number;
  /** Connections to one server that may be opening at the same time, 1 or more. Default 2 (connection-monitoring-and-pooling). */
  readonly maxConnecting?: number;
  /**
   * How long a connection may lie idle before it is closed, in milliseconds, 0 = for ever. Default 0
   * (connection-monitoring-and-pooling).
   */
  readonly maxIdleTimeMS?: number;
  /** For a free connection of the pool, in milliseconds, 1 or more. Default: without end (connection-monitoring-and-pooling). */
  readonly waitQueueTimeoutMS?: number;

  /**
   * How many members, or which named set of them, must have a write: 0 or more, `majority`, or a name of `getLastErrorModes`.
   * Default: the server's.
   */
  readonly w?: number | string;
  /** For the members of `w`, in milliseconds, 0 = without end. Up to 2^53-1. Default 0. */
  readonly wTimeoutMS?: number;
  /** A write is acknowledged when it is in the journal. Refused with `w: 0` (read-write-concern). Default: the server's. */
  readonly journal?: boolean;
  /** Try a failed write once more. Default `true` (retryable-writes). */
  readonly retryWrites?: boolean;

  /** How settled the data must be that a read returns. Default: the server's. */
  readonly readConcernLevel?: 'local' | 'available' | 'majority' | 'linearizable' | 'snapshot';
  /** Which members answer reads. Default `primary` (server-selection). */
  readonly readPreference?: 'primary' | 'primaryPreferred' | 'secondary' | 'secondaryPreferred' | 'nearest';
  /**
   * Sets of tags, tried in this order; `{}` as the last means any member. Needs a `readPreference` other than `primary`.
   * A tag's name and value must not hold `:` or `,`: drivers read an encoded one differently. Default: none.
   */
  readonly readPreferenceTags?: readonly Readonly<Record<string, string>>[];
  /**
   * How far behind a secondary may be, in seconds: 90 or more and at least `heartbeatFrequencyMS` + 10 s (max-staleness). Needs a
   * `readPreference` other than `primary`. -1 = no limit, which is the default, so it is not printed (the Node driver refuses it).
   */
  readonly maxStalenessSeconds?: number;
  /** Try a failed read once more. Default `true` (retryable-reads). */
  readonly retryReads?: boolean;
  /** How often a request that an overloaded server refused is sent again, 0 = never. Default 2 (client-backpressure). */
  readonly maxAdaptiveRetries?: number;
  /** Send it to another server then. Default `false` (client-backpressure). */
  readonly enableOverloadRetargeting?: boolean;

  /** Compression of the wire protocol, the preferred one first, each once. Default: none (compression). */
  readonly compressors?: readonly ('none' | 'snappy' | 'zlib' | 'zstd')[];
  /** -1 (the library's choice), or 0 (none) to 9 (smallest). Default -1 by the specification (compression), 0 in Node. */
  readonly zlibCompressionLevel?: number;

  /**
   * TLS. Printed as `true` as soon as any other `tls*` option is given; `false` together with one is refused. Default: not printed, which
   * means `false`; in a `mongodb+srv` string `true`, printed.
   */
  readonly tls?: boolean;
  /** The file with the certificate authorities, on the machine of the client. Default: those of the client's system or runtime. */
  readonly tlsCAFile?: string;
  /** The file with the client's certificate and key. Default: none. */
  readonly tlsCertificateKeyFile?: string;
  /** Opens the key in `tlsCertificateKeyFile`. A secret: it appears in no error. Default: none. */
  readonly tlsCertificateKeyFilePassword?: string;
  /** Accept any certificate. Unsafe. Refused with `tlsInsecure` and the two `tlsDisable*` options. Default `false`. */
  readonly tlsAllowInvalidCertificates?: boolean;
  /** Accept a certificate of another host. Unsafe. Refused with `tlsInsecure`. Default `false`. */
  readonly tlsAllowInvalidHostnames?: boolean;
  /** Accept everything. Unsafe. Refused with the two `tlsAllow*` and the two `tlsDisable*` options. Default `false`. */
  readonly tlsInsecure?: boolean;
  /** Do not ask OCSP responders. The Node driver refuses it. Default `false` (ocsp-support). */
  readonly tlsDisableOCSPEndpointCheck?: boolean;
  /**
   * Do not look for revoked certificates. The Node driver refuses it. Refused with `tlsDisableOCSPEndpointCheck`.
   * Default `false` (ocsp-support).
   */
  readonly tlsDisableCertificateRevocationCheck?: boolean;

  /** The SOCKS5 proxy, a name or an address. Default: none (socks5-support, as for the three below). */
  readonly proxyHost?: string;
  /** Its port, 1..65535. Needs `proxyHost`. Default 1080. */
  readonly proxyPort?: number;
  /** Needs `proxyHost` and `proxyPassword`. Default: none. */
  readonly proxyUsername?: string;
  /** Needs `proxyHost` and `proxyUsername`. A secret: it appears in no error. Default: none. */
  readonly proxyPassword?: string;
}

/** The options that only a `mongodb+srv` string takes (initial-dns-seedlist-discovery). */
export interface SrvOptionSet {
  /**
   * The name of the Service's port: drivers ask for `_<name>._tcp.<service>`. A DNS label of 1..62 characters in lower case.
   * Default `mongodb`.
   */
  readonly srvServiceName?: string;
  /** How many hosts at most, chosen at random; 0 = all. More than 0 is for mongos: refused with `replicaSet` and `loadBalanced`. Default 0. */
  readonly srvMaxHosts?: number;
}
