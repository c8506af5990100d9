import type { ReplicaSetConfig, ReplicaSetMember } from '../replica-set-document.ts';
import { validateReplicaSetConfig } from '../validate-replica-set-config.ts';
import type { Probe, ReplicaSetObservation } from './observation.ts';
import { probeText } from './probe-text.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { MAX_TIME_MS } from './replica-set-plan.ts';
import { blocked, wait } from './set-view.ts';
import { MOST_VOTERS } from './voters.ts';

/**
 * For a member without configuration. Ordinal 0 alone may found, with everybody or not at all: the server's own check of all members is what
 * refuses a second set, and it looks only at those in the document.
 */
export function planInitiate(observation: ReplicaSetObservation): ReplicaSetPlan {
  const { self, replicas, single = false, wireVersion } = observation;
  if (self.ordinal !== 0) return wait('this member has no configuration: ordinal 0 initiates, or the primary adds it');
  const obstacle = findRefusal(observation) ?? findStranger(observation) ?? findUnsure(observation);
  if (obstacle) return obstacle;
  if (replicas === 1 && !single)
    return blocked('one member alone is not initiated without single: true, as no server guards against a second set');
  const config = foundingConfig(observation);
  const [issue] = validateReplicaSetConfig(config, { wireVersion });
  if (issue) return blocked(`the document to initiate with would be invalid: ${issue.path} ${issue.message}`);
  if (config.members[0]?.priority === 0) return blocked('ordinal 0 initiates, and needs a priority above 0 for it');
  return { kind: 'initiate', reason: `none of the ${replicas} members has a configuration`, config, maxTimeMS: MAX_TIME_MS };
}

/** A refusal may mean that some member has a configuration: another document, with fewer members say, must not get around that. */
function findRefusal({ memory }: ReplicaSetObservation): ReplicaSetPlan | undefined {
  const refused = memory.rejected.find(({ config }) => isFounding(config));
  return refused && blocked(`the server refused to initiate (code ${refused.code}): look for members with a configuration or data`);
}

/** The server makes the id; what was read has one. */
function isFounding({ version, settings }: ReplicaSetConfig): boolean {
  return version === 1 && settings?.replicaSetId === undefined;
}

function findStranger({ probes }: ReplicaSetObservation): ReplicaSetPlan | undefined {
  const stranger = Object.entries(probes).find(([ordinal, { kind }]) => ordinal !== '0' && (kind === 'otherSet' || kind === 'notReplSet'));
  return stranger && blocked(`ordinal ${stranger[0]} is not of this set: ${probeText(stranger[1])}`);
}

/** Members from `replicas` on are not in the document, so the server does not ask them: what is known of them must be beyond doubt. */
function findUnsure({ replicas, dns, probes }: ReplicaSetObservation): ReplicaSetPlan | undefined {
  if (!dns.ok) return wait('DNS has not answered everything');
  const resolved = new Set(dns.resolved);
  const declared = Array.from({ length: replicas }, (_, ordinal) => ordinal);
  const missing = declared.find((ordinal) => !resolved.has(ordinal));
  if (missing !== undefined) return wait(`ordinal ${missing} of ${replicas} does not resolve`);
  const unsure = declared.find((ordinal) => ordinal !== 0 && !isEmpty(probes[ordinal]));
  if (unsure !== undefined) return wait(`ordinal ${unsure} may have a configuration: ${probeText(probes[unsure])}`);
  const answering = Object.entries(probes).flatMap(([ordinal, { kind }]) => (kind === 'unreachable' ? [] : [Number(ordinal)]));
  const extras = [...resolved, ...answering].filter((ordinal) => ordinal >= replicas && probes[ordinal]?.kind !== 'uninit');
  if (extras.length === 0) return undefined;
  const extra = Math.min(...extras);
  return wait(
    `ordinal ${extra} is not one of the ${replicas} declared and may have a configuration: ${probeText(probes[extra])}; ` +
      `stop its pod, or declare it`,
  );
}

/** A ghost may still load a configuration: the server asks it again. */
function isEmpty(probe: Probe | undefined): boolean {
  return probe?.kind === 'uninit' || probe?.kind === 'ghost';
}

function foundingConfig({ set, hosts, attributes = {} }: ReplicaSetObservation): ReplicaSetConfig {
  const members = hosts.map((host, _id): ReplicaSetMember => {
    const { priority = 1, ...others } = attributes[_id] ?? {};
    return _id < MOST_VOTERS ? { _id, host, ...others, priority, votes: 1 } : { _id, host, ...others, priority: 0, votes: 0 };
  });
  return { _id: set, version: 1, members };
}
