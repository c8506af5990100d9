// `expect` comes with each test's context: tests that run side by side must not share one.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startRealCluster } from '../../testkit/test/support/real-cluster.ts';
import type { RealCluster, RealClusterOptions } from '../../testkit/test/support/real-cluster.ts';
import type { Member } from '../../testkit/test/support/cluster-objects.ts';
import { diagnoseIn } from '../src/diagnose.ts';
import type { Diagnosis, WatchOptions } from '../src/index.ts';

const PORTS = [{ name: 'db', port: 27017 }];
const API_SERVER = '198.18.200.1';
const DECLARED = { statefulSet: 'color-ss', replicas: 3 };

function members(block: number, count = 3, isReady = true): readonly Member[] {
  return Array.from({ length: count }, (_, i) => ({ hostname: `color-ss-${i}`, addresses: [`198.18.${block}.${i + 1}`], isReady }));
}

describe.concurrent.each<{ name: string; options: RealClusterOptions }>([
  { name: 'kubeadm, where the zone is not cached', options: { setting: 'kubeadm', ttlSeconds: 30 } },
  { name: 'cache 30 over the zone', options: { setting: 'classic', ttlSeconds: 30 } },
])('diagnose against real CoreDNS: $name', ({ options }) => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await startRealCluster(options);
    cluster.objects.clusterIp('kubernetes', { ports: [{ name: 'https', port: 443 }], clusterIps: [API_SERVER] });
    cluster.objects.headless('well', { ports: PORTS, members: members(1) });
    cluster.objects.headless('unready', { ports: PORTS, members: members(2, 3, false) });
    cluster.objects.headless('one-unready', { ports: PORTS, members: [...members(3, 2), { ...members(3)[2], isReady: false } as Member] });
    cluster.objects.clusterIp('vip', { ports: PORTS, clusterIps: ['198.18.201.1'], members: members(4) });
    cluster.objects.headless('bare', { members: members(5) });
    cluster.objects.headless('big', { ports: PORTS, members: members(6, 40) });
    await cluster.caughtUp();
  });
  afterAll(() => cluster.close());

  /** In a pod of namespace `default`, with nothing of the machine the test runs on. */
  async function examine(service: string, more: Partial<WatchOptions> = {}): Promise<Diagnosis> {
    return diagnoseIn(
      { service, servers: [cluster.server], ...more },
      { env: { POD_NAMESPACE: 'default', KUBERNETES_SERVICE_HOST: API_SERVER }, readText: () => undefined },
    );
  }

  test.for<{ name: string; service: string; more?: Partial<WatchOptions>; want: readonly string[]; says?: string }>([
    { name: 'healthy', service: 'well', more: DECLARED, want: [] },
    { name: 'healthy, by TCP', service: 'big', more: { statefulSet: 'color-ss', replicas: 40 }, want: [] },
    {
      name: 'no such namespace',
      service: 'well.nowhere',
      want: ['error WRONG_NAMESPACE'],
      says: 'there is a Service well in namespace default',
    },
    { name: 'another namespace', service: 'none.default', want: ['error NO_SUCH_SERVICE_OR_NONE_READY'] },
    {
      name: 'wrong cluster domain',
      service: 'well.default.svc.k8s.example',
      want: ['error WRONG_CLUSTER_DOMAIN'],
      says: 'not k8s.example but cluster.local: the API server is called kubernetes.default.svc.cluster.local',
    },
    { name: 'none ready', service: 'unready', more: DECLARED, want: ['error NO_SUCH_SERVICE_OR_NONE_READY'] },
    { name: 'one not ready', service: 'one-unready', more: DECLARED, want: ['warning PEERS_MISSING'], says: 'color-ss-2 not in DNS' },
    { name: 'this pod not ready', service: 'one-unready', more: { self: 'color-ss-2' }, want: ['warning SELF_MISSING'] },
    { name: 'not headless', service: 'vip', more: DECLARED, want: ['error NOT_HEADLESS'], says: '198.18.201.1' },
    { name: 'without ports', service: 'bare', want: ['warning NO_SRV'] },
    { name: 'without ports, names by ordinal', service: 'bare', more: DECLARED, want: ['info NO_SRV'] },
  ])('$name', async ({ service, more, want, says }, { expect }) => {
    const { healthy, findings } = await examine(service, more);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(want);
    expect(healthy).toBe(want.every((each) => each.startsWith('info')));
    if (says !== undefined) expect(findings[0]?.message).toContain(says);
  });

  /** What is found by a preflight that probes in the type that this random number stands for. */
  async function look(random: number): Promise<readonly string[]> {
    const { findings } = await examine('early', { ...DECLARED, random: () => random });
    return findings.map(({ code }) => code);
  }

  test('pods ready after an early question: a cached denial is told from no Service, where there is a cache', async ({ expect }) => {
    expect(await look(0)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY']);
    cluster.objects.headless('early', { ports: PORTS, members: members(9) });
    await cluster.caughtUp();
    const isCached = options.setting === 'classic';
    expect(await look(0.5)).toEqual(isCached ? ['DENIAL_CACHING'] : []);
    // Who probes in the same type again sees his own denial.
    expect(await look(0)).toEqual(isCached ? ['NO_SUCH_SERVICE_OR_NONE_READY'] : []);
  });
});
