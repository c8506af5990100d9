import type { Flag } from './flag.ts';

/** How findings are told. */
export const doctorFlags: readonly Flag[] = [
  { option: 'json', term: '--json', help: 'findings as JSON' },
  { option: 'verbose', term: '--verbose', help: 'with all questions and answers that stand behind them' },
];
