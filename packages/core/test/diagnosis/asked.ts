import type { DiagnosisContext } from '../../src/diagnosis/diagnosis-context.ts';
import type { ServerAnswers } from '../../src/diagnosis/read-view.ts';
import type { Lookup, Outcome, RecordType } from '../../src/lookup/outcome.ts';
import { declaredIdentities } from '../../src/service/declared-peers.ts';
import { peerHost } from '../../src/service/dns-names.ts';
import { found, NO_NAME, NO_RECORD, SERVICE } from '../membership/builders.ts';

export const VERSION = 'TXT dns-version.cluster.local';
export const NAMESPACE = 'A default.svc.cluster.local';
export const NOBODY = 'A peerset-nobody';

/** TXT and others that were found: their records are not kept. */
export const SOME: Outcome = found();
export const SILENT: Outcome = Object.freeze({ kind: 'unknown', code: 'ETIMEOUT' });

/** What a server of the cluster says about the surroundings of a Service. */
export const WELL: Readonly<Record<string, Outcome>> = Object.freeze({ [VERSION]: SOME, [NAMESPACE]: NO_RECORD, [NOBODY]: NO_NAME });

export function context(overrides: Partial<DiagnosisContext> = {}): DiagnosisContext {
  return {
    service: SERVICE,
    statefulSet: undefined,
    declared: [],
    portName: undefined,
    isDomainGuessed: false,
    podNamespace: 'default',
    self: undefined,
    family: 'auto',
    clusterIp: undefined,
    otherDomains: [],
    apiServerPointer: undefined,
    probe: 'NAPTR',
    ...overrides,
  };
}

/** `color-ss-0` to `color-ss-<replicas - 1>` are declared. */
export function declaring(replicas: number): Pick<DiagnosisContext, 'statefulSet' | 'declared'> {
  const set = { service: SERVICE, statefulSet: 'color-ss', replicas, firstOrdinal: 0 };
  return { statefulSet: set.statefulSet, declared: declaredIdentities(set) };
}

/**
 * What a server was asked and answered, by short question: `A` is the set, `A color-ss-0` a peer's own name, and names with a dot are
 * absolute. `refused` counts refused records of some.
 */
export function asked(
  answers: Readonly<Record<string, Outcome>>,
  {
    server = '10.96.0.10',
    tcp,
    refused = {},
  }: Partial<Pick<ServerAnswers, 'server' | 'tcp'>> & { refused?: Readonly<Record<string, number>> } = {},
): ServerAnswers {
  return {
    server,
    tcp,
    lookups: Object.entries(answers).map(([text, outcome]) => lookupOf(text, outcome, { server, refused: refused[text] ?? 0 })),
  };
}

function lookupOf(text: string, outcome: Outcome, { server, refused }: { server: string; refused: number }): Lookup {
  const [type = 'A', name] = text.split(' ');
  const full = name === undefined ? SERVICE.host : name.includes('.') ? name : peerHost(name, SERVICE);
  const answered = outcome.kind === 'unknown' ? undefined : server;
  return { question: { type: type as RecordType, name: full }, outcome, attempts: 1, durationMs: 1, server: answered, refused };
}
