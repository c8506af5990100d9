import { Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Cluster } from '@peerset/testkit';

/** A `lookup` that asks the cluster's DNS for each name: what a pod's own resolver does, without a cache. IPv4 only. */
export function clusterLookup(cluster: Pick<Cluster, 'servers'>): LookupFunction {
  const resolver = new Resolver();
  resolver.setServers(cluster.servers);
  return (host, { all = false }, callback) => {
    resolver.resolve4(host, (error, addresses) => {
      // Without an answer there is no list, whatever the types say.
      const found = error === null ? addresses.map((address) => ({ address, family: 4 })) : [];
      if (error !== null || all) callback(error, found);
      else callback(null, found[0]?.address ?? '', 4);
    });
  };
}
