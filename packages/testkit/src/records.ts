/** Response codes the simulated DNS gives. */
export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

/** How a question arrives. */
export type Transport = 'udp' | 'tcp';

interface RecordBase {
  /** Owner, without a final dot; lower-case where the question was. */
  readonly name: string;
  readonly ttlSeconds: number;
}

/** One address. */
export interface AddressRecord extends RecordBase {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
}

/** One port of one endpoint (RFC 2782). */
export interface SrvRecord extends RecordBase {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** A name that points to a name. */
export interface PointerRecord extends RecordBase {
  readonly type: 'CNAME' | 'PTR';
  readonly target: string;
}

/** A text. */
export interface TxtRecord extends RecordBase {
  readonly type: 'TXT';
  readonly text: string;
}

/** Start of authority: what a negative answer carries, so that caches know how long to keep it (RFC 2308). */
export interface SoaRecord extends RecordBase {
  readonly type: 'SOA';
  readonly primaryName: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly minimumSeconds: number;
}

/** Any record the simulated DNS gives. */
export type ResourceRecord = AddressRecord | SrvRecord | PointerRecord | TxtRecord | SoaRecord;

/** The three sections of a reply. */
export interface Sections {
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}
