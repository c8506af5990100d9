import type { Clock } from './clock.ts';
import type { Cidr } from './lookup/addresses.ts';
import type { PeerIdentity } from './membership/peer.ts';
import type { PodFactSource } from './service/pod-environment.ts';
import type { ServiceIdentity } from './service/service-identity.ts';
import type { PeerSource } from './source.ts';

/** Which headless Service, and which pods it must have. Names are lowered; one trailing dot is allowed. */
export interface ServiceOptions {
  /** `color-svc`, `color-svc.default` (service.namespace), `color-svc.default.svc` or `color-svc.default.svc.cluster.local`. */
  service: string;
  /** Default: from `service`, else POD_NAMESPACE, the service-account file, resolv.conf, /etc/hosts. Must agree with `service`. */
  namespace?: string | undefined;
  /** Default: from `service`, else /etc/hosts, resolv.conf, `cluster.local` (a guess, which `Status.problems` says). Must agree with `service`. */
  clusterDomain?: string | undefined;
  /** The StatefulSet's name, `color-ss`: gives ordinal names where SRV records cannot. Default: inferred from names seen. */
  statefulSet?: string | undefined;
  /**
   * `.spec.replicas`: declares the ordinals `firstOrdinal` to `firstOrdinal + replicas - 1`. 0 to 4000 (what one DNS answer can hold);
   * needs `statefulSet`. Default: nothing is declared.
   */
  replicas?: number | undefined;
  /** `.spec.ordinals.start` of the StatefulSet. 0 to 2147483647, default 0; needs `statefulSet`. */
  firstOrdinal?: number | undefined;
}

/** How to watch it. All times are whole milliseconds. */
export interface WatchOptions extends ServiceOptions {
  /** The port of every peer, whatever SRV says. 1 to 65535. Default: the port that all SRV records agree on, if they do. */
  port?: number | undefined;
  /** The name of a port of the Service: its SRV records `_<portName>._tcp` give the port. Not together with `port`. */
  portName?: string | undefined;
  /** Which addresses to ask for. Default `auto`: both, until one family turns out to be absent. */
  family?: 'auto' | 'ipv4' | 'ipv6' | 'dual' | undefined;
  /** DNS servers, 1 to 16, each `ip`, `ip:port` or `[ipv6]:port`. Default: those of resolv.conf, read again every round. */
  servers?: readonly string[] | undefined;
  /**
   * CIDR blocks, 1 to 64. Addresses outside are refused and counted, those inside are accepted even if loopback. Default: everything
   * but unspecified, loopback, link-local, multicast and broadcast addresses.
   */
  allowedAddresses?: readonly string[] | undefined;
  /** Between two looks while nothing happens. 250 to 3600000, default 5000. */
  pollIntervalMs?: number | undefined;
  /** Between two looks while something is in motion. 100 to 60000, not above `pollIntervalMs`; default 1000 or `pollIntervalMs` if that is less. */
  settlingIntervalMs?: number | undefined;
  /** From a question's first packet to an answer or `unknown`, retries included. 100 to 10000, default 2000. */
  lookupTimeoutMs?: number | undefined;
  /**
   * How long every answer must deny a peer before it has left. 0 to 3600000, default `auto`: 15000 or twice `pollIntervalMs`, whichever
   * is more, plus the largest TTL seen.
   */
  leaveAfterMs?: number | 'auto' | undefined;
  /**
   * Age of the last authoritative answer at which the status is `stale`. 1000 to 86400000, not below twice `pollIntervalMs`; default
   * 30000 or three times `pollIntervalMs`, whichever is more.
   */
  staleAfterMs?: number | undefined;
  /** This pod's own name. Default: POD_NAME, else HOSTNAME. */
  self?: string | undefined;
  /**
   * A file that keeps the snapshot, one for each Service, in a directory that exists. Where a first round finds no answer, its peers are the
   * snapshot, and the status is `stale`, until DNS confirms or contradicts them. Default: none. Trouble with it is the problem
   * `LAST_KNOWN_UNUSABLE`.
   */
  lastKnownFile?: string | undefined;
  /** Whether an open watcher keeps the process alive, as in `fs.watch`. Default true; false: only while someone waits. */
  persistent?: boolean | undefined;
  /** Where knowledge comes from. Default: DNS. */
  source?: PeerSource | undefined;
  /** Where time comes from. Default: the machine. */
  clock?: Clock | undefined;
  /** Random numbers from 0 to 1, for jitter. Default `Math.random`. */
  random?: (() => number) | undefined;
  /** Closes the watcher when it aborts. */
  signal?: AbortSignal | undefined;
  /** Gets what a listener threw. Default: it is rethrown outside of the loop, so that the process sees it. */
  onListenerError?: ((error: unknown) => void) | undefined;
}

/** How DNS is asked: options of a watcher that a source of its own takes instead. */
export type DnsSourceOptions = Pick<WatchOptions, 'family' | 'servers' | 'allowedAddresses' | 'lookupTimeoutMs'>;

/** The options with everything checked, in normal form and filled in. Frozen. */
export interface ResolvedOptions {
  readonly service: ServiceIdentity;
  /** `default` means that the cluster domain is a guess. */
  readonly clusterDomainFrom: PodFactSource;
  readonly statefulSet: string | undefined;
  readonly replicas: number | undefined;
  readonly firstOrdinal: number;
  /** The names that must exist; undefined when nobody declared any, empty for `replicas: 0`. */
  readonly declared: readonly PeerIdentity[] | undefined;
  readonly port: number | undefined;
  readonly portName: string | undefined;
  readonly family: 'auto' | 'ipv4' | 'ipv6' | 'dual';
  /** Without duplicates, as `Resolver.setServers` takes them; undefined: those of resolv.conf. */
  readonly servers: readonly string[] | undefined;
  readonly allowed: readonly Cidr[] | undefined;
  readonly pollIntervalMs: number;
  readonly settlingIntervalMs: number;
  readonly lookupTimeoutMs: number;
  readonly leaveAfterMs: number | 'auto';
  readonly staleAfterMs: number;
  readonly self: string | undefined;
  /** An absolute path. */
  readonly lastKnownFile: string | undefined;
  readonly persistent: boolean;
  /**
   * The address in `<SERVICE>_SERVICE_HOST`, which kubelet sets for Services of the pod's own namespace that have a ClusterIP; undefined
   * where it is not set or the Service is in another namespace.
   */
  readonly serviceHostVariable: string | undefined;
  readonly source: PeerSource | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
  readonly onListenerError: ((error: unknown) => void) | undefined;
}

/** How DNS is asked, with everything checked and filled in. */
export type DnsSourceSettings = Pick<ResolvedOptions, 'family' | 'servers' | 'allowed' | 'lookupTimeoutMs'>;
