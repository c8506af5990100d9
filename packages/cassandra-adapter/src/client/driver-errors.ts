/** What may help against an error of the driver. */
export function isNoHostAvailable(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoHostAvailableError';
}

/** Whether connecting again can help: nobody was there, and nobody who was there refused the user or the data centre. */
export function isWorthRetrying(error: unknown): boolean {
  if (!isNoHostAvailable(error)) return false;
  const inner: unknown = typeof error === 'object' && error !== null && 'innerErrors' in error ? error.innerErrors : undefined;
  const names = Object.values(inner ?? {}).map((each: unknown) => (each instanceof Error ? each.name : ''));
  return !names.some((name) => name === 'AuthenticationError' || name === 'ArgumentError');
}
