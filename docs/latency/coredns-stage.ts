import type { Member } from '../../packages/testkit/test/support/cluster-objects.ts';
import { startRealCluster } from '../../packages/testkit/test/support/real-cluster.ts';
import type { RealClusterOptions } from '../../packages/testkit/test/support/real-cluster.ts';
import { countQuestions } from './stage.ts';
import type { Stage } from './stage.ts';

/** A real CoreDNS. A change counts from when the API object was written. */
export async function openCoreDnsStage(title: string, options: RealClusterOptions): Promise<Stage> {
  const cluster = await startRealCluster(options);
  const newAddress = addresses();
  return {
    title,
    servers: [cluster.server],
    headless(name, replicas) {
      const statefulSet = `${name}-ss`;
      const members = new Map<number, Member>();
      const add = (ordinal: number): void => {
        members.set(ordinal, { hostname: `${statefulSet}-${ordinal}`, addresses: [newAddress()] });
      };
      const write = (): void => {
        const ordered = [...members].toSorted(([a], [b]) => a - b).map(([, member]) => member);
        cluster.objects.headless(name, { ports: [{ name: 'db', port: 27_017 }], members: ordered });
      };
      const scale = (count: number): void => {
        for (const ordinal of members.keys()) if (ordinal >= count) members.delete(ordinal);
        for (let ordinal = 0; ordinal < count; ordinal += 1) if (!members.has(ordinal)) add(ordinal);
        write();
      };
      scale(replicas);
      return {
        host: `${name}.default.svc.cluster.local`,
        statefulSet,
        scale,
        takeAway(ordinal) {
          members.delete(ordinal);
          write();
        },
        bringBack(ordinal) {
          add(ordinal);
          write();
        },
      };
    },
    caughtUp: () => cluster.caughtUp(),
    freeze: () => cluster.dns.kill('SIGSTOP'),
    thaw: () => cluster.dns.kill('SIGCONT'),
    async questionsAbout(host) {
      return countQuestions(await cluster.dns.queryLog(), host);
    },
    close: () => cluster.close(),
  };
}

/** Addresses for benchmarking (RFC 2544), each given once. */
function addresses(): () => string {
  let given = 0;
  return () => {
    given += 1;
    return `198.${18 + (given >> 16)}.${(given >> 8) & 255}.${given & 255}`;
  };
}
