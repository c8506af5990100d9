/** Who a peer is, wherever it runs: the part that survives a restart. */
export interface PeerIdentity {
  /** The hostname label, unique in the Service: `color-ss-0`, or a dashed address such as `10-244-1-7` for pods without hostname. */
  readonly name: string;
  /** The StatefulSet ordinal, 0 or more; undefined for pods that belong to no StatefulSet. */
  readonly ordinal: number | undefined;
  /** The FQDN, lower case, without a trailing dot. */
  readonly host: string;
}

/** One member of the Service. Frozen. */
export interface Peer extends PeerIdentity {
  /** Canonical text (RFC 5952), IPv4 before IPv6, each in numerical order. Empty only while another name has claimed its address. */
  readonly addresses: readonly string[];
  /** 1..65535: the option `port`, else what SRV says; undefined where neither does. */
  readonly port: number | undefined;
}

/** Ordinal first, then name: the order of every list of peers. */
export function comparePeers(a: PeerIdentity, b: PeerIdentity): number {
  const byOrdinal = (a.ordinal ?? Infinity) - (b.ordinal ?? Infinity);
  // Infinity - Infinity is NaN: neither has an ordinal, the names decide.
  if (byOrdinal !== 0 && !Number.isNaN(byOrdinal)) return byOrdinal;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Whether two peers are the same in everything that anyone can see. */
export function isSamePeer(a: Peer, b: Peer): boolean {
  return (
    a.ordinal === b.ordinal &&
    a.host === b.host &&
    a.port === b.port &&
    a.addresses.length === b.addresses.length &&
    a.addresses.every((address, i) => address === b.addresses[i])
  );
}
