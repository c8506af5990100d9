/** What DNS and the lookups themselves say. */
const CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ENODATA',
  'EMPTY',
  'ESERVFAIL',
  'EREFUSED',
  'ETIMEOUT',
  'EFORMERR',
  'EBADRESP',
  'ENOTIMP',
  'EFOREIGN',
  'ECONNREFUSED',
  'ECANCELLED',
]);

/** The code as a label: `other` for one that is not among those that are known, so that nobody can make up time series. */
export function lookupCode(code: string): string {
  return CODES.has(code) ? code : 'other';
}
