import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { program, startCommand } from './start-command.ts';
import type { StartedCommand } from './start-command.ts';

/** A command on a terminal of its own. Its standard output has all that the terminal shows. */
export interface TerminalCommand extends StartedCommand {
  /** What a person types. */
  type(text: string): void;
  /** Signals the command itself, and not the terminal around it. */
  signal(signal: NodeJS.Signals): void;
}

export interface TerminalOptions {
  readonly folder: TemporaryFolder;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it on a pseudo-terminal of 100 columns and 24 rows, which `script` of util-linux opens. */
export async function startOnTerminal(args: readonly string[], { folder, env = {} }: TerminalOptions): Promise<TerminalCommand> {
  const pidFile = folder.file('terminal.pid');
  const line = `stty cols 100 rows 24; echo $$ > ${quoted(pidFile)}; exec ${[...program, ...args].map(quoted).join(' ')}`;
  const command = startCommand(['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    program: ['script'],
    hasInput: true,
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
  });
  const pid = await pidIn(pidFile, command);
  return {
    ...command,
    type: (text) => void command.child.stdin?.write(text),
    signal: (signal) => void process.kill(pid, signal),
  };
}

async function pidIn(file: string, command: StartedCommand): Promise<number> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    if (command.child.exitCode !== null) throw new Error(`ended before that: ${command.stdout()}${command.stderr()}`);
    await sleep(20);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
