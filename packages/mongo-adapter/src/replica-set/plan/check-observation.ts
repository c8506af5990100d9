import type { OptionIssue } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { shownValue } from '../../connection-string/uri-text.ts';
import type { MemberAttributes, ReplicaSetObservation } from './observation.ts';

const fieldNames: readonly string[] = [
  'set',
  'statefulSet',
  'replicas',
  'self',
  'hosts',
  'dns',
  'local',
  'probes',
  'wireVersion',
  'single',
  'attributes',
  'memory',
] satisfies readonly (keyof ReplicaSetObservation)[];
/** The server's limit. */
const MOST_MEMBERS = 50;
const attributeNames: readonly string[] = ['priority', 'tags', 'hidden', 'horizons'] satisfies readonly (keyof MemberAttributes)[];

/**
 * Refuses an observation that contradicts itself. What servers said is judged later, and is no error.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` naming each field, its value and the rule.
 */
export function checkObservation(observation: ReplicaSetObservation): void {
  const unknown = Object.keys(observation).filter((name) => !fieldNames.includes(name));
  const issues = [
    ...unknown.map((name) => issue(name, name, `must be one of ${fieldNames.join(', ')}`)),
    ...nameIssues(observation),
    ...hostIssues(observation),
    ...attributeIssues(observation),
  ];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
}

function* nameIssues({ set, statefulSet, replicas, self, wireVersion }: ReplicaSetObservation): Generator<OptionIssue> {
  if (set === '') yield issue('set', set, 'must not be empty');
  if (statefulSet === '') yield issue('statefulSet', statefulSet, 'must not be empty');
  if (!isInteger(replicas, 1, MOST_MEMBERS)) yield issue('replicas', replicas, `must be an integer from 1 to ${MOST_MEMBERS}`);
  if (!isInteger(self.ordinal, 0, Infinity)) yield issue('self.ordinal', self.ordinal, 'must be an integer of 0 or more');
  if (!isInteger(wireVersion, 0, Infinity)) yield issue('wireVersion', wireVersion, 'must be an integer of 0 or more');
}

function* hostIssues({ statefulSet, replicas, self, hosts }: ReplicaSetObservation): Generator<OptionIssue> {
  if (hosts.length !== replicas) yield issue('hosts', hosts.length, `must be one host for each of the ${replicas} replicas`);
  for (const [ordinal, host] of hosts.entries()) {
    if (!isHostOf(host, `${statefulSet}-${ordinal}`))
      yield issue(`hosts.${ordinal}`, host, `must be ${statefulSet}-${ordinal}.<domain>:<port>`);
  }
  const declared = hosts[self.ordinal];
  if (declared !== undefined && declared !== self.host) yield issue('self.host', self.host, `must be hosts.${self.ordinal}`);
}

function* attributeIssues({ attributes = {} }: ReplicaSetObservation): Generator<OptionIssue> {
  for (const [ordinal, attribute] of Object.entries(attributes)) {
    const path = `attributes.${ordinal}`;
    for (const name of Object.keys(attribute)) {
      if (!attributeNames.includes(name)) yield issue(`${path}.${name}`, name, `must be one of ${attributeNames.join(', ')}`);
    }
    const { priority = 1, hidden = false } = attribute;
    if (!(priority >= 0 && priority <= 1_000)) yield issue(`${path}.priority`, priority, 'must be a number from 0 to 1000');
    if (hidden && priority !== 0) yield issue(`${path}.hidden`, hidden, 'it needs priority: 0');
  }
}

function isHostOf(host: string, pod: string): boolean {
  return (
    host.startsWith(`${pod}.`) && host === host.toLowerCase() && /[^.]:\d{1,5}$/.test(host) && portOf(host) >= 1 && portOf(host) <= 65_535
  );
}

function portOf(host: string): number {
  return Number(host.slice(host.lastIndexOf(':') + 1));
}

function isInteger(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function issue(path: string, value: unknown, rule: string): OptionIssue {
  return { path, value: shownValue(value), rule };
}
