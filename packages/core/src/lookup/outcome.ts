/** The record types that peerset asks for. TXT and the five after it are asked only to learn whether a name exists. */
export type RecordType = 'A' | 'AAAA' | 'SRV' | 'TXT' | 'MX' | 'NS' | 'CNAME' | 'NAPTR' | 'CAA' | 'PTR';

/** An IP family, by the record type that carries it. */
export type Family = 'ipv4' | 'ipv6';

/** One DNS query, always for an absolute name without a trailing dot. */
export interface Question {
  readonly name: string;
  readonly type: RecordType;
}

/** One SRV record: where a named pod listens. Priority and weight mean nothing for peers. */
export interface SrvTarget {
  /** Lower case, without a trailing dot. */
  readonly host: string;
  readonly port: number;
}

/**
 * What a question came to. `found` and `absent` are authoritative; everything else is `unknown`, which says nothing about the world and
 * changes nothing.
 */
export type Outcome =
  | {
      readonly kind: 'found';
      /** A and AAAA: canonical, without duplicates, foreign ones already refused. Empty for other types. */
      readonly addresses: readonly string[];
      /** SRV: targets under the Service only. PTR: the names, with port 0. Empty for other types. */
      readonly targets: readonly SrvTarget[];
      /** The smallest TTL of the records; undefined where Node gives none (SRV and existence probes). */
      readonly ttlSeconds: number | undefined;
    }
  | { readonly kind: 'absent'; readonly reason: 'no-such-name' | 'no-such-record'; readonly code: string }
  | { readonly kind: 'unknown'; readonly code: string };

/** A question with its outcome: one piece of evidence. */
export interface Lookup {
  readonly question: Question;
  readonly outcome: Outcome;
  /** Queries sent for it, 1 or more; 0 when the round ended before its turn came. */
  readonly attempts: number;
  readonly durationMs: number;
  /** The server that gave the outcome, `ip` or `ip:port`; undefined when none did. */
  readonly server: string | undefined;
  /** Addresses and targets that were refused as foreign. */
  readonly refused: number;
}

export const FAMILIES: readonly Family[] = Object.freeze(['ipv4', 'ipv6']);

/** The outcomes in the families that were asked, IPv4 first. */
export function outcomesIn({ ipv4, ipv6 }: Readonly<Partial<Record<Family, Outcome | undefined>>>): readonly Outcome[] {
  if (ipv4 === undefined) return ipv6 === undefined ? [] : [ipv6];
  return ipv6 === undefined ? [ipv4] : [ipv4, ipv6];
}

export function addressType(family: Family): 'A' | 'AAAA' {
  return family === 'ipv4' ? 'A' : 'AAAA';
}

/** Whether a type carries addresses: of the set, or of a peer's own name. */
export function isAddressType(type: RecordType): boolean {
  return type === 'A' || type === 'AAAA';
}

/** One text for each question, to find it again by. */
export function keyOf({ type, name }: Question): string {
  return `${type} ${name}`;
}
