import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from '@peerset/testkit';
import type { Cluster, StatefulSet } from '@peerset/testkit';
import { follow, WAYS } from './followers.ts';
import type { Follower, Way } from './followers.ts';
import type { Comparison } from './report.ts';
import { CLUSTER_DOMAIN, hostOf, NAMESPACE } from './services.ts';

/** The DNS of a story: one that keeps nothing, or one that keeps denials for half a minute, as the cluster DNS of many clusters does. */
type Dns = 'plain' | 'caching';

/** One story, told to each way with a Service of its own, on the same DNS. */
interface Story {
  readonly what: string;
  readonly dns: Dns;
  /** What the way came to, in words. */
  readonly tell: (scene: Scene) => Promise<string>;
}

interface Scene {
  readonly cluster: Cluster;
  readonly service: string;
  /** Starts to follow the Service. */
  readonly follow: (pollIntervalMs: number) => Follower;
}

const SAMPLE_MS = 25;
const WATCHED_MS = 30_000;
const LONGEST_MS = 60_000;
/** The TTL of kubeadm's clusters, and how long their DNS keeps a denial. */
const DENIAL_SECONDS = 30;

const STORIES: readonly Story[] = [
  { what: 'lost in 30 s of 1/6 NXDOMAIN, 5 peers, polled every 250 ms', dns: 'plain', tell: lostUnderDenials },
  { what: 'sees a Service that is ready, behind a denial cached for 30 s', dns: 'caching', tell: seesBehindDenial },
  { what: 'sees the new address of a restarted pod', dns: 'plain', tell: seesMove },
  { what: 'sees that a pod was scaled in', dns: 'plain', tell: seesLeave },
  { what: 'sees that all pods were scaled in', dns: 'plain', tell: seesNobody },
];

/** How each way behaves where following addresses is not the whole job. Polled every second where the story does not say. */
export async function compareBehaviour(): Promise<readonly Comparison[]> {
  const options = { namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, queryLogLimit: 0 };
  await using plain = await startCluster(options);
  await using caching = await startCluster({ ...options, ttlSeconds: DENIAL_SECONDS, negativeCacheSeconds: DENIAL_SECONDS });
  const clusters: Readonly<Record<Dns, Cluster>> = { plain, caching };
  return await Promise.all(STORIES.map((story, index) => tellAll(story, `story-${index}`, clusters[story.dns])));
}

async function tellAll({ what, tell }: Story, name: string, cluster: Cluster): Promise<Comparison> {
  const values = await Promise.all(
    WAYS.map(async (way, index): Promise<readonly [Way, string]> => {
      const service = `${name}-${index}`;
      const started: Follower[] = [];
      const scene: Scene = {
        cluster,
        service,
        follow(pollIntervalMs) {
          const follower = follow(way, { service, servers: cluster.servers, pollIntervalMs });
          started.push(follower);
          return follower;
        },
      };
      const value = await tell(scene);
      await Promise.all(started.map((follower) => follower.close()));
      return [way, value];
    }),
  );
  return { what, values: Object.fromEntries(values) };
}

/** Members that left the list although they were there all the time. */
async function lostUnderDenials({ cluster, service, follow: start }: Scene): Promise<string> {
  const replicas = 5;
  setOf(cluster, service, replicas);
  const follower = start(250);
  await until(() => follower.addresses().length === replicas);
  const fault = cluster.fault({ kind: 'nxdomain', names: ownNames(service), probability: 1 / 6, seed: 6 });
  let lost = 0;
  let incomplete = 0;
  let samples = 0;
  let before = follower.addresses();
  for (const endMs = performance.now() + WATCHED_MS; performance.now() < endMs; await sleep(SAMPLE_MS)) {
    const now = follower.addresses();
    lost += before.filter((address) => !now.includes(address)).length;
    incomplete += now.length < replicas ? 1 : 0;
    samples += 1;
    before = now;
  }
  fault.clear();
  return `${lost} (incomplete ${Math.round((100 * incomplete) / samples)} % of the time)`;
}

async function seesBehindDenial({ cluster, service, follow: start }: Scene): Promise<string> {
  const set = setOf(cluster, service, 0);
  // It asks before anybody is ready, and the answer is kept.
  const follower = start(1_000);
  await sleep(2_000);
  set.scale(3);
  return timeUntil(() => follower.addresses().length === 3);
}

async function seesMove({ cluster, service, follow: start }: Scene): Promise<string> {
  const set = setOf(cluster, service, 3);
  const follower = start(1_000);
  await until(() => follower.addresses().length === 3);
  await sleep(3_000);
  set.pod(1).restart({ downMs: 500 });
  await until(() => set.pod(1).addresses.length > 0);
  const [address = ''] = set.pod(1).addresses;
  return timeUntil(() => follower.addresses().includes(address));
}

async function seesLeave({ cluster, service, follow: start }: Scene): Promise<string> {
  const set = setOf(cluster, service, 3);
  const follower = start(1_000);
  await until(() => follower.addresses().length === 3);
  const [address = ''] = set.pod(2).addresses;
  set.scale(2);
  return timeUntil(() => !follower.addresses().includes(address));
}

async function seesNobody({ cluster, service, follow: start }: Scene): Promise<string> {
  const set = setOf(cluster, service, 3);
  const follower = start(1_000);
  await until(() => follower.addresses().length === 3);
  set.scale(0);
  return timeUntil(() => follower.addresses().length === 0);
}

function setOf(cluster: Cluster, service: string, replicas: number): StatefulSet {
  return cluster.headlessService(service, { ports: [{ name: 'db', port: 27_017 }] }).statefulSet(`${service}-set`, { replicas });
}

/** The Service's own name and everything below it. */
function ownNames(service: string): RegExp {
  return new RegExp(`(?:^|\\.)${hostOf(service).replaceAll('.', String.raw`\.`)}$`);
}

async function timeUntil(isTrue: () => boolean): Promise<string> {
  const startedAtMs = performance.now();
  const isSeen = await until(isTrue);
  return isSeen ? `${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s` : `not in ${LONGEST_MS / 1_000} s`;
}

async function until(isTrue: () => boolean): Promise<boolean> {
  for (const endMs = performance.now() + LONGEST_MS; performance.now() < endMs; await sleep(SAMPLE_MS)) if (isTrue()) return true;
  return false;
}
