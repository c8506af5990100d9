import type { Flag } from './flag.ts';
import { oneOf } from './parse-value.ts';

const formats = ['table', 'json', 'ndjson', 'names', 'hosts', 'addresses', 'host-ports'] as const;

/** How a snapshot is printed. */
export const formatFlags: readonly Flag[] = [
  {
    option: 'format',
    term: '-f, --format <format>',
    help: `${formats.join(', ')} (default: table on a terminal, else ndjson)`,
    parse: oneOf(...formats),
  },
];
