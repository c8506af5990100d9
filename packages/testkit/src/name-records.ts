import { type AddressFamily, familyOf } from './ip-address.ts';
import type { AddressRecord, SrvRecord } from './records.ts';

/** One address of one port of what stands behind a name. */
export interface Item {
  readonly address: string;
  readonly target: string;
  /** Undefined for a Service without ports: it has addresses but no SRV records. */
  readonly port: number | undefined;
}

/** Everything a name answers, by type. */
export interface NameRecords {
  readonly ipv4: readonly AddressRecord[];
  readonly ipv6: readonly AddressRecord[];
  readonly srv: readonly SrvRecord[];
  /** Addresses of the SRV targets, for the additional section. */
  readonly glue: readonly AddressRecord[];
}

/** The records of one name. Every list is free of duplicates; `items` has one entry per address and port, which is what weights count. */
export function nameRecords(owner: string, items: readonly Item[], ttlSeconds: number): NameRecords {
  const withPort = items.filter((item) => item.port !== undefined);
  return {
    ipv4: addressRecords(owner, items, { family: 'ipv4', ttlSeconds }),
    ipv6: addressRecords(owner, items, { family: 'ipv6', ttlSeconds }),
    srv: srvRecords(owner, withPort, { weight: weightAmong(items.length), ttlSeconds }),
    glue: distinct(withPort, (item) => `${item.target} ${item.address}`).map((item) =>
      addressRecord(item.target, item.address, ttlSeconds),
    ),
  };
}

function addressRecords(
  owner: string,
  items: readonly Item[],
  { family, ttlSeconds }: { family: AddressFamily; ttlSeconds: number },
): AddressRecord[] {
  const ofFamily = items.filter((item) => familyOf(item.address) === family);
  return distinct(ofFamily, (item) => item.address).map((item) => addressRecord(owner, item.address, ttlSeconds));
}

function srvRecords(owner: string, items: readonly Item[], { weight, ttlSeconds }: { weight: number; ttlSeconds: number }): SrvRecord[] {
  return distinct(items, (item) => `${item.target} ${item.port}`).flatMap(({ target, port }) =>
    port === undefined ? [] : [{ type: 'SRV', name: owner, ttlSeconds, priority: 0, weight, port, target }],
  );
}

/** CoreDNS shares 100 among all items, both families and repeated targets counted, and rounds down, but never to 0. */
function weightAmong(itemCount: number): number {
  return Math.max(1, Math.floor((100 / (100 * itemCount)) * 100));
}

function addressRecord(name: string, address: string, ttlSeconds: number): AddressRecord {
  return { type: familyOf(address) === 'ipv4' ? 'A' : 'AAAA', name, ttlSeconds, address };
}

function distinct<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = keyOf(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
