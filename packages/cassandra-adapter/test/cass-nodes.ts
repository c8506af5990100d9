import type { Peer, Snapshot } from '@peerset/core';
import type { DeclaredNode, SeedInput, SeedPlan } from '../src/index.ts';

const service = { name: 'cass', namespace: 'db', clusterDomain: 'cluster.local', host: 'cass.db.svc.cluster.local' };

/** A node of the one StatefulSet `cass` in one rack, unless it is placed elsewhere. */
export function node(ordinal: number, place: { datacenter?: string; rack?: string; set?: string } = {}): DeclaredNode {
  const { datacenter = 'dc1', rack = 'r1', set = 'cass' } = place;
  const name = `${set}-${ordinal}`;
  return { name, ordinal, host: `${name}.${service.host}`, datacenter, rack };
}

export function nodes(count: number): readonly DeclaredNode[] {
  return Array.from({ length: count }, (_, ordinal) => node(ordinal));
}

/** What DNS shows of a node. */
export function peer({ name, ordinal, host }: DeclaredNode, addresses: readonly string[] = [`10.0.0.${ordinal}`]): Peer {
  return { name, ordinal, host, addresses, port: undefined };
}

export function snapshot(peers: readonly Peer[]): Snapshot {
  return { service, revision: 1, peers, missing: [] };
}

/** The first start of `cass-0` of three, as an operator would want it; each test changes what it is about. */
export function input(changes: Partial<SeedInput> = {}): SeedInput {
  return {
    declared: nodes(3),
    present: [peer(node(0))],
    self: 'cass-0',
    isBootstrapped: false,
    clusterState: 'new',
    lookupsComplete: true,
    ...changes,
  };
}

/** What becomes of `input(changes)`. */
export interface PlanRow {
  readonly name: string;
  readonly changes: Partial<SeedInput>;
  readonly want: string;
}

/** What matters of a plan: the entries as they will be written, or what is missing. */
export function gist(plan: SeedPlan): string {
  if (plan.mode === 'wait') return `wait: ${plan.waitingFor.join(' ')}`;
  return `${plan.mode}: ${plan.seeds.map(({ name, host, address }) => address ?? name ?? host).join(' ')}`;
}
