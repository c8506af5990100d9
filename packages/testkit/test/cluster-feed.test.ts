import { expect, test } from 'vitest';
import type { ClusterChange } from '../src/cluster-change.ts';
import { ClusterFeed } from '../src/cluster-feed.ts';
import type { Endpoint } from '../src/service-zone.ts';

const one = { label: 'db-0', address: '198.18.0.1' };
const other = { label: 'db-1', address: '198.18.0.2' };
const six = { label: 'db-0', address: '2001:db8::1' };

test('a feed tells of each family by itself, and only what is new', () => {
  let listed: readonly Endpoint[] = [];
  const service = {
    name: 'db',
    namespace: 'default',
    face: { host: 'db.default.svc.cluster.local', ttlSeconds: 5, ports: [], clusterIps: [] },
    endpoints: () => listed,
  };
  const told: ClusterChange[] = [];
  const feed = new ClusterFeed();
  expect(feed.isWatched).toBe(false);
  feed.watch((change) => told.push(change));
  const change = (endpoints: readonly Endpoint[]): ClusterChange[] => {
    listed = endpoints;
    feed.podsChanged(service);
    return told.splice(0);
  };
  const slice = { kind: 'slice', key: 'db.default' };

  feed.serviceMade(service);
  expect(told.splice(0)).toEqual([
    { kind: 'namespace', namespace: 'default' },
    { kind: 'service', key: 'db.default', face: service.face },
  ]);
  expect(change([one])).toEqual([{ ...slice, family: 'ipv4', endpoints: [one] }]);
  expect(change([one])).toEqual([]);
  expect(change([one, six])).toEqual([{ ...slice, family: 'ipv6', endpoints: [six] }]);
  expect(change([other])).toEqual([
    { ...slice, family: 'ipv4', endpoints: [other] },
    { ...slice, family: 'ipv6', endpoints: [] },
  ]);
  expect(change([{ ...other, label: 'db-2' }])).toHaveLength(1);
  feed.serviceGone('db.default');
  expect(told).toEqual([{ kind: 'service-gone', key: 'db.default' }]);
});
