import { InvalidOptionsError } from '@peerset/core/errors';
import { kindText } from '../value-text.ts';

/**
 * What the caller's function gives for one client.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for what is no object, a promise included, and for options that the managed client sets.
 */
export function givenOptions(clientOptions: () => unknown): object {
  const given = clientOptions();
  if (typeof given !== 'object' || given === null || 'then' in given) {
    const value = typeof given === 'object' && given !== null ? 'a promise' : kindText(given);
    throw new InvalidOptionsError([{ path: 'clientOptions', value, rule: 'must return an object, at once' }]);
  }
  const own = ['contactPoints', 'localDataCenter'].filter((key) => key in given);
  if (own.length === 0) return given;
  const rule = 'is told by the watcher and by datacenter';
  throw new InvalidOptionsError(own.map((key) => ({ path: `clientOptions.${key}`, value: '[hidden]', rule })));
}
