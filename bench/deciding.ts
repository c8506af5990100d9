import { watchPeers } from '@peerset/core';
import type { Observation, PeerSource, PeerWatcher } from '@peerset/core';
import { fromValues } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { wallTime } from './in-turn.ts';
import { CLUSTER_DOMAIN, NAMESPACE, serviceOf } from './services.ts';

type Lookup = Extract<Observation, { kind: 'evidence' }>['lookups'][number];

interface Scene {
  readonly watcher: PeerWatcher;
  /** The answers that the next looks bring. */
  answer: readonly Lookup[];
}

/**
 * What a round costs beside asking: everything from the answers to the snapshot and its change. A source that has its answers at hand
 * takes the place of DNS, so the time is that of the watcher's loop, deciding, diffing and telling.
 */
export async function measureDeciding({ peers, rounds }: { peers: number; rounds: number }): Promise<readonly Measurement[]> {
  const addresses = Array.from({ length: peers }, (_, i) => addressOf(i));
  const scene = await discovered(peers, addresses);
  try {
    const size = peers.toLocaleString('en');
    const unchanged = await repeated(rounds, () => [setLookup(peers, addresses.toReversed())], scene);
    const changed = await repeated(rounds, (round) => moveOne(peers, addresses, round), scene);
    return [
      fromValues({ work: `deciding, ${size} peers, unchanged (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 1 } }, unchanged),
      fromValues({ work: `deciding, ${size} peers, one moved (wall)`, unit: 'ms', bar: { kind: 'at-most', value: 5 } }, changed),
    ];
  } finally {
    await scene.watcher.close();
  }
}

/** The first rounds, slower than all others, are left out. */
async function repeated(rounds: number, answerOf: (round: number) => readonly Lookup[], scene: Scene): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    scene.answer = answerOf(round);
    timesMs.push(await wallTime(() => scene.watcher.refresh()));
  }
  return timesMs.slice(Math.floor(rounds / 5));
}

async function discovered(peers: number, addresses: readonly string[]): Promise<Scene> {
  const { host } = serviceOf(peers);
  const named = addresses.map((address, ordinal) => ({ host: peerHost(peers, ordinal), address }));
  const srv = found({ name: host, type: 'SRV' }, { targets: named.map((target) => ({ host: target.host, port: 27_017 })) });
  const own = named.map(({ host: name, address }) => found({ name, type: 'A' }, { addresses: [address] }));
  const source: PeerSource = {
    async look({ membership }) {
      return { kind: 'evidence', lookups: scene.answer, memory: membership.memory };
    },
    close() {},
  };
  const watcher = watchPeers({
    service: serviceOf(peers).service,
    namespace: NAMESPACE,
    clusterDomain: CLUSTER_DOMAIN,
    pollIntervalMs: 3_600_000,
    settlingIntervalMs: 60_000,
    source,
  });
  const scene: Scene = { watcher, answer: [setLookup(peers, addresses), srv, ...own] };
  await watcher.ready({ peers });
  return scene;
}

/** The set and the own name of a peer that has an address it never had. */
function moveOne(peers: number, addresses: string[], round: number): readonly Lookup[] {
  // Anywhere among them, as DNS turns its answers: a prime leads from one place to another.
  const ordinal = (round * 7_919) % peers;
  const address = addressOf(peers + round);
  addresses[ordinal] = address;
  return [setLookup(peers, addresses), found({ name: peerHost(peers, ordinal), type: 'A' }, { addresses: [address] })];
}

/** As DNS brings them: text that is equal to what is known, and not the same strings, which would be found quicker. */
function setLookup(peers: number, addresses: readonly string[]): Lookup {
  const fresh = addresses.map((address) => Buffer.from(address, 'latin1').toString('latin1'));
  return found({ name: serviceOf(peers).host, type: 'A' }, { addresses: fresh });
}

function found(question: Lookup['question'], answer: Partial<Extract<Lookup['outcome'], { kind: 'found' }>>): Lookup {
  const outcome = { kind: 'found', addresses: [], targets: [], ttlSeconds: 30, ...answer } as const;
  return { question, outcome, attempts: 1, durationMs: 1, server: '192.0.2.53', refused: 0 };
}

function peerHost(peers: number, ordinal: number): string {
  const { host, statefulSet } = serviceOf(peers);
  return `${statefulSet}-${ordinal}.${host}`;
}

function addressOf(index: number): string {
  return `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
}
