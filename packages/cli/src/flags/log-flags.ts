import type { Flag } from './flag.ts';
import { oneOf } from './parse-value.ts';

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How a command tells what it does: of every command. */
export const logFlags: readonly Flag[] = [
  { option: 'level', term: '--log-level <level>', help: `${logLevels.join(', ')} (default: info)`, parse: oneOf(...logLevels) },
  {
    option: 'format',
    term: '--log-format <format>',
    help: 'json or text (default: text on a terminal, else json)',
    parse: oneOf('json', 'text'),
  },
];
