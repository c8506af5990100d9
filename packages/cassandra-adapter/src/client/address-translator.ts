import type { PeerWatcher } from '@peerset/core';
import type { DriverPolicies } from './cassandra-driver.ts';
import { refuse, shapeIssues } from '../check-options.ts';
import { canonicalHost, isAmong } from './endpoint.ts';

/** An instance of the driver's own class. */
export interface PeerAddressTranslator {
  /** Calls back once, at once, with what the driver shall connect to. */
  translate(address: string, port: number, callback: (endpoint: string) => void): void;
}

/**
 * Lets a driver call nodes by their names: the address that a node announces becomes `<fqdn>:<port>` while a peer has it, so that a pod with a new
 * address stays the same host and every attempt to connect resolves its name again. Other addresses stay as they are. For
 * `policies.addressResolution`. A driver resolves such names with `dns.lookup`.
 *
 * Names as endpoints are not what the driver documents, though it connects to them; with TLS the name is what certificates are checked against.
 * Do not combine it with an allow list of addresses.
 *
 * @param driver - The caller's module: the driver refuses a translator that is not of its own class.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function createAddressTranslator(driver: DriverPolicies, watcher: Pick<PeerWatcher, 'snapshot'>): PeerAddressTranslator {
  refuse([
    ...shapeIssues('driver', driver, ['policies'], 'must be the module cassandra-driver'),
    ...shapeIssues('watcher', watcher, ['snapshot'], 'must be what watchPeers returns'),
  ]);
  return Object.assign(emptyTranslator(driver.policies.addressResolution), {
    translate(address: string, port: number, callback: (endpoint: string) => void): void {
      const own = new Set([canonicalHost(address)]);
      const peer = watcher.snapshot.peers.find((each) => isAmong(each, own));
      callback(`${peer?.host ?? address}:${port}`);
    },
  });
}

/** An instance of the driver's class. */
function emptyTranslator(addressResolution: object): object {
  const AddressTranslator: unknown = 'AddressTranslator' in addressResolution ? addressResolution.AddressTranslator : undefined;
  refuse(
    typeof AddressTranslator === 'function'
      ? []
      : [{ path: 'driver', value: 'a module', rule: 'must have the class policies.addressResolution.AddressTranslator' }],
  );
  return typeof AddressTranslator === 'function' ? Reflect.construct(AddressTranslator, []) : {};
}
