import { startCluster } from '@peerset/testkit';
import type { Fault } from '@peerset/testkit';
import { countQuestions } from './stage.ts';
import type { Stage } from './stage.ts';

/** Longer than any measurement: the pod stays away until it is brought back. */
const AWAY_MS = 3_600_000;

/** The testkit's DNS: no cache, changes show at once. */
export async function openTestkitStage(): Promise<Stage> {
  const ttlSeconds = 5;
  const cluster = await startCluster({ ttlSeconds });
  let silence: Fault | undefined;
  return {
    title: `testkit (ttl ${ttlSeconds}, no cache)`,
    servers: cluster.servers,
    headless(name, replicas) {
      const service = cluster.headlessService(name, { ports: [{ name: 'db', port: 27_017 }] });
      const set = service.statefulSet(`${name}-ss`, { replicas, podManagementPolicy: 'Parallel' });
      return {
        host: service.host,
        statefulSet: set.name,
        scale: (count) => set.scale(count),
        takeAway: (ordinal) => set.pod(ordinal).restart({ downMs: AWAY_MS }),
        bringBack: (ordinal) => set.pod(ordinal).restart(),
      };
    },
    caughtUp: () => Promise.resolve(),
    freeze() {
      silence = cluster.fault({ kind: 'silence' });
      return Promise.resolve();
    },
    thaw() {
      silence?.clear();
      return Promise.resolve();
    },
    questionsAbout: (host) => Promise.resolve(countQuestions(cluster.queries, host)),
    close: () => cluster.close(),
  };
}
