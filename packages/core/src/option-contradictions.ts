import type { OptionIssue } from './errors.ts';
import { optionIssue } from './option-issues.ts';
import type { CheckedOptions } from './option-schema.ts';
import type { ResolvedOptions, WatchOptions } from './options.ts';
import { LARGEST_ORDINAL, LONGEST_LABEL, LONGEST_NAME, ordinalName, peerHost } from './service/dns-names.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

/** Options that say how DNS is asked: a source that the caller brings does not get them. */
const SOURCE_OPTIONS = ['family', 'servers', 'allowedAddresses', 'lookupTimeoutMs'] as const satisfies readonly (keyof WatchOptions)[];

/** The rules between options. A rule about a broken option is not judged. */
export function contradictions(
  { given, broken }: Pick<CheckedOptions, 'given' | 'broken'>,
  pollIntervalMs: number,
): readonly OptionIssue[] {
  const { statefulSet, replicas, firstOrdinal, settlingIntervalMs, staleAfterMs, port, portName, source } = given;
  const isSetMissing = statefulSet === undefined && !broken.has('statefulSet');
  const isPollKnown = !broken.has('pollIntervalMs');
  const rules: readonly (readonly [isBroken: boolean, path: keyof WatchOptions, rule: string])[] = [
    [replicas !== undefined && isSetMissing, 'replicas', 'needs statefulSet'],
    [firstOrdinal !== undefined && isSetMissing, 'firstOrdinal', 'needs statefulSet'],
    [
      isPollKnown && (settlingIntervalMs ?? 0) > pollIntervalMs,
      'settlingIntervalMs',
      `must not be above pollIntervalMs, which is ${pollIntervalMs}`,
    ],
    [
      isPollKnown && (staleAfterMs ?? Infinity) < 2 * pollIntervalMs,
      'staleAfterMs',
      `must not be below twice pollIntervalMs, which is ${2 * pollIntervalMs}`,
    ],
    ...SOURCE_OPTIONS.map(
      (path) =>
        [
          source !== undefined && given[path] !== undefined,
          path,
          'belongs to the source where one is given: pass it to dnsSource',
        ] as const,
    ),
    [port !== undefined && portName !== undefined, 'portName', 'contradicts port: give one of the two'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, path, rule]) => optionIssue(path, given[path], rule));
}

/** What a StatefulSet of this size would be called, where that does not fit into the DNS. */
export function ordinalIssues(set: Pick<ResolvedOptions, 'statefulSet' | 'replicas' | 'firstOrdinal'>): readonly OptionIssue[] {
  const { statefulSet, replicas, firstOrdinal } = set;
  if (statefulSet === undefined) return [];
  const last = lastOrdinal(replicas, firstOrdinal);
  if (last > LARGEST_ORDINAL) {
    return [optionIssue('firstOrdinal', firstOrdinal, `must keep the last ordinal, ${last}, within ${LARGEST_ORDINAL}`)];
  }
  const { length } = ordinalName(statefulSet, last);
  if (length <= LONGEST_LABEL) return [];
  const rule = `must leave room for ordinals: with -${last} it has ${length} characters, a label has at most ${LONGEST_LABEL}`;
  return [optionIssue('statefulSet', statefulSet, rule)];
}

/** Names too long for the DNS: the Service's, or that of its last pod. */
export function lengthIssues(
  service: ServiceIdentity,
  set: Pick<ResolvedOptions, 'statefulSet' | 'replicas' | 'firstOrdinal'>,
): readonly OptionIssue[] {
  const { statefulSet, replicas, firstOrdinal } = set;
  const isLong = service.host.length > LONGEST_NAME;
  const longest =
    isLong || statefulSet === undefined ? service.host : peerHost(ordinalName(statefulSet, lastOrdinal(replicas, firstOrdinal)), service);
  if (longest.length <= LONGEST_NAME) return [];
  const path = isLong ? 'service' : 'statefulSet';
  return [optionIssue(path, longest, `must give names of at most ${LONGEST_NAME} characters, this has ${longest.length}`)];
}

function lastOrdinal(replicas: number | undefined, firstOrdinal: number): number {
  return firstOrdinal + Math.max(1, replicas ?? 1) - 1;
}
