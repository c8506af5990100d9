import { Argument, Command } from 'commander';
import { commands, groups } from './commands/command-table.ts';
import type { CommandDefinition } from './commands/command-table.ts';
import { CommandContext } from './commands/command-context.ts';
import { addFlags, givenVariables, readSwitches } from './flags/flag.ts';
import { logFlags } from './flags/log-flags.ts';
import type { Io } from './io.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 the world failed, 2 wrong usage, 3 not enough peers in time, 130 and 143 stopped by a signal.';
const VARIABLES =
  'Every flag can be given as a variable: --poll-interval is PEERSET_POLL_INTERVAL, SERVICE is PEERSET_SERVICE; the command line goes before.';

/** Who is told of the command that runs. */
export interface ProgramEvents {
  /** The variables that its values came from, by option. */
  readonly onStart: (variables: Readonly<Record<string, string>>) => void;
  readonly onDone: (exitCode: number) => void;
}

/** The commands as commander takes them. */
export function buildProgram(io: Io, version: string, events: ProgramEvents): Command {
  const program = new Command('peerset')
    .description('Finds, waits for, watches and explains the pods of a headless Kubernetes Service, from DNS alone.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${VARIABLES}\n${EXIT_CODES}`);
  inherit(program, io);
  for (const definition of commands) addCommand(program, definition, { io, ...events });
  return program;
}

function addCommand(program: Command, definition: CommandDefinition, told: ProgramEvents & { readonly io: Io }): void {
  const [first = '', second] = definition.name.split(' ');
  const parent = second === undefined ? program : group(program, first, told.io);
  const command = parent
    .command(second ?? first)
    .summary(definition.summary)
    .description(definition.description)
    .addArgument(argumentOf(definition));
  inherit(command, told.io);
  for (const { heading, flags } of definition.flags) addFlags(command, flags, heading);
  addFlags(command, logFlags, 'Logs:');
  command.addHelpText('after', examplesText(definition));
  const flags = definition.flags.flatMap((each) => each.flags);
  command.action(async (argument: string | undefined) => {
    readSwitches(command, flags, told.io.env);
    told.onStart({ ...(argument === undefined && { service: 'PEERSET_SERVICE' }), ...givenVariables(command, flags) });
    told.onDone(await definition.run(new CommandContext(told.io, command, argument)));
  });
}

function argumentOf({ argument }: CommandDefinition): Argument {
  if (argument === undefined) return new Argument('[service]', 'the headless Service: color-svc, color-svc.default or its FQDN');
  return new Argument(argument.term, argument.help).choices([...argument.choices]);
}

function group(program: Command, name: string, io: Io): Command {
  const existing = program.commands.find((each) => each.name() === name);
  if (existing !== undefined) return existing;
  const made = program.command(name).description(groups[name] ?? '');
  inherit(made, io);
  return made;
}

/** Commander writes and ends the process by itself, unless it is told otherwise, each command by itself. */
function inherit(command: Command, { stdout, stderr }: Io): void {
  command
    .exitOverride()
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    // That a flag has a variable, and how it is called, is said once, below.
    .configureHelp({ optionDescription: ({ description }) => description })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      outputError: (text, write) => write(withoutValue(text).replace(/^error: /, 'peerset: ')),
    });
}

/** What stands behind an option that is not known may be a secret: `--password=...`. */
function withoutValue(text: string): string {
  return text.replace(/^(error: unknown option '(?:--[^=']*|-[^-]))[\s\S]*?('(?:\n\(Did you mean[^\n]*)?\n?)$/, '$1$2');
}

function examplesText({ examples }: CommandDefinition): string {
  const lines = examples.map(([line, what]) => `  # ${what}\n  peerset ${line}`);
  return `\nExamples:\n${lines.join('\n')}\n\n${VARIABLES}\n${EXIT_CODES}`;
}
