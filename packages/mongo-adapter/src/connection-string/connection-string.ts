import type { PeerIdentity, Snapshot } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { userinfo } from './credentials.ts';
import { readPeers, requireUsable } from './hosts.ts';
import type { MongoUriOptions } from './options.ts';
import { pathAndQuery, printOptions } from './print-options.ts';
import { listForm } from './uri-form.ts';

const defaultPort = 27_017;
const defaultMaxHosts = 7;

/**
 * The `mongodb://` string for these peers. Same members and options give the same bytes, in whatever order they come; with `replicas`
 * declared, a restart, a new address or an unready pod changes nothing. Hosts are names with their port, by ordinal, then name.
 * Rules: the connection string, URI options, authentication and load balancer specifications of the drivers.
 *
 * @param peers - A snapshot, or peers in any order. Duplicates are taken once.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every option, combination and host that is refused; a secret is shown as `[hidden]`.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when there is no peer, saying what is missing; `PORT_MISMATCH` when a peer's own port
 * is known and is not `port`.
 */
export function mongoConnectionString(peers: Snapshot | readonly PeerIdentity[], options: MongoUriOptions): string {
  const { port = defaultPort, maxHosts = defaultMaxHosts, database = '', credentials = {} } = options;
  const candidates = readPeers(peers, options.include);
  const chosen = candidates.peers.slice(0, maxHosts);
  const { pairs, ...printed } = printOptions(options, listForm, chosen.length);
  const issues = [...printed.issues, ...candidates.issues];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  requireUsable(candidates.peers, peers, port);

  const hosts = chosen.map(({ host }) => `${host}:${port}`).join(',');
  return `mongodb://${userinfo(credentials)}${hosts}${pathAndQuery(database, pairs)}`;
}
