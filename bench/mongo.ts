import { mongoConnectionString, planReplicaSet } from '@peerset/mongo-adapter';
import type { ReplicaSetConfig, ReplicaSetObservation } from '@peerset/mongo-adapter';
import { wallTime } from './in-turn.ts';
import { fromValues } from './measurement.ts';
import type { Measurement } from './measurement.ts';

export interface MongoOptions {
  /** Hosts in the string. */
  readonly hosts: number;
  /** Members of the replica set that is planned. */
  readonly members: number;
  readonly rounds: number;
}

/** What the adapter costs that computes: a string of many hosts, and one plan for the largest set that there may be. */
export async function measureMongo({ hosts, members, rounds }: MongoOptions): Promise<readonly Measurement[]> {
  const peers = Array.from({ length: hosts }, (_, ordinal) => ({ name: `color-ss-${ordinal}`, ordinal, host: podHost(ordinal) }));
  const settled = observation(members, members);
  const growing = observation(members, members - 1);
  return [
    fromValues(
      { work: `mongoConnectionString, ${hosts.toLocaleString('en')} hosts (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 1 } },
      await repeated(rounds, () => mongoConnectionString(peers, { replicaSet: 'rs0', maxHosts: hosts })),
    ),
    fromValues(
      { work: `planReplicaSet, ${members} members, as declared (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 0.2 } },
      await repeated(rounds, () => planReplicaSet(settled)),
    ),
    fromValues(
      { work: `planReplicaSet, ${members} members, one to be added (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 0.2 } },
      await repeated(rounds, () => planReplicaSet(growing)),
    ),
  ];
}

/** The first fifth, slower than all others, is left out. */
async function repeated(rounds: number, run: () => unknown): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) timesMs.push(await wallTime(async () => run()));
  return timesMs.slice(Math.floor(rounds / 5));
}

/** What the primary's sidecar sees when so many of the declared are members. */
function observation(declared: number, present: number): ReplicaSetObservation {
  const hosts = Array.from({ length: declared }, (_, ordinal) => `${podHost(ordinal)}:27017`);
  const members = hosts
    .slice(0, present)
    .map((host, _id) => (_id < 7 ? { _id, host, priority: 1, votes: 1 } : { _id, host, priority: 0, votes: 0 }));
  const config: ReplicaSetConfig = { _id: 'rs0', version: 3, term: 2, members, settings: { heartbeatIntervalMillis: 2_000 } };
  const states = members.map(({ _id, host }) => ({
    _id,
    name: host,
    health: 1,
    state: _id === 0 ? 1 : 2,
    ...(_id === 0 && { self: true, configVersion: 3 }),
  }));
  return {
    set: 'rs0',
    statefulSet: 'color-ss',
    replicas: declared,
    self: { ordinal: 0, host: hosts[0] ?? '' },
    hosts,
    dns: { ok: true, resolved: hosts.map((_, ordinal) => ordinal) },
    local: {
      state: 'member',
      isPrimary: true,
      config,
      isCommitted: true,
      status: { set: 'rs0', myState: 1, term: 2, votingMembersCount: 7, members: states },
    },
    probes: { [declared - 1]: { kind: 'ghost' } },
    wireVersion: 21,
    memory: { rejected: [] },
  };
}

function podHost(ordinal: number): string {
  return `color-ss-${ordinal}.color-svc.default.svc.cluster.local`;
}
