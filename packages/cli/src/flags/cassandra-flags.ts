import type { Flag } from './flag.ts';
import { parseNodeSet } from './node-set.ts';
import { boolean, duration, integer, list, nonEmpty, oneOf, portOr, wordList } from './parse-value.ts';

/** Which nodes there are, and whether they are a cluster yet. */
export const clusterFlags: readonly Flag[] = [
  {
    option: 'clusterFile',
    term: '--cluster-file <file>',
    help: 'file that says clusterState, datacenter and racks (name, statefulSet, replicas) in YAML, read again at each look: of a ConfigMap, it changes without a restart',
    parse: nonEmpty,
  },
  {
    option: 'nodeSets',
    term: '--node-set <set>',
    help: 'StatefulSet of the cluster: name=color-rack-a,replicas=3,datacenter=dc1,rack=a[,first-ordinal=0]; repeatable, all of them, on every node (in the variable: separated by blanks)',
    parse: wordList(parseNodeSet),
  },
  { option: 'datacenter', term: '--datacenter <name>', help: 'of the nodes of --stateful-set (default: datacenter1)', parse: nonEmpty },
  { option: 'rack', term: '--rack <name>', help: 'of the nodes of --stateful-set (default: rack1)', parse: nonEmpty },
  {
    option: 'clusterState',
    term: '--cluster-state <state>',
    help: 'new: there is no cluster yet; existing: nobody founds one; auto: found only if nothing was ever seen of one',
    parse: oneOf('new', 'existing', 'auto'),
  },
];

/** What a node knows of itself and of the others. */
export const nodeFlags: readonly Flag[] = [
  {
    option: 'dataDirectory',
    term: '--data-dir <folder>',
    help: 'data_file_directories of this node: whether it has data of a cluster (default: /var/lib/cassandra/data)',
    parse: nonEmpty,
  },
  {
    option: 'bootstrapped',
    term: '--bootstrapped <boolean>',
    help: 'true or false: whether this node has joined a cluster (default: what --data-dir says)',
    parse: boolean,
  },
  {
    option: 'selfAddress',
    term: '--self-address <ip>',
    help: 'broadcast address of this node (default: POD_IP, else what DNS shows)',
    parse: nonEmpty,
  },
  {
    option: 'cqlPort',
    term: '--cql-port <number>',
    help: 'a node that serves CQL there has joined: asked at each look; none: whoever is in DNS has (default: 9042)',
    parse: portOr('none'),
  },
  { option: 'joined', term: '--joined <names>', help: 'nodes known to be in the ring, instead of asking them', parse: list(nonEmpty) },
  {
    option: 'joinGate',
    term: '--join-gate <gate>',
    help: 'datacenter: nodes of a data centre join one after another; none: you keep joins apart (default: datacenter)',
    parse: oneOf('datacenter', 'none'),
  },
  { option: 'perDatacenter', term: '--per-datacenter <number>', help: 'seeds of each data centre (default: 3)', parse: integer },
  {
    option: 'externalSeeds',
    term: '--external-seed <host>',
    help: 'node outside of these StatefulSets, repeatable',
    parse: list(nonEmpty),
  },
  { option: 'founder', term: '--founder <name>', help: 'the one node that may found the cluster (default: the first)', parse: nonEmpty },
  { option: 'flavour', term: '--flavour <flavour>', help: 'cassandra or scylla (default: cassandra)', parse: oneOf('cassandra', 'scylla') },
  { option: 'addressing', term: '--addressing <how>', help: 'seeds as fqdn or ip (default: as fits)', parse: oneOf('fqdn', 'ip') },
];

/** How the list is written. */
export const seedFormFlags: readonly Flag[] = [
  {
    option: 'as',
    term: '--as <form>',
    help: 'csv, yaml, env, scylla-args, list (default: csv)',
    parse: oneOf('csv', 'yaml', 'env', 'scylla-args', 'list'),
  },
  { option: 'storagePort', term: '--storage-port <number>', help: 'storage_port of the nodes (default: 7000)', parse: integer },
  { option: 'version', term: '--cassandra-version <version>', help: 'such as 5.0: from 4.0 on a seed can have a port', parse: nonEmpty },
  {
    option: 'path',
    term: '--write <file>',
    help: 'file that holds the seeds; with --as yaml and --edit it is a cassandra.yaml',
    parse: nonEmpty,
  },
  { option: 'edit', term: '--edit', help: 'the file is a cassandra.yaml that is there already: change nothing but its seeds' },
  {
    option: 'template',
    term: '--template <file>',
    help: 'cassandra.yaml that is copied to --write first, say of a ConfigMap; needs --edit',
    parse: nonEmpty,
  },
];

/** How a node that has no seeds yet is waited for. */
export const seedWaitFlags: readonly Flag[] = [
  { option: 'wait', term: '--wait', help: 'wait until this node may start' },
  { option: 'timeoutMs', term: '--timeout <duration>', help: 'longest wait (default: without end)', parse: duration },
  {
    option: 'replaceSuspected',
    term: '--replace-suspected <what>',
    help: 'what a node does that seems to have lost its disk: wait (for an operator), or join as one node more (default: wait)',
    parse: oneOf('wait', 'join'),
  },
];

/** How a running node is told. */
export const reloadFlags: readonly Flag[] = [
  {
    option: 'reload',
    term: '--reload <command>',
    help: 'makes the node read its seeds, such as "nodetool reloadseeds"; split at blanks, no shell',
    parse: nonEmpty,
  },
  {
    option: 'getSeeds',
    term: '--get-seeds <command>',
    help: 'prints the seeds the node has, such as "nodetool getseeds": only this tells whether a reload worked',
    parse: nonEmpty,
  },
  { option: 'debounceMs', term: '--reload-delay <duration>', help: 'from a change to its reload (default: 30s)', parse: duration },
];

export const cassandraFlags: readonly Flag[] = [...clusterFlags, ...nodeFlags, ...seedFormFlags, ...reloadFlags];
