import { planSeeds, renderSeeds } from '@peerset/cassandra-adapter';

const node = (ordinal: number) => ({ name: `cass-${ordinal}`, ordinal, host: `cass-${ordinal}.cass.db.svc.cluster.local` });
const plan = planSeeds({
  declared: [0, 1, 2].map((ordinal) => ({ ...node(ordinal), datacenter: 'dc1', rack: 'r1' })),
  present: [{ ...node(0), addresses: ['10.244.1.7'], port: undefined }], // or a snapshot of @peerset/core
  self: 'cass-1',
  isBootstrapped: false, // from this node's own disk
  clusterState: 'new',
  lookupsComplete: true,
});
export const line: string =
  plan.mode === 'wait' ? `waiting for ${plan.waitingFor.join(', ')}: ${plan.reason}` : `${plan.mode}: ${renderSeeds(plan, { as: 'csv' })}`;
