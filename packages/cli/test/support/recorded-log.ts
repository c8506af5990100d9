import type { Log } from '../../src/log.ts';

/** One call of a log. */
interface LogLine {
  readonly level: keyof Log;
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that keeps what it is told. */
export interface RecordedLog extends Log {
  readonly lines: readonly LogLine[];
  /** The messages of a level, oldest first. */
  messages(level: keyof Log): readonly string[];
}

export function recordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (details, message) =>
      void lines.push({ level, details, message });
  return {
    lines,
    messages: (wanted) => lines.filter(({ level }) => level === wanted).map(({ message }) => message),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
