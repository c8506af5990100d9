import { parseListenAddress } from '../listen/listen-address.ts';
import type { Flag } from './flag.ts';
import { integerOr } from './parse-value.ts';

/** What long-running commands serve over HTTP. */
export const listenFlags: readonly Flag[] = [
  {
    option: 'listen',
    term: '--listen <address>',
    help: 'serve /healthz, /readyz, /peers and /metrics there, such as 127.0.0.1:9480 or :9480 (default: nowhere)',
    parse: parseListenAddress,
  },
  {
    option: 'ready',
    term: '--ready <criterion>',
    help: 'when /readyz is 200: declared, majority or a number (default: declared with --replicas, else 1)',
    parse: integerOr('declared', 'majority'),
  },
];
