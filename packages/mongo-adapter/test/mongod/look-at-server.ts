import type { MongoClient } from 'mongodb';
import { validateReplicaSetConfig } from '../../src/replica-set/validate-replica-set-config.ts';
import { planReplicaSet } from '../../src/replica-set/plan/plan-replica-set.ts';
import type { LocalView } from '../../src/replica-set/plan/observation.ts';
import { localView, probeOf, wireVersionOf } from '../../src/replica-set/reconcile/read-replies.ts';
import { codeOf } from '../../src/replica-set/reconcile/server-reply.ts';
import type { ServerReply } from '../../src/replica-set/reconcile/server-reply.ts';

/** What was found on a server, and what does not fit the rules that this package goes by. */
export interface ServerLook {
  readonly local: LocalView;
  readonly faults: readonly string[];
}

/** Reads what a reconciler reads, and compares it with what is assumed of servers. Changes nothing. */
export async function lookAtServer(client: MongoClient): Promise<ServerLook> {
  const ask = async (command: Record<string, unknown>): Promise<ServerReply> => {
    try {
      return { isOk: true, document: await client.db('admin').command(command) };
    } catch (error) {
      return { isOk: false, code: codeOf(error), error };
    }
  };
  const hello = await ask({ hello: 1 });
  const isPrimary = hello.isOk && hello.document['isWritablePrimary'] === true;
  const status = await ask({ replSetGetStatus: 1 });
  const config = await ask({ replSetGetConfig: 1, ...(isPrimary && { commitmentStatus: true }) });
  const local = localView({ hello, status, config });
  const faults =
    local.state === 'member' ? memberFaults(local, { hello, status, config }) : [`the server is no member of a set: ${local.state}`];
  return { local, faults };
}

interface Replies {
  readonly hello: ServerReply;
  readonly status: ServerReply;
  readonly config: ServerReply;
}

function memberFaults(local: LocalView, { hello, config }: Replies): readonly string[] {
  const { config: read, status } = local;
  if (read === undefined || status === undefined) return [`its configuration cannot be read (code ${config.isOk ? 'none' : config.code})`];
  const wireVersion = wireVersionOf(hello);
  const issues = validateReplicaSetConfig(read, { wireVersion }).map(({ code, path, message }) => `${code} at ${path}: ${message}`);
  const { kind } = probeOf(hello, read._id);
  // As sidecar of a StatefulSet that does not exist: everybody in the set is somebody else's, and nothing may follow from that.
  const plan = planReplicaSet({
    set: read._id,
    statefulSet: 'peerset-nobody',
    replicas: 1,
    self: { ordinal: 0, host: 'peerset-nobody-0.nowhere:27017' },
    hosts: ['peerset-nobody-0.nowhere:27017'],
    dns: { ok: false, resolved: [] },
    local,
    probes: {},
    wireVersion,
    memory: { rejected: [] },
  });
  return [
    ...issues,
    ...(kind === 'member' ? [] : [`hello reads as ${kind}`]),
    ...(status.set === read._id ? [] : [`the status is of set ${status.set}, the configuration of ${read._id}`]),
    ...(status.members.length === read.members.length ? [] : ['status and configuration have not as many members']),
    ...(typeof read.settings?.replicaSetId === 'object' ? [] : ['replicaSetId is no ObjectId']),
    ...(local.isPrimary && local.isCommitted === undefined ? ['a primary does not say whether its configuration is committed'] : []),
    ...(plan.kind === 'none' || plan.kind === 'wait' || plan.kind === 'blocked'
      ? []
      : [`a stranger would act: ${plan.kind}: ${plan.reason}`]),
  ];
}
