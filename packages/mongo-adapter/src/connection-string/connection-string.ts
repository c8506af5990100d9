import type { OptionIssue, PeerIdentity, Snapshot } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { conflictIssues, hasTlsDetails } from './conflicts.ts';
import { authPairs, credentialIssues, userinfo } from './credentials.ts';
import { extraOptionIssues, extraPairs } from './extra-options.ts';
import { readPeers, requireUsable } from './hosts.ts';
import type { OptionKind } from './option-table.ts';
import { placedOptions, uriOptions } from './option-table.ts';
import type { MongoUriOptions } from './options.ts';
import { hidden, shownValue } from './uri-text.ts';

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
  const { port = defaultPort, maxHosts = defaultMaxHosts, database = '', credentials = {}, extraOptions = {} } = options;
  const candidates = readPeers(peers, options.include);
  const chosen = candidates.peers.slice(0, maxHosts);
  const printed = readOptions(options);
  const issues = [
    ...printed.issues,
    ...credentialIssues(options.credentials),
    ...extraOptionIssues(options.extraOptions),
    ...conflictIssues(options, chosen.length),
    ...candidates.issues,
  ];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  requireUsable(candidates.peers, peers, port);

  const hosts = chosen.map(({ host }) => `${host}:${port}`).join(',');
  const pairs = [...printed.replicaSet, ...authPairs(credentials), ...printed.pairs, ...extraPairs(extraOptions)];
  const query = pairs.map(([name, text]) => `${name}=${text}`).join('&');
  // The slash is optional by the specification of 2023, but older drivers refuse a string without it.
  return `mongodb://${userinfo(credentials)}${hosts}/${encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`;
}

interface PrintedOptions {
  readonly replicaSet: readonly (readonly [string, string])[];
  /** In the order of the table, whatever the order of the options is. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly issues: readonly OptionIssue[];
}

function readOptions(options: MongoUriOptions): PrintedOptions {
  const issues: OptionIssue[] = unknownOptions(options);
  const read = (name: string, kind: OptionKind<unknown>, value: unknown): readonly (readonly [string, string])[] => {
    if (value === undefined) return [];
    const result = kind.print(value);
    if ('texts' in result) return result.texts.map((text) => [name, text]);
    issues.push({ path: name, value: kind.isSecret ? hidden : shownValue(value), rule: result.rule });
    return [];
  };
  // Any tls option means TLS; drivers do not agree on whether one of them alone switches it on.
  const given = new Map<string, unknown>(
    Object.entries({ ...options, ...(hasTlsDetails(options) && options.tls === undefined ? { tls: true } : {}) }),
  );
  const placed = Object.entries(placedOptions).map(([name, kind]) => [name, read(name, kind, given.get(name))] as const);
  const pairs = Object.entries(uriOptions).flatMap(([name, kind]) => read(name, kind, given.get(name)));
  return { replicaSet: placed.find(([name]) => name === 'replicaSet')?.[1] ?? [], pairs, issues };
}

const names: readonly string[] = [...Object.keys(placedOptions), 'credentials', 'extraOptions', ...Object.keys(uriOptions)];

function unknownOptions(options: MongoUriOptions): OptionIssue[] {
  return Object.keys(options)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? (name === 'ssl' ? 'tls' : undefined);
      return {
        path: name,
        value: hidden,
        rule: meant ? `its name is ${meant}` : 'there is no such option: one driver’s own go into extraOptions',
      };
    });
}
