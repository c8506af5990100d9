import type { OptionIssue } from '@peerset/core';
import type { MongoUriOptions } from './options.ts';
import type { SrvOptionSet, UriOptionSet } from './uri-option-set.ts';
import { hidden, shownName, shownValue } from './uri-text.ts';

/** The options of both forms of string; of one form only some are ever given. */
export type AnyUriOptions = MongoUriOptions & SrvOptionSet;

/** Two options that must not be given together, or one that needs another. The issue stands under `path`; the rule names the other one. */
interface Conflict {
  readonly path: keyof AnyUriOptions;
  readonly rule: string;
  applies(options: AnyUriOptions, hostCount: number): boolean;
}

/** How many hosts a `mongodb+srv` string stands for: nobody knows before DNS is asked. */
export const unknownHostCount: number = NaN;
const defaultMaxPoolSize = 100;

// Sources: uri-options.md (TLS, directConnection), load-balancers.md, socks5-support, max-staleness, server-selection (primary takes no
// tags), read-write-concern (w: 0 with journal), connection-monitoring-and-pooling
// and initial-dns-seedlist-discovery (the srv options) of the driver specifications.
const conflicts: readonly Conflict[] = [
  {
    path: 'directConnection',
    rule: 'it needs exactly one host: pass one peer, or maxHosts: 1',
    applies: ({ directConnection }, hostCount) => directConnection === true && hostCount > 1,
  },
  {
    path: 'loadBalanced',
    rule: 'it needs exactly one host: pass one peer, or maxHosts: 1',
    applies: ({ loadBalanced }, hostCount) => loadBalanced === true && hostCount > 1,
  },
  {
    path: 'replicaSet',
    rule: 'it must not be given with loadBalanced: true',
    applies: ({ loadBalanced, replicaSet }) => loadBalanced === true && replicaSet !== undefined,
  },
  {
    path: 'directConnection',
    rule: 'it must not be given with loadBalanced: true',
    applies: ({ loadBalanced, directConnection }) => loadBalanced === true && directConnection === true,
  },
  {
    path: 'directConnection',
    rule: 'it must not be true in a mongodb+srv string, which may stand for several hosts',
    applies: ({ directConnection }, hostCount) => directConnection === true && Number.isNaN(hostCount),
  },
  {
    path: 'srvMaxHosts',
    rule: 'it must not be above 0 with replicaSet: it is for mongos',
    applies: ({ srvMaxHosts, replicaSet }) => numeric(srvMaxHosts) > 0 && replicaSet !== undefined,
  },
  {
    path: 'srvMaxHosts',
    rule: 'it must not be above 0 with loadBalanced: true',
    applies: ({ srvMaxHosts, loadBalanced }) => numeric(srvMaxHosts) > 0 && loadBalanced === true,
  },
  exclusive('tlsInsecure', 'tlsAllowInvalidCertificates'),
  exclusive('tlsInsecure', 'tlsAllowInvalidHostnames'),
  exclusive('tlsInsecure', 'tlsDisableOCSPEndpointCheck'),
  exclusive('tlsInsecure', 'tlsDisableCertificateRevocationCheck'),
  exclusive('tlsAllowInvalidCertificates', 'tlsDisableOCSPEndpointCheck'),
  exclusive('tlsAllowInvalidCertificates', 'tlsDisableCertificateRevocationCheck'),
  exclusive('tlsDisableOCSPEndpointCheck', 'tlsDisableCertificateRevocationCheck'),
  needs('proxyPort', 'proxyHost'),
  needs('proxyUsername', 'proxyHost'),
  needs('proxyPassword', 'proxyHost'),
  needs('proxyUsername', 'proxyPassword'),
  needs('proxyPassword', 'proxyUsername'),
  {
    path: 'readPreferenceTags',
    rule: 'it needs a readPreference other than primary',
    applies: (options) => options.readPreferenceTags?.length !== 0 && options.readPreferenceTags !== undefined && readsPrimary(options),
  },
  {
    path: 'maxStalenessSeconds',
    rule: 'it needs a readPreference other than primary',
    applies: (options) => options.maxStalenessSeconds !== undefined && options.maxStalenessSeconds !== -1 && readsPrimary(options),
  },
  {
    path: 'maxStalenessSeconds',
    rule: 'it must be at least heartbeatFrequencyMS + 10 s',
    applies: ({ maxStalenessSeconds, heartbeatFrequencyMS }) =>
      numeric(maxStalenessSeconds) >= 90 && numeric(maxStalenessSeconds) * 1_000 < numeric(heartbeatFrequencyMS) + 10_000,
  },
  {
    path: 'journal',
    rule: 'it must not be given with w: 0, which asks for no acknowledgement',
    applies: ({ journal, w }) => journal === true && w === 0,
  },
  {
    path: 'minPoolSize',
    rule: `it must not be above maxPoolSize, which is ${defaultMaxPoolSize} unless given`,
    applies: ({ minPoolSize, maxPoolSize = defaultMaxPoolSize }) => numeric(maxPoolSize) > 0 && numeric(minPoolSize) > numeric(maxPoolSize),
  },
  {
    path: 'tls',
    rule: 'it contradicts the other tls* options that are given: drivers would stay in clear text',
    applies: (options) => options.tls === false && tlsDetails(options).length > 0,
  },
];

/** Every combination of the options, and of the options and the number of hosts, that must not be. */
export function conflictIssues(options: AnyUriOptions, hostCount: number): readonly OptionIssue[] {
  return conflicts
    .filter((conflict) => conflict.applies(options, hostCount))
    .map(({ path, rule }) => ({
      path,
      value: path.endsWith('Password') ? hidden : shownValue(options[path]),
      rule: path === 'tls' ? `${rule}: ${tlsDetails(options).map(shownName).join(', ')}` : rule,
    }));
}

/** The options given that start with `tls`, besides `tls`: with any of them TLS is meant. */
export function tlsDetails(options: AnyUriOptions): readonly string[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const names = [...given.map(([name]) => name), ...Object.keys(options.extraOptions ?? {})];
  return names.filter((name) => /^tls./i.test(name));
}

function exclusive(path: keyof UriOptionSet, other: keyof UriOptionSet): Conflict {
  return {
    path,
    rule: `it must not be given with ${other}`,
    applies: (options) => options[path] !== undefined && options[other] !== undefined,
  };
}

function needs(path: keyof UriOptionSet, other: keyof UriOptionSet): Conflict {
  return { path, rule: `it needs ${other}`, applies: (options) => options[path] !== undefined && options[other] === undefined };
}

/** Values of another type have an issue of their own; compared as NaN they add none here. */
function numeric(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function readsPrimary({ readPreference = 'primary' }: AnyUriOptions): boolean {
  return readPreference === 'primary';
}
