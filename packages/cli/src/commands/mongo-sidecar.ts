import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import type { ReplicaSetReconcilerOptions } from '@peerset/mongo-adapter';
import { MongoClient } from 'mongodb';
import { UsageError } from '../exit-codes.ts';
import { mongoSidecarFlags } from '../flags/mongo-flags.ts';
import type { Metrics } from '../listen/metrics.ts';
import type { Log } from '../log.ts';
import { followReplicas } from '../replicas-file.ts';
import type { CommandContext } from './command-context.ts';
import { runUntilStopped } from './long-running.ts';
import { givenCredentials, givenUriOptions } from './mongo-options.ts';

type SidecarFlags = Pick<ReplicaSetReconcilerOptions, 'set' | 'localAddress' | 'localPort' | 'single' | 'intervalMs' | 'reachTimeoutMs'>;

/** `peerset mongo sidecar`: the reconciler beside mongod. */
export async function mongoSidecar(context: CommandContext): Promise<number> {
  const options = context.watchOptions();
  const { statefulSet, replicas, port, self } = options;
  const { set, ...flags } = context.given<SidecarFlags>(mongoSidecarFlags);
  if (set === undefined || statefulSet === undefined || replicas === undefined) {
    throw new UsageError('needs --replica-set, --stateful-set, and --replicas or --replicas-file');
  }
  const { localAddress, localPort, single, intervalMs, reachTimeoutMs } = flags;
  const credentials = givenCredentials(context);
  const log = await context.openLog();
  return runUntilStopped(context, { options, log }, ({ watcher, closeLater, metrics }) => {
    const reconciler = new ReplicaSetReconciler({
      watcher,
      driver: { MongoClient },
      set,
      statefulSet,
      replicas,
      uriOptions: givenUriOptions(context),
      ...(port !== undefined && { port }),
      ...(self !== undefined && { podName: self }),
      ...(credentials !== undefined && { credentials }),
      ...(localAddress !== undefined && { localAddress }),
      ...(localPort !== undefined && { localPort }),
      ...(single !== undefined && { single }),
      ...(intervalMs !== undefined && { intervalMs }),
      ...(reachTimeoutMs !== undefined && { reachTimeoutMs }),
    });
    closeLater(() => reconciler.close());
    if (metrics !== undefined) collectReconciler(reconciler, metrics);
    tellPlans(reconciler, log);
    const { replicasFile } = context;
    if (replicasFile !== undefined) {
      followReplicas(replicasFile, watcher, log, (declared) => {
        reconciler.declare(declared);
        watcher.declare(declared);
      });
    }
    reconciler.start();
  });
}

function collectReconciler(reconciler: ReplicaSetReconciler, { collect }: Metrics): void {
  collect({ name: 'peerset_mongo_ticks_total', help: 'Looks at the replica set.' }, () => [{ value: reconciler.metrics.ticks }]);
  collect({ name: 'peerset_mongo_plans_total', help: 'Plans by what became of them.', labelNames: ['result'] }, () => [
    { labels: { result: 'applied' }, value: reconciler.metrics.applied },
    { labels: { result: 'failed' }, value: reconciler.metrics.failed },
    { labels: { result: 'dropped' }, value: reconciler.metrics.dropped },
  ]);
  collect({ name: 'peerset_mongo_failures_in_a_row', help: 'Looks in a row that failed.' }, () => [
    { value: reconciler.metrics.failuresInARow },
  ]);
  collect({ name: 'peerset_mongo_blocked', help: 'Whether a person must act.' }, () => [
    { value: reconciler.metrics.plan?.kind === 'blocked' ? 1 : 0 },
  ]);
}

function tellPlans(reconciler: ReplicaSetReconciler, log: Log): void {
  let last = '';
  reconciler.on('plan', ({ kind, reason }) => {
    // The same plan at every look is no news.
    if (last !== `${kind}: ${reason}`) log.info({ plan: kind }, reason);
    last = `${kind}: ${reason}`;
  });
  reconciler.on('applied', ({ kind, reason }) => log.info({ plan: kind, applied: true }, reason));
  reconciler.on('failed', ({ plan, code, failure }) => log.warn({ plan: plan.kind, code, failure }, `not confirmed: ${plan.reason}`));
  reconciler.on('blocked', (reason) => log.error({}, `a person must act: ${reason}`));
}
