import type { OptionIssue, PeerIdentity, Snapshot } from '@peerset/core';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { readPeers } from '../connection-string/hosts.ts';
import { shownName, shownValue } from '../connection-string/uri-text.ts';
import type { ReplicaSetConfig, ReplicaSetMember, ReplicaSetSettings } from './replica-set-document.ts';
import { validateReplicaSetConfig } from './validate-replica-set-config.ts';

type ByOrdinal<T> = Readonly<Record<number, T>>;

/** What a first configuration is made of, besides the members. */
export interface ReplicaSetConfigOptions {
  /** The name of the set, the same as `--replSet` of every member. */
  readonly set: string;
  /** The port of every member, 1..65535. Default 27017. */
  readonly port?: number;
  /** 0 or 1, by ordinal. Default: 1 for the lowest ordinals, up to 7 with the arbiters, else 0. */
  readonly votes?: ByOrdinal<0 | 1>;
  /** 0..1000, by ordinal. Default 1; 0 for those without vote. */
  readonly priorities?: ByOrdinal<number>;
  /** By ordinal. Default: none. */
  readonly tags?: ByOrdinal<Readonly<Record<string, string>>>;
  /** Hosts that vote without data; their `_id` is 100 and up. Default: none. */
  readonly arbiters?: readonly Pick<PeerIdentity, 'host'>[];
  /** Names for clients elsewhere, `name:port` by the name of the horizon, by ordinal: on every member or none. Not with `arbiters`. Default: none. */
  readonly horizons?: ByOrdinal<Readonly<Record<string, string>>>;
  /** Default: the server's. */
  readonly settings?: ReplicaSetSettings;
}

const mostVoters = 7;
const firstArbiterId = 100;
const names: readonly string[] = ['set', 'port', 'votes', 'priorities', 'tags', 'arbiters', 'horizons', 'settings'];

/**
 * The document for `replSetInitiate`: every member by ordinal, its `_id` the ordinal, its host `name:port`; version 1. With a snapshot the
 * missing peers are members too. An odd number of voters is not asked for: with an even one the set survives as many losses as with one
 * less.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a member without ordinal, more than 50 members, unknown options, ordinals that no
 * member has, and whatever `validateReplicaSetConfig` finds.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when there is no member.
 */
export function replicaSetConfig(members: Snapshot | readonly PeerIdentity[], options: ReplicaSetConfigOptions): ReplicaSetConfig {
  const { set, port = 27_017, arbiters = [], settings } = options;
  const { peers, issues } = readPeers(members);
  const found = [...unknownNames(options), ...portIssues(port), ...issues, ...ordinalIssues(peers, options)];
  if (found.length > 0) throw new InvalidOptionsError(found);
  if (peers.length === 0)
    throw new DiscoveryError('UNUSABLE_SNAPSHOT', 'a replica set needs at least one member: none is declared or present');

  const dataMembers = peers.map(({ ordinal = 0, host }, index) => dataMember(ordinal, `${host}:${port}`, index, options));
  const arbiterMembers = arbiters.map(({ host }, index) => ({
    _id: firstArbiterId + index,
    host: `${host.toLowerCase().replace(/\.$/, '')}:${port}`,
    arbiterOnly: true,
    priority: 0,
    votes: 1,
  }));
  const config = { _id: set, version: 1, members: [...dataMembers, ...arbiterMembers], ...(settings ? { settings } : {}) };
  const broken = validateReplicaSetConfig(config);
  if (broken.length > 0) throw new InvalidOptionsError(broken.map(({ code, path, message }) => ({ path, value: code, rule: message })));
  return config;
}

function dataMember(ordinal: number, host: string, index: number, options: ReplicaSetConfigOptions): ReplicaSetMember {
  const { arbiters = [], priorities, tags, horizons } = options;
  const votes = options.votes?.[ordinal] ?? (index < mostVoters - arbiters.length ? 1 : 0);
  return {
    _id: ordinal,
    host,
    priority: priorities?.[ordinal] ?? votes,
    votes,
    ...(tags?.[ordinal] ? { tags: tags[ordinal] } : {}),
    ...(horizons?.[ordinal] ? { horizons: horizons[ordinal] } : {}),
  };
}

function unknownNames(options: ReplicaSetConfigOptions): readonly OptionIssue[] {
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  return unknown.map((name) => ({ path: shownName(name), value: '[hidden]', rule: `must be one of ${names.join(', ')}` }));
}

function portIssues(port: number): readonly OptionIssue[] {
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  return isPort ? [] : [{ path: 'port', value: shownValue(port), rule: 'must be an integer, 1..65535' }];
}

function ordinalIssues(peers: readonly PeerIdentity[], options: ReplicaSetConfigOptions): readonly OptionIssue[] {
  const ordinals = new Set(peers.map(({ ordinal }) => String(ordinal)));
  const without = peers.filter(({ ordinal }) => ordinal === undefined);
  const given = (['votes', 'priorities', 'tags', 'horizons'] as const).flatMap((name) =>
    Object.keys(options[name] ?? {}).map((ordinal) => ({ name, ordinal })),
  );
  return [
    ...without.map(({ name }) => ({ path: 'members', value: shownValue(name), rule: 'must have an ordinal, which becomes its _id' })),
    ...given
      .filter(({ ordinal }) => !ordinals.has(ordinal))
      .map(({ name, ordinal }) => ({ path: `${name}.${shownName(ordinal)}`, value: ordinal, rule: 'must be the ordinal of a member' })),
  ];
}
