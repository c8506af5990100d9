import { pino } from 'pino';
import type { LogLevel } from './flags/log-flags.ts';
import type { Log } from './log.ts';
import { plainJson, plainText } from './output/plain-text.ts';

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
}

/** A log that hands its lines, without line ends, to whoever shows them. */
export function openLog({ level, format }: LogSettings, tell: (line: string) => void): Log {
  const destination = {
    write(line: string): void {
      tell(format === 'json' ? plainJson(line.trimEnd()) : asText(line));
    },
  };
  return pino(
    {
      level,
      // The pod's name is known to whoever collects its logs.
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      errorKey: 'error',
    },
    destination,
  );
}

/** `12:03:04 warn message key=value`, in the time of the reader. */
function asText(line: string): string {
  const { level, time, message, ...details } = Object.fromEntries(Object.entries(Object(JSON.parse(line))));
  const pairs = Object.entries(details).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  // Some of it comes from the network: nothing of it may move the cursor.
  return plainText(`${new Date(String(time)).toTimeString().slice(0, 8)} ${String(level)} ${String(message)}${pairs.join('')}`);
}
