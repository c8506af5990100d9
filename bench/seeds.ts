import { planSeeds } from '@peerset/cassandra-adapter';
import type { DeclaredNode, SeedInput } from '@peerset/cassandra-adapter';
import { wallTime } from './in-turn.ts';
import { fromValues } from './measurement.ts';
import type { Measurement } from './measurement.ts';

/** What it costs to plan the seeds of one node of a large cluster: three data centres of seven racks each, all of it in DNS. */
export async function measureSeeds({ nodes, rounds }: { nodes: number; rounds: number }): Promise<readonly Measurement[]> {
  const declared = Array.from({ length: nodes }, (_, ordinal) => declaredNode(ordinal));
  const last = declared.at(-1)?.name ?? '';
  const shared = { declared, self: last, clusterState: 'existing', lookupsComplete: true } as const;
  const ipv4 = declared.map((node, index) => ({ ...node, port: undefined, addresses: [`10.0.${index >> 8}.${index & 255}`] }));
  const dual = ipv4.map((peer, index) => ({ ...peer, addresses: [...peer.addresses, `fd00::${(index + 1).toString(16)}`] }));
  const previousAddresses = Object.fromEntries(ipv4.map(({ name, addresses: [address = ''] }) => [name, address]));
  const inputs: Readonly<Record<string, SeedInput>> = {
    join: { ...shared, present: ipv4, isBootstrapped: false },
    'restart, addresses remembered': { ...shared, present: ipv4, isBootstrapped: true, previousAddresses },
    'join by IPv6 of two families': { ...shared, present: dual, isBootstrapped: false, selfAddress: 'fd00::ffff' },
  };
  const size = nodes.toLocaleString('en');
  const measurements: Measurement[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const timesMs = await repeated(rounds, () => planSeeds(input));
    measurements.push(
      fromValues({ work: `planSeeds, ${size} nodes, ${name} (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 2 } }, timesMs),
    );
  }
  return measurements;
}

/** The first fifth, slower than all others, is left out. */
async function repeated(rounds: number, run: () => unknown): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) timesMs.push(await wallTime(async () => run()));
  return timesMs.slice(Math.floor(rounds / 5));
}

function declaredNode(ordinal: number): DeclaredNode {
  const name = `cass-${ordinal}`;
  return { name, ordinal, host: `${name}.cass.db.svc.cluster.local`, datacenter: `dc${ordinal % 3}`, rack: `r${ordinal % 7}` };
}
