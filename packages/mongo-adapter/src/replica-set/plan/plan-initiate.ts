import { isSameDocument } from './same-document.ts';
import type { ReplicaSetConfig, ReplicaSetMember } from '../replica-set-document.ts';
import type { Probe, ReplicaSetObservation } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { MAX_TIME_MS } from './replica-set-plan.ts';
import { blocked, wait } from './set-view.ts';
import { MOST_VOTERS } from './voters.ts';

/**
 * For a member without configuration. Ordinal 0 alone may found, with everybody or not at all: the server's own check of all members is what
 * refuses a second set, and it looks only at those in the document.
 */
export function planInitiate(observation: ReplicaSetObservation): ReplicaSetPlan {
  const { self, replicas, single = false } = observation;
  if (self.ordinal !== 0) return wait('this member has no configuration; only ordinal 0 initiates');
  const obstacle = findObstacle(observation);
  if (obstacle) return obstacle;
  if (replicas === 1 && !single)
    return blocked('one member alone is not initiated without single: true, as no server guards against a second set');
  const config = foundingConfig(observation);
  const refused = observation.memory.rejected.find((each) => isSameDocument(each.config, config));
  if (refused) return blocked(`the server refused to initiate with this document (code ${refused.code})`);
  return { kind: 'initiate', reason: `none of the ${replicas} members has a configuration`, config, maxTimeMS: MAX_TIME_MS };
}

/** What speaks against founding, if anything. Members from `replicas` on are not in the document, so what is known of them must be beyond doubt. */
function findObstacle({ replicas, dns, probes }: ReplicaSetObservation): ReplicaSetPlan | undefined {
  if (!dns.ok) return wait('DNS has not answered everything');
  const resolved = new Set(dns.resolved);
  const answering = Object.entries(probes).flatMap(([ordinal, { kind }]) => (kind === 'unreachable' ? [] : [Number(ordinal)]));
  const extras = [...resolved, ...answering].filter((ordinal) => ordinal >= replicas);
  const ordinals = [...Array.from({ length: replicas }, (_, ordinal) => ordinal), ...new Set(extras.toSorted((a, b) => a - b))].filter(
    (ordinal) => ordinal !== 0,
  );
  for (const ordinal of ordinals) {
    const kind = probes[ordinal]?.kind;
    if (kind === 'otherSet' || kind === 'notReplSet') return blocked(`ordinal ${ordinal} is of another set or of none (${kind})`);
  }
  const missing = [0, ...ordinals].find((ordinal) => ordinal < replicas && !resolved.has(ordinal));
  if (missing !== undefined) return wait(`ordinal ${missing} does not resolve`);
  const unsure = ordinals.find((ordinal) => !isEmpty(probes[ordinal], ordinal < replicas));
  return unsure === undefined ? undefined : wait(`ordinal ${unsure} may have a configuration (${probes[unsure]?.kind ?? 'not asked'})`);
}

/** A ghost may still load a configuration: only those that the server asks too may be one. */
function isEmpty(probe: Probe | undefined, isChecked: boolean): boolean {
  return probe?.kind === 'uninit' || (isChecked && probe?.kind === 'ghost');
}

function foundingConfig({ set, hosts, attributes = {} }: ReplicaSetObservation): ReplicaSetConfig {
  const members = hosts.map((host, _id): ReplicaSetMember => {
    const { priority = 1, ...others } = attributes[_id] ?? {};
    return _id < MOST_VOTERS ? { _id, host, ...others, priority, votes: 1 } : { _id, host, ...others, priority: 0, votes: 0 };
  });
  return { _id: set, version: 1, members };
}
