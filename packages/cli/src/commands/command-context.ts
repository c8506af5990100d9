import type { Command } from 'commander';
import { readPodEnvironment } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';
import { UsageError } from '../exit-codes.ts';
import { givenOptions } from '../flags/flag.ts';
import type { Flag } from '../flags/flag.ts';
import { logFlags } from '../flags/log-flags.ts';
import { listenFlags } from '../flags/long-running-flags.ts';
import { replicasFileFlag, serviceFlags, watchFlags } from '../flags/service-flags.ts';
import type { Io } from '../io.ts';
import { readReplicas } from '../replicas-file.ts';
import { writeLine } from '../stderr-line.ts';
import type { LogSettings } from '../stderr-log.ts';
import type { Log } from '../log.ts';

/** What a command works with: its arguments and the world. */
export class CommandContext {
  readonly io: Io;
  readonly #command: Command;
  /** The one argument. */
  readonly argument: string | undefined;

  constructor(io: Io, command: Command, argument: string | undefined) {
    this.io = io;
    this.#command = command;
    this.argument = argument;
  }

  /** What was given of some flags, for options that check their values themselves: hence the type is a claim. */
  given<T>(flags: readonly Flag[]): Partial<T> {
    // Values are checked by whoever takes them: what the flags of this command set is known by its table alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return givenOptions(this.#command, flags) as Partial<T>;
  }

  /** The options of a watcher. */
  watchOptions(): WatchOptions {
    const service = this.argument ?? this.io.env['PEERSET_SERVICE'];
    if (service === undefined || service === '') {
      throw new UsageError('which Service? Give its name as an argument or in PEERSET_SERVICE: color-svc, color-svc.default or its FQDN');
    }
    const given = this.given<WatchOptions>([...serviceFlags, ...watchFlags]);
    const replicas = this.replicasFile === undefined ? given.replicas : readReplicas(this.replicasFile);
    return { ...given, service, ...(replicas !== undefined && { replicas }), signal: this.io.shutdown };
  }

  /** What this pod is called; undefined where nothing says it. */
  get podName(): string | undefined {
    return this.watchOptions().self ?? readPodEnvironment({ env: this.io.env }).podName?.value;
  }

  get replicasFile(): string | undefined {
    const { replicasFile, replicas } = this.given<{ replicasFile: string; replicas: number }>([replicasFileFlag, ...serviceFlags]);
    if (replicasFile !== undefined && replicas !== undefined) throw new UsageError('--replicas and --replicas-file: give one of them');
    return replicasFile;
  }

  /** Whether `--listen` is given. */
  get isServing(): boolean {
    return this.given<{ listen: unknown }>(listenFlags).listen !== undefined;
  }

  /** Loaded when it is called: commands that only print a result need none. */
  async openLog(tell: (line: string) => void = (line) => writeLine(this.io, line)): Promise<Log> {
    const { openLog } = await import('../stderr-log.ts');
    const isTerminal = this.io.stderr.isTTY === true;
    const { level = 'info', format = isTerminal ? 'text' : 'json' } = this.given<LogSettings>(logFlags);
    return openLog({ level, format }, tell);
  }
}
