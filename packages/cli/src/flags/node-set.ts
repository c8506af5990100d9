import type { ServiceOptions } from '@peerset/core';
import { UsageError } from '../exit-codes.ts';

/** One StatefulSet of a Cassandra cluster. */
export interface NodeSet extends Required<Pick<ServiceOptions, 'statefulSet' | 'replicas' | 'firstOrdinal'>> {
  readonly datacenter: string;
  readonly rack: string;
}

const KEYS: readonly string[] = ['name', 'replicas', 'datacenter', 'rack', 'first-ordinal'];

/** `name=color-rack-a,replicas=3,datacenter=dc1,rack=a`. */
export function parseNodeSet(text: string): NodeSet {
  const pairs = text.split(',').map((pair) => {
    const [key = '', ...rest] = pair.split('=');
    return [key.trim(), rest.join('=').trim()] as const;
  });
  const unknown = pairs.find(([key, value]) => !KEYS.includes(key) || value === '');
  if (unknown !== undefined) throw new UsageError(`must be key=value pairs with the keys ${KEYS.join(', ')}`);
  const given = new Map(pairs);
  if (given.size < pairs.length) throw new UsageError('must have each key once');
  const [statefulSet, datacenter, rack] = ['name', 'datacenter', 'rack'].map((key) => given.get(key));
  if (statefulSet === undefined || datacenter === undefined || rack === undefined)
    throw new UsageError('must have name, replicas, datacenter and rack');
  return {
    statefulSet,
    datacenter,
    rack,
    replicas: wholeNumber(given.get('replicas')),
    firstOrdinal: wholeNumber(given.get('first-ordinal') ?? '0'),
  };
}

function wholeNumber(text = ''): number {
  if (!/^\d{1,10}$/.test(text)) throw new UsageError('must have whole numbers for replicas and first-ordinal');
  return Number(text);
}
