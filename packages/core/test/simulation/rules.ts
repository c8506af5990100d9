/** The rules that are kept watch over, as the report names them. */
export const RULES: ReadonlyMap<string, string> = new Map([
  ['M1', 'no false leave'],
  ['M2', 'every true leave in time'],
  ['M3', 'every join and move in time, and never before an answer shows it'],
  ['M4', 'unknown outcomes change nothing'],
  ['M5', 'played again, the same snapshots'],
  ['M6', 'changes add up'],
  ['M7', 'same members, same object'],
  ['M8', 'one owner for an address, one peer for a name'],
  ['M9', 'few questions a settled poll'],
  ['M10', 'no stray names'],
  ['M11', 'paces and caps'],
  ['end', 'quiet leads to the truth'],
  ['error', 'nothing throws, and every round ends'],
]);

/** What a long run must have met, or it proves nothing. */
export const MUST_BE_MET: readonly string[] = [
  'joins',
  'returns',
  'moves',
  'port updates',
  'leaves of pods that were gone',
  'doubts that a confirmation ended',
  'rounds with doubt',
  'rounds of a lone probe',
  'settling polls',
  'settled polls',
  'untrue answers',
  'no answers',
  ...['scale', 'restart', 'readiness', 'mass restart', 'mass readiness', 'roll', 'swap', 'server', 'fault'].map((kind) => `deed ${kind}`),
  ...['declare', 'await', 'refresh', 'suspension'].map((kind) => `deed ${kind}`),
  ...['nxdomain', 'nodata', 'servfail', 'refused', 'notimp', 'formerr', 'silence', 'empty', 'cname-loop'].map((kind) => `hits of ${kind}`),
  ...['duplicate', 'garbage', 'reply-twice', 'delay', 'truncate', 'partial', 'foreign-address', 'wrong-id'].map(
    (kind) => `hits of ${kind}`,
  ),
];
