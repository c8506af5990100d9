import cassandra from 'cassandra-driver';
import { describe, expect, test } from 'vitest';
import { localBy } from '../../src/client/distance.ts';

const { ExecutionProfile, policies } = cassandra;
const near = { datacenter: 'dc1', address: '10.0.0.1:9042' };
const far = { datacenter: 'dc2', address: '10.1.0.1:9042' };

function only(address: string): cassandra.policies.loadBalancing.LoadBalancingPolicy {
  return new policies.loadBalancing.AllowListPolicy(new policies.loadBalancing.RoundRobinPolicy(), [address]);
}

describe('hosts that are asked', () => {
  test.each<{ name: string; options: object; asked: readonly [isNear: boolean, isFar: boolean] }>([
    { name: 'are those of the data centre', options: {}, asked: [true, false] },
    { name: 'are those that the policy says', options: { policies: { loadBalancing: only(far.address) } }, asked: [false, true] },
    {
      name: 'are those that the default profile says',
      options: { profiles: [new ExecutionProfile('default', { loadBalancing: only(far.address) })] },
      asked: [false, true],
    },
    {
      name: 'are those of any profile',
      options: { profiles: [new ExecutionProfile('away', { loadBalancing: only(far.address) })] },
      asked: [true, true],
    },
    {
      name: 'are those of the options, for a profile without a policy',
      options: { policies: { loadBalancing: only(far.address) }, profiles: [new ExecutionProfile('slow', { readTimeout: 9 })] },
      asked: [false, true],
    },
    { name: 'do not depend on what is no policy', options: { policies: { loadBalancing: 7 }, profiles: 'none' }, asked: [true, false] },
  ])('$name', ({ options, asked }) => {
    const isLocal = localBy(options, 'dc1');
    expect([isLocal(near), isLocal(far)]).toEqual(asked);
  });
});
