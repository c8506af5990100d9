import type { Flag } from './flag.ts';
import { duration, durationOr, integer, list, nonEmpty, oneOf } from './parse-value.ts';

/** Which Service, which pods it must have, and how DNS is asked: of every command. */
export const serviceFlags: readonly Flag[] = [
  { option: 'namespace', term: '-n, --namespace <name>', help: 'namespace of the Service (default: that of this pod)', parse: nonEmpty },
  { option: 'clusterDomain', term: '--cluster-domain <name>', help: 'cluster domain (default: that of this pod, else cluster.local)' },
  { option: 'statefulSet', term: '-s, --stateful-set <name>', help: 'StatefulSet whose pods the Service selects', parse: nonEmpty },
  { option: 'replicas', term: '-r, --replicas <number>', help: 'how many pods the StatefulSet must have', parse: integer },
  { option: 'firstOrdinal', term: '--first-ordinal <number>', help: 'lowest ordinal, .spec.ordinals.start (default: 0)', parse: integer },
  { option: 'port', term: '-p, --port <number>', help: 'port of every peer (default: the one all SRV records agree on)', parse: integer },
  { option: 'portName', term: '--port-name <name>', help: 'name of the port of the Service that gives the port', parse: nonEmpty },
  {
    option: 'family',
    term: '--family <family>',
    help: 'addresses to ask for: auto, ipv4, ipv6, dual (default: auto)',
    parse: oneOf('auto', 'ipv4', 'ipv6', 'dual'),
  },
  {
    option: 'servers',
    term: '--server <address>',
    help: 'DNS server, ip or ip:port, repeatable (default: resolv.conf)',
    parse: list(nonEmpty),
  },
  {
    option: 'allowedAddresses',
    term: '--allow <cidr>',
    help: 'block of addresses that peers may have, repeatable (default: all but loopback, link-local and the like)',
    parse: list(nonEmpty),
  },
  { option: 'lookupTimeoutMs', term: '--lookup-timeout <duration>', help: 'longest time for one question (default: 2s)', parse: duration },
  { option: 'self', term: '--self <name>', help: 'name of this pod (default: POD_NAME, else HOSTNAME)', parse: nonEmpty },
];

/** How to watch: of every command that looks more than once. */
export const watchFlags: readonly Flag[] = [
  { option: 'pollIntervalMs', term: '--poll-interval <duration>', help: 'between two looks (default: 5s)', parse: duration },
  {
    option: 'settlingIntervalMs',
    term: '--settling-interval <duration>',
    help: 'between two looks while something is in motion (default: 1s)',
    parse: duration,
  },
  {
    option: 'leaveAfterMs',
    term: '--leave-after <duration>',
    help: 'how long every answer must deny a peer before it has left, or auto (default: auto)',
    parse: durationOr('auto'),
  },
  {
    option: 'staleAfterMs',
    term: '--stale-after <duration>',
    help: 'age of the last answer at which the status is stale (default: 30s)',
    parse: duration,
  },
  {
    option: 'lastKnownFile',
    term: '--last-known-file <file>',
    help: 'keeps who is there across restarts, for starts while DNS is down',
    parse: nonEmpty,
  },
];

/** How many pods there must be, read from a file: of every long-running command. */
export const replicasFileFlag: Flag = {
  option: 'replicasFile',
  term: '--replicas-file <file>',
  help: 'file with the number of replicas, read again every 5s: of a ConfigMap, it changes without a restart',
  parse: nonEmpty,
};
