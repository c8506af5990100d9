import dns from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { PeerIdentity, PeerWatcher } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { chooseAddresses } from './choose-addresses.ts';
import type { AddressRequest, FoundAddress } from './choose-addresses.ts';

/** What `dns.lookup` calls back with: one address and its family, or with `all` a list. */
export type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** A function with the signature of `dns.lookup`, as sockets and drivers take it. */
export interface DriverLookup {
  (hostname: string, callback: LookupCallback): void;
  (hostname: string, family: number, callback: LookupCallback): void;
  (hostname: string, options: LookupOptions, callback: LookupCallback): void;
}

/**
 * Lets a MongoDB client find the peers of a Service where the watcher knows them to be, instead of asking the system's resolver:
 * `new MongoClient(uri, { lookup: driverLookup(watcher) })`. Names of other hosts, and every name once the watcher is closed, go to
 * `dns.lookup` as they are.
 *
 * - A peer's name (in any case, with or without the final dot) gives the addresses of the present snapshot, those in doubt too. IPv4 comes
 *   first unless `order`, or `dns.setDefaultResultOrder`, says `ipv6first`. Of the `hints` V4MAPPED and ALL count; ADDRCONFIG does not.
 * - A peer without an address, as a declared one that is missing, fails at once with `ENOTFOUND`: drivers ask again with their next heartbeat.
 * - A name below the Service that the watcher does not know makes it look once more (`refresh`, shared by all who ask meanwhile), and so does
 *   any name before its first answer. Fails with `ENOTFOUND` when that does not find it.
 *
 * A move is known one poll after it happened: `pollIntervalMs` says how long a driver may knock at the old address.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for anything that is no watcher.
 */
export function driverLookup(watcher: PeerWatcher): DriverLookup {
  checkWatcher(watcher);
  const suffix = `.${watcher.snapshot.service.host}`;
  return (hostname: string, second: LookupCallback | LookupOptions | number | null | undefined, third?: LookupCallback): void => {
    const callback = typeof second === 'function' ? second : third;
    const options = typeof second === 'function' ? {} : typeof second === 'number' ? { family: second } : (second ?? {});
    const request = requestOf(options);
    const host = hostOf(hostname);
    const isOurs = !watcher.closed.aborted && host?.endsWith(suffix) === true;
    if (!isOurs || host === undefined || request === undefined || typeof callback !== 'function') {
      // Arguments that are none are refused by Node in its own words.
      lookupBySystem(hostname, second, third);
      return;
    }
    const deliver = (): void => callBack(host, watcher, request, options.all === true, callback);
    if (isAnswerKnown(watcher, host)) process.nextTick(deliver);
    else void lookOnce(watcher, deliver, () => lookupBySystem(hostname, second, third));
  };
}

/** Whether another look would tell nothing that matters: there is an address, or DNS was asked and had none. */
function isAnswerKnown({ snapshot, status }: PeerWatcher, host: string): boolean {
  if (addressesOf(snapshot.peers, host).length > 0) return true;
  const isKnown = [...snapshot.peers, ...snapshot.missing].some((peer) => peer.host === host);
  return isKnown && status.lastAnswerAtMs !== undefined;
}

async function lookOnce(watcher: PeerWatcher, deliver: () => void, lookUpElsewhere: () => void): Promise<void> {
  try {
    await watcher.refresh();
  } catch {
    // It was closed meanwhile: nobody looks any more.
    process.nextTick(lookUpElsewhere);
    return;
  }
  // Not from within the promise: what a callback throws is the caller's error.
  process.nextTick(deliver);
}

function callBack(host: string, watcher: PeerWatcher, request: AddressRequest, wantsAll: boolean, callback: LookupCallback): void {
  const addresses = addressesOf(watcher.snapshot.peers, host);
  const found = chooseAddresses(addresses, request);
  const [first] = found;
  if (first === undefined) callback(notFound(host, watcher, request, addresses), wantsAll ? [] : '');
  else if (wantsAll) callback(null, found.map(copied));
  else callback(null, first.address, first.family);
}

/** The caller may change what it gets. */
function copied({ address, family }: FoundAddress): LookupAddress {
  return { address, family };
}

function addressesOf(peers: PeerWatcher['snapshot']['peers'], host: string): readonly string[] {
  return peers.find((peer) => peer.host === host)?.addresses ?? [];
}

function notFound(
  host: string,
  { snapshot }: PeerWatcher,
  { family }: AddressRequest,
  addresses: readonly string[],
): NodeJS.ErrnoException {
  const service = snapshot.service.host;
  const isHere = ({ host: each }: PeerIdentity): boolean => each === host;
  const reason =
    addresses.length > 0
      ? `the peer has no IPv${family} address, only ${addresses.join(', ')}`
      : [...snapshot.peers, ...snapshot.missing].some(isHere)
        ? `the watcher of ${service} knows this peer, and no address of it now`
        : `the watcher of ${service} knows no such peer`;
  return Object.assign(new Error(`lookup ${host}: ${reason}`), { code: 'ENOTFOUND', syscall: 'lookup', hostname: host });
}

/** What is asked for; undefined for what are no options, and for a family or an order that there is not. */
function requestOf(options: unknown): AddressRequest | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  const { family = 0, hints = 0, order, verbatim }: LookupOptions = options;
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family;
  const chosen = order ?? (verbatim === undefined ? dns.getDefaultResultOrder() : verbatim ? 'verbatim' : 'ipv4first');
  if ((wanted !== 0 && wanted !== 4 && wanted !== 6) || !isOrder(chosen)) return undefined;
  return { family: wanted, order: chosen, isMapped: (hints & dns.V4MAPPED) !== 0, isAll: (hints & dns.ALL) !== 0 };
}

function isOrder(order: string): order is AddressRequest['order'] {
  return order === 'verbatim' || order === 'ipv4first' || order === 'ipv6first';
}

/** As peers are named: lower case, without the final dot. Undefined for what is no text. */
function hostOf(hostname: unknown): string | undefined {
  return typeof hostname === 'string' ? hostname.toLowerCase().replace(/\.$/, '') : undefined;
}

/** Looked up when it is called, not when this file is loaded: programs that replace `dns.lookup` are meant to be heard. */
function lookupBySystem(...args: readonly unknown[]): void {
  Reflect.apply(dns.lookup, dns, args);
}

function checkWatcher(watcher: unknown): void {
  const isWatcher = typeof watcher === 'object' && watcher !== null && 'snapshot' in watcher && 'refresh' in watcher && 'closed' in watcher;
  if (!isWatcher) throw new InvalidOptionsError([{ path: 'watcher', value: typeof watcher, rule: 'must be what watchPeers returns' }]);
}
