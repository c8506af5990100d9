import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.ts';
import { boolean } from './parse-value.ts';
import type { ParseValue } from './parse-value.ts';

/** A flag, and the option it stands for. */
export interface Flag {
  /** The option it sets: `pollIntervalMs`. */
  readonly option: string;
  /** As commander takes it: `--poll-interval <duration>`; without a value it is a switch. */
  readonly term: string;
  readonly help: string;
  /** Default: the text as it is. */
  readonly parse?: ParseValue;
}

/** `--poll-interval` of `--poll-interval <duration>`. */
export function longName({ term }: Flag): string {
  return term.split(' ').find((part) => part.startsWith('--')) ?? term;
}

/** `PEERSET_POLL_INTERVAL`. */
function variableName(flag: Flag): string {
  return `PEERSET_${longName(flag).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** Adds flags to a command. Each can be given by its variable, too; what stands on the command line goes before. */
export function addFlags(command: Command, flags: readonly Flag[], heading: string): void {
  for (const flag of flags) command.addOption(commanderOption(flag).helpGroup(heading));
}

/** What was given, by option; what was not given is not there. */
export function givenOptions(command: Command, flags: readonly Flag[]): Readonly<Record<string, unknown>> {
  const given = flags.map((flag) => [flag.option, command.getOptionValue(commanderOption(flag).attributeName())] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** The variables that values came from, by option: messages name those, since the flag stands nowhere. */
export function givenVariables(command: Command, flags: readonly Flag[]): Readonly<Record<string, string>> {
  const given = flags.filter((flag) => command.getOptionValueSource(commanderOption(flag).attributeName()) === 'env');
  return Object.fromEntries(given.map((flag) => [flag.option, variableName(flag)]));
}

/** Reads the variables of switches: they have a value, and `false` must not turn one on, as it does where commander reads it. */
export function readSwitches(command: Command, flags: readonly Flag[], env: Readonly<Record<string, string | undefined>>): void {
  for (const flag of flags.filter(isSwitch)) {
    const [name, variable] = [commanderOption(flag).attributeName(), variableName(flag)];
    const text = env[variable];
    if (text === undefined || command.getOptionValue(name) !== undefined) continue;
    command.setOptionValueWithSource(name, switchValue(command, flag, text), 'env');
  }
}

function switchValue(command: Command, flag: Flag, text: string): boolean {
  try {
    return boolean(text);
  } catch (error) {
    const rule = error instanceof UsageError ? error.message : String(error);
    return command.error(`error: option '${flag.term}' value '${text}' from env '${variableName(flag)}' is invalid. ${rule}`);
  }
}

function isSwitch({ term }: Flag): boolean {
  return !term.includes('<');
}

function commanderOption(flag: Flag): Option {
  const { parse } = flag;
  const option = new Option(flag.term, flag.help);
  if (isSwitch(flag)) return option;
  option.env(variableName(flag));
  return parse === undefined ? option : option.argParser((value: string, previous: unknown) => told(parse, value, previous));
}

function told(parse: ParseValue, value: string, previous: unknown): unknown {
  try {
    return parse(value, previous);
  } catch (error) {
    // Commander names the flag or the variable, and the value.
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
