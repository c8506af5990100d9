import type { Flag } from './flag.ts';
import { duration, integer, integerOr, list } from './parse-value.ts';

/** Who has to be there. */
export const readyFlags: readonly Flag[] = [
  {
    option: 'peers',
    term: '--peers <criterion>',
    help: 'declared, majority or a number (default: declared with --replicas, else 1)',
    parse: integerOr('declared', 'majority'),
  },
  { option: 'ordinals', term: '--ordinals <list>', help: 'these ordinals must be there, such as 0,1', parse: list(integer) },
  { option: 'self', term: '--with-self', help: 'this pod itself must be there' },
  { option: 'stableForMs', term: '--stable <duration>', help: 'for so long without a change (default: 0)', parse: duration },
];

export const timeoutFlag: Flag = { option: 'timeoutMs', term: '--timeout <duration>', help: 'longest wait (default: 1m)', parse: duration };
