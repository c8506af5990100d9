import { doctorFlags } from '../flags/doctor-flags.ts';
import type { Flag } from '../flags/flag.ts';
import { formatFlags } from '../flags/format-flags.ts';
import { readyFlags, timeoutFlag } from '../flags/ready-flags.ts';
import { serviceFlags, watchFlags } from '../flags/service-flags.ts';
import type { CommandContext } from './command-context.ts';

/** One command: what it takes, what it says of itself, and what it does. */
export interface CommandDefinition {
  /** One word, or two where it belongs to a group: `mongo uri`. */
  readonly name: string;
  readonly summary: string;
  /** Whole sentences for its help. */
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Command lines without `peerset`, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Resolves with the exit code. Loaded when it is called: a start must not pay for other commands. */
  readonly run: (context: CommandContext) => Promise<number>;
}

export const commands: readonly CommandDefinition[] = [
  {
    name: 'resolve',
    summary: 'look once, and print who is there',
    description: 'Looks once and prints who is there. Ends with 1 and an explanation where nobody is.',
    flags: [...serviceFlags, ...formatFlags],
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
    flags: [...serviceFlags, ...watchFlags, ...readyFlags, timeoutFlag, ...formatFlags],
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
    name: 'doctor',
    summary: 'find out why peers are not found',
    description:
      'Asks each DNS server about the Service and its surroundings, and tells what is wrong and what to do. Ends with 1 on a problem.',
    flags: [...serviceFlags, ...doctorFlags],
    examples: [['doctor color-svc -s color-ss -r 3', 'what is wrong with it, from inside of a pod']],
    run: async (context) => (await import('./doctor.ts')).doctor(context),
  },
];

/** What the groups say of themselves. */
export const groups: Readonly<Record<string, string>> = {
  mongo: 'MongoDB: connection strings, and the replica set beside mongod',
  cassandra: 'Cassandra: seeds before a node starts, and while it runs',
};
