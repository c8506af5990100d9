import { clusterFlags, nodeFlags, reloadFlags, seedFormFlags, seedWaitFlags } from '../flags/cassandra-flags.ts';
import { doctorFlags } from '../flags/doctor-flags.ts';
import type { FlagGroup } from '../flags/flag-group.ts';
import { formatFlags } from '../flags/format-flags.ts';
import { listenFlags } from '../flags/long-running-flags.ts';
import { mongoShowFlags, mongoSidecarFlags, mongoUriFlags } from '../flags/mongo-flags.ts';
import { readyFlags, timeoutFlag } from '../flags/ready-flags.ts';
import { replicasFileFlag, serviceFlags, watchFlags } from '../flags/service-flags.ts';
import { watchCommandFlags } from '../flags/watch-command-flags.ts';
import type { CommandContext } from './command-context.ts';

/** One command: what it takes, what it says of itself, and what it does. */
export interface CommandDefinition {
  /** One word, or two where it belongs to a group: `mongo uri`. */
  readonly name: string;
  readonly summary: string;
  /** Whole sentences for its help. */
  readonly description: string;
  /** Default: the Service. */
  readonly argument?: { readonly term: string; readonly help: string; readonly choices: readonly string[] };
  readonly flags: readonly FlagGroup[];
  /** Command lines without `peerset`, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Resolves with the exit code. Loaded when it is called: a start must not pay for other commands. */
  readonly run: (context: CommandContext) => Promise<number>;
}

const service: FlagGroup = { heading: 'The Service, its pods and DNS:', flags: serviceFlags };
const watching: FlagGroup = { heading: 'How to watch:', flags: watchFlags };
const longRunning: FlagGroup = { heading: 'How to watch:', flags: [...watchFlags, replicasFileFlag] };
const serving: FlagGroup = { heading: 'Endpoints:', flags: listenFlags };
const waiting: FlagGroup = { heading: 'Whom to wait for:', flags: [...readyFlags, timeoutFlag] };
const output: FlagGroup = { heading: 'Output:', flags: formatFlags };
const mongo: FlagGroup = { heading: 'The connection string:', flags: [...mongoUriFlags, ...mongoShowFlags] };
const seeds: FlagGroup = { heading: 'The cluster and this node:', flags: [...clusterFlags, ...nodeFlags] };
const seedForm: FlagGroup = { heading: 'The list of seeds:', flags: seedFormFlags };

export const commands: readonly CommandDefinition[] = [
  {
    name: 'resolve',
    summary: 'look once, and print who is there',
    description: 'Looks once and prints who is there. Ends with 1 and an explanation where nobody is.',
    flags: [output, service],
    examples: [
      ['resolve color-svc', 'who is there, from a pod of the same namespace'],
      ['resolve color-svc.prod --format host-ports', 'a line for each peer, for scripts'],
    ],
    run: async (context) => (await import('./resolve.ts')).resolvePeers(context),
  },
  {
    name: 'wait',
    summary: 'wait until enough peers are there',
    description: 'Waits until enough peers are there, for init containers. Ends with 3 and what is missing where they do not come in time.',
    flags: [waiting, output, service, watching],
    examples: [
      ['wait color-svc --stateful-set color-ss --replicas 3', 'until all three are there'],
      [
        'wait color-svc -s color-ss -r 5 --peers majority --stable 5s --timeout 5m',
        'until three of five are, and nobody came or went for 5 s',
      ],
    ],
    run: async (context) => (await import('./wait.ts')).waitForPeers(context),
  },
  {
    name: 'watch',
    summary: 'tell, run and write what changes',
    description:
      'Watches until it is stopped: a live table on a terminal, a line of JSON for each change in a pipe; runs a command for changes and keeps files. A command or file that fails is tried again, and never ends the watch.',
    flags: [{ heading: 'What is done about changes:', flags: watchCommandFlags }, longRunning, serving, service, mongo, seeds],
    examples: [
      ['watch color-svc', 'who comes, moves and leaves'],
      ['watch color-svc --write /run/peers/peers.json --as json', 'a file that another container reads'],
      ['watch color-svc --listen :9480 --exec /hooks/on-change.sh', 'a command for each change, and metrics'],
    ],
    run: async (context) => (await import('./watch.ts')).watch(context),
  },
  {
    name: 'mongo uri',
    summary: 'print the connection string',
    description: 'Waits for enough peers, and prints their MongoDB connection string. Passwords come from a file or from PEERSET_PASSWORD.',
    flags: [mongo, waiting, service],
    examples: [
      ['mongo uri color-svc -s color-ss -r 3 --replica-set rs0 --database app', 'for a program that reads it from its environment'],
      ['mongo uri color-svc -s color-ss -r 3 --replica-set rs0 --username app --password-file /run/secrets/password', 'with a user'],
    ],
    run: async (context) => (await import('./mongo-uri.ts')).mongoUri(context),
  },
  {
    name: 'mongo sidecar',
    summary: 'keep the replica set as declared, from beside mongod',
    description:
      'Founds the replica set, adds and removes members one at a time, by what is declared and never by who answers. One runs beside each mongod.',
    flags: [{ heading: 'The replica set:', flags: mongoSidecarFlags }, longRunning, serving, service],
    examples: [
      [
        'mongo sidecar color-svc -s color-ss --replicas-file /etc/color/replicas --replica-set rs0 --listen :9480',
        'in the StatefulSet, see examples/mongo',
      ],
    ],
    run: async (context) => (await import('./mongo-sidecar.ts')).mongoSidecar(context),
  },
  {
    name: 'cassandra seeds',
    summary: 'print or write the seeds before a node starts',
    description: 'Decides what this node may start with: found, join, restart; ends with 3 while it must not start.',
    flags: [seeds, seedForm, { heading: 'Waiting:', flags: seedWaitFlags }, service, watching],
    examples: [
      ['cassandra seeds color-svc -s color-ss -r 3 --cluster-state new --wait', 'in an init container'],
      [
        'cassandra seeds color-svc -s color-ss -r 3 --cluster-state new --wait --as yaml --edit --write /etc/cassandra/cassandra.yaml',
        'the same, into the configuration',
      ],
    ],
    run: async (context) => (await import('./cassandra-seeds.ts')).cassandraSeeds(context),
  },
  {
    name: 'cassandra sidecar',
    summary: 'keep the seeds of a running node true',
    description: 'Keeps the file with the seeds as the plan of this node says, and has the node read them again.',
    flags: [seeds, seedForm, { heading: 'Reloading:', flags: reloadFlags }, watching, serving, service],
    examples: [
      [
        'cassandra sidecar color-svc -s color-ss -r 3 --cluster-state existing --as yaml --edit --write /etc/cassandra/cassandra.yaml --reload "nodetool reloadseeds"',
        'beside the node',
      ],
    ],
    run: async (context) => (await import('./cassandra-sidecar.ts')).cassandraSidecar(context),
  },
  {
    name: 'doctor',
    summary: 'find out why peers are not found',
    description:
      'Asks each DNS server about the Service and its surroundings, and tells what is wrong and what to do. Ends with 1 on a problem.',
    flags: [{ heading: 'Output:', flags: doctorFlags }, service],
    examples: [['doctor color-svc -s color-ss -r 3', 'what is wrong with it, from inside of a pod']],
    run: async (context) => (await import('./doctor.ts')).doctor(context),
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash or zsh',
    description: 'Prints a script that completes commands and flags, for the shell to read at its start.',
    argument: { term: '<shell>', help: 'bash or zsh', choices: ['bash', 'zsh'] },
    flags: [],
    examples: [
      ['completion bash > /etc/bash_completion.d/peerset', 'for bash'],
      ['completion zsh > "${fpath[1]}/_peerset"', 'for zsh'],
    ],
    run: async (context) => (await import('./completion.ts')).printCompletion(context),
  },
];

/** What the groups say of themselves. */
export const groups: Readonly<Record<string, string>> = {
  mongo: 'MongoDB: connection strings, and the replica set beside mongod',
  cassandra: 'Cassandra: seeds before a node starts, and while it runs',
};
