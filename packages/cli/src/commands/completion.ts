import { exitCodes } from '../exit-codes.ts';
import { longName } from '../flags/flag.ts';
import { logFlags } from '../flags/log-flags.ts';
import { print } from '../stdout.ts';
import type { CommandContext } from './command-context.ts';
import { commands, groups } from './command-table.ts';
import type { CommandDefinition } from './command-table.ts';

/** `peerset completion`. */
export async function printCompletion(context: CommandContext): Promise<number> {
  await print(context.io, context.argument === 'zsh' ? zshCompletion() : bashCompletion());
  return exitCodes.done;
}

/** What can follow the words so far: commands, and of a command its flags; files after a flag that has a value. */
function bashCompletion(): string {
  const cases = commands.map((command) => `    '${command.name}') words='${flagWords(command)}' ;;`);
  return `# bash completion of peerset
_peerset() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=''
  COMPREPLY=()
  case "$command" in ${Object.keys(groups).join('|')}) command="$command \${COMP_WORDS[2]}" ;; esac
  if [[ $COMP_CWORD -eq 1 ]]; then words='${firstWords().join(' ')}'; else case "$command" in
${cases.join('\n')}
${groupNames()
  .map((name) => `    '${name} '*) words='${secondWords(name).join(' ')}' ;;`)
  .join('\n')}
  esac; fi
  if [[ $current == -* || $COMP_CWORD -le 2 ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
  if [[ \${#COMPREPLY[@]} -eq 0 && $previous == --* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _peerset peerset
`;
}

/** The same words: zsh reads completions of bash. */
function zshCompletion(): string {
  return `#compdef peerset
autoload -U +X bashcompinit && bashcompinit
${bashCompletion()}`;
}

function firstWords(): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? '')), 'help'];
}

function groupNames(): readonly string[] {
  return Object.keys(groups);
}

function secondWords(group: string): readonly string[] {
  return commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []));
}

function flagWords({ flags, argument }: CommandDefinition): string {
  const names = [...flags.flatMap((group) => group.flags), ...logFlags].map(longName);
  return [...(argument?.choices ?? []), ...names, '--help'].join(' ');
}
