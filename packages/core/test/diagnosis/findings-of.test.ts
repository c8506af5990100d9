import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../src/diagnosis/findings-of.ts';
import type { Finding } from '../../src/diagnosis/finding.ts';
import type { DiagnosisContext } from '../../src/diagnosis/diagnosis-context.ts';
import { readView } from '../../src/diagnosis/read-view.ts';
import type { ServerAnswers } from '../../src/diagnosis/read-view.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { found, NO_NAME, NO_RECORD, SERVICE, srv, ss, UNKNOWN } from '../membership/builders.ts';
import { asked, context, declaring, NAMESPACE, NOBODY, SILENT, SOME, VERSION, WELL } from './asked.ts';

const HOST = SERVICE.host;
const REFUSED: Outcome = { kind: 'unknown', code: 'EREFUSED' };
const RESET: Outcome = { kind: 'unknown', code: 'ECONNREFUSED' };
const FOREIGN: Outcome = { kind: 'unknown', code: 'EFOREIGN' };
const POINTER = '1.0.96.10.in-addr.arpa';
const pointer = (...hosts: readonly string[]): Outcome => ({
  kind: 'found',
  addresses: [],
  targets: hosts.map((host) => ({ host, port: 0 })),
  ttlSeconds: undefined,
});

/** Two pods that are well: what is asked of them, and answered. */
const PODS: Readonly<Record<string, Outcome>> = {
  A: found('10.0.0.1', '10.0.0.2'),
  AAAA: NO_RECORD,
  SRV: srv(ss(0), ss(1)),
  'A color-ss-0': found('10.0.0.1'),
  'A color-ss-1': found('10.0.0.2'),
};
const DENIED: Readonly<Record<string, Outcome>> = { A: NO_NAME, AAAA: NO_NAME, SRV: NO_NAME };
/** `10.1.0.0` and on. */
const addresses = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`);

function judge(answers: readonly ServerAnswers[], overrides: Partial<DiagnosisContext> = {}): readonly Finding[] {
  const given = context(overrides);
  return findingsOf(
    answers.map((each) => readView(each, given)),
    given,
  );
}

interface Row {
  readonly name: string;
  readonly answers: readonly ServerAnswers[];
  readonly given?: Partial<DiagnosisContext>;
  /** `error CODE`, one for each finding, in order. */
  readonly want: readonly string[];
  /** Part of the message of the first. */
  readonly says?: string;
  /** Part of the remedy of the first. */
  readonly advises?: string;
  /** Short questions of the evidence of the first. */
  readonly by?: readonly string[];
}

function check({ answers, given, want, says = '', advises = '', by }: Row): void {
  const findings = judge(answers, given);
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(want);
  expect(findings[0]?.message ?? '').toContain(says);
  expect(findings[0]?.remedy ?? '').toContain(advises);
  const shown = findings[0]?.evidence.map(({ type, name }) => `${type} ${name}`.replace(` ${HOST}`, '').replace(`.${HOST}`, ''));
  expect(shown).toEqual(by ?? shown);
  // Whatever was found has its words and its proof.
  for (const { message, remedy, evidence } of findings) {
    expect(message).toMatch(/^[^\n]{20,700}$/);
    expect(remedy).toMatch(/^[^\n]{20,700}$/);
    expect(evidence.length).toBeGreaterThan(0);
  }
}

describe('all well', () => {
  test.each<Row>([
    { name: 'one server', answers: [asked({ ...WELL, ...PODS })], want: [] },
    { name: 'two that agree', answers: [asked({ ...WELL, ...PODS }), asked({ ...WELL, ...PODS }, { server: '10.96.0.11' })], want: [] },
    { name: 'all declared', answers: [asked({ ...WELL, ...PODS })], given: declaring(2), want: [] },
    { name: 'itself among them', answers: [asked({ ...WELL, ...PODS })], given: { self: { name: ss(1), isCertain: true } }, want: [] },
    { name: 'a guessed domain, as the set is found', answers: [asked(PODS)], given: { isDomainGuessed: true }, want: [] },
    {
      name: 'a server of a kind that has no dns-version',
      answers: [asked({ ...PODS, [VERSION]: NO_NAME, [NAMESPACE]: NO_NAME })],
      want: [],
    },
    { name: 'TCP that is open', answers: [asked({ ...WELL, ...PODS }, { tcp: { kind: 'open' } })], want: [] },
    { name: 'nobody asked', answers: [], want: [] },
    { name: 'nothing asked, as when time was up at once', answers: [asked({})], want: [] },
  ])('$name: no finding', check);
});

describe('where the cluster is', () => {
  test.each<Row>([
    {
      name: 'WRONG_CLUSTER_DOMAIN: the API server has another',
      answers: [
        asked({
          ...DENIED,
          [VERSION]: NO_NAME,
          [NAMESPACE]: NO_NAME,
          [NOBODY]: NO_NAME,
          [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.k8s.example'),
        }),
      ],
      given: { apiServerPointer: POINTER },
      want: ['error WRONG_CLUSTER_DOMAIN'],
      says: 'not cluster.local but k8s.example: the API server is called kubernetes.default.svc.k8s.example',
      advises: "pass clusterDomain: 'k8s.example', or color-svc.default.svc.k8s.example as service",
      by: [VERSION, `PTR ${POINTER}`],
    },
    {
      name: 'WRONG_CLUSTER_DOMAIN: the servers refuse this one, and serve another',
      answers: [asked({ A: REFUSED, AAAA: REFUSED, SRV: REFUSED, [VERSION]: REFUSED, 'TXT dns-version.k8s.example': SOME })],
      want: ['error WRONG_CLUSTER_DOMAIN'],
      says: 'not cluster.local but k8s.example: the DNS servers serve k8s.example',
      by: [VERSION, 'TXT dns-version.k8s.example'],
    },
    {
      name: 'WRONG_CLUSTER_DOMAIN: nobody serves it',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME, [NAMESPACE]: NO_NAME, [NOBODY]: NO_NAME })],
      want: ['error WRONG_CLUSTER_DOMAIN'],
      says: 'the DNS servers that were asked serve no cluster domain cluster.local',
      advises: 'ClusterFirstWithHostNet',
    },
    {
      name: 'WRONG_CLUSTER_DOMAIN: beside a server that is silent, which is told too',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME }), asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT }, { server: '10.96.0.11' })],
      want: ['error WRONG_CLUSTER_DOMAIN', 'warning SERVER_FAILING'],
    },
    {
      name: 'WRONG_CLUSTER_DOMAIN: a server that finds every name proves nothing by finding this one',
      answers: [
        asked({
          A: found('203.0.113.1'),
          SRV: NO_NAME,
          [VERSION]: NO_NAME,
          [NAMESPACE]: found('203.0.113.1'),
          [NOBODY]: found('203.0.113.1'),
        }),
      ],
      want: ['error WRONG_CLUSTER_DOMAIN'],
    },
    {
      name: 'WRONG_CLUSTER_DOMAIN: a guess under which nobody is found, though it is served, and the API server has another',
      answers: [asked({ ...WELL, ...DENIED, [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.k8s.example') })],
      given: { isDomainGuessed: true, apiServerPointer: POINTER },
      want: ['error WRONG_CLUSTER_DOMAIN'],
    },
    {
      name: 'not wrong: another domain of the API server, where this one is served and no guess',
      answers: [asked({ ...WELL, ...PODS, [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.k8s.example') })],
      given: { apiServerPointer: POINTER },
      want: [],
    },
    {
      name: 'not wrong: the same where nobody is found',
      answers: [asked({ ...WELL, ...DENIED, [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.k8s.example') })],
      given: { apiServerPointer: POINTER },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
    },
    {
      name: 'not wrong: a guess under which somebody is found, though the API server has another',
      answers: [asked({ ...WELL, ...PODS, [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.k8s.example') })],
      given: { isDomainGuessed: true, apiServerPointer: POINTER },
      want: [],
    },
    {
      name: 'not wrong: the domain of the API server, though there is no dns-version',
      answers: [
        asked({
          ...DENIED,
          [VERSION]: NO_NAME,
          [NAMESPACE]: NO_RECORD,
          [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.cluster.local'),
        }),
      ],
      given: { apiServerPointer: POINTER },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
    },
    {
      name: 'not wrong: a namespace that is told from a name that nobody has',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME, [NAMESPACE]: NO_RECORD, [NOBODY]: NO_NAME })],
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
    },
    {
      name: 'what a pointer says is only believed where it is a domain',
      answers: [
        asked({
          ...DENIED,
          [VERSION]: NO_NAME,
          [`PTR ${POINTER}`]: pointer('kubernetes.default.svc.`reboot`', 'evil.example', 'kubernetes.default.svc.'),
        }),
      ],
      given: { apiServerPointer: POINTER },
      want: ['error WRONG_CLUSTER_DOMAIN'],
      says: 'the DNS servers that were asked serve no cluster domain cluster.local',
    },
    {
      name: 'CLUSTER_DOMAIN_GUESSED: a guess that nothing confirms',
      answers: [asked({ ...DENIED, [VERSION]: UNKNOWN, [NAMESPACE]: UNKNOWN, [NOBODY]: NO_NAME })],
      given: { isDomainGuessed: true },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY', 'warning CLUSTER_DOMAIN_GUESSED'],
    },
    {
      name: 'CLUSTER_DOMAIN_GUESSED: not where nothing was answered',
      answers: [asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT })],
      given: { isDomainGuessed: true },
      want: ['error LOOKUPS_FAILING'],
    },
    {
      name: 'WRONG_NAMESPACE: there is none',
      answers: [asked({ ...WELL, ...DENIED, [NAMESPACE]: NO_NAME, 'NAPTR default.svc.cluster.local': NO_NAME, NAPTR: NO_NAME })],
      want: ['error WRONG_NAMESPACE'],
      says: 'there is no namespace default in the cluster domain cluster.local',
      advises: 'kubectl get services --all-namespaces --field-selector metadata.name=color-svc',
      by: [NAMESPACE, 'NAPTR default.svc.cluster.local', VERSION],
    },
    {
      name: 'WRONG_NAMESPACE: there is none, and the Service is where the pod is',
      answers: [asked({ ...WELL, ...DENIED, [NAMESPACE]: NO_NAME, 'NAPTR color-svc.team-a.svc.cluster.local': NO_RECORD })],
      given: { podNamespace: 'team-a' },
      want: ['error WRONG_NAMESPACE'],
      says: 'but there is a Service color-svc in namespace team-a, where this pod is',
      advises: "pass namespace: 'team-a', or color-svc.team-a as service",
    },
    {
      name: 'not wrong: a namespace whose denial in one type is old',
      answers: [asked({ ...WELL, ...DENIED, [NAMESPACE]: NO_NAME, 'NAPTR default.svc.cluster.local': NO_RECORD })],
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
    },
  ])('$name', check);
});

describe('the Service', () => {
  test.each<Row>([
    {
      name: 'NO_SUCH_SERVICE_OR_NONE_READY: DNS cannot tell the two apart',
      answers: [asked({ ...WELL, ...DENIED, NAPTR: NO_NAME })],
      given: { ...declaring(2), self: { name: ss(0), isCertain: true } },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
      says: `DNS knows no ${HOST}: there is no such Service, or none of its pods is ready`,
      advises: 'kubectl -n default get endpointslices -l kubernetes.io/service-name=color-svc',
      by: ['A', 'AAAA'],
    },
    {
      name: 'NO_SUCH_SERVICE_OR_NONE_READY: it is where the pod is',
      answers: [asked({ ...WELL, ...DENIED, 'NAPTR color-svc.team-a.svc.cluster.local': NO_RECORD })],
      given: { podNamespace: 'team-a' },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
      says: 'a Service color-svc is in namespace team-a, where this pod is',
    },
    {
      name: 'NO_SUCH_SERVICE_OR_NONE_READY: no address of the family',
      answers: [asked({ ...WELL, AAAA: NO_RECORD, SRV: srv(ss(0)) })],
      given: { family: 'ipv6' },
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
      advises: 'family',
    },
    {
      name: 'NOT_HEADLESS: SRV names the Service itself',
      answers: [asked({ ...WELL, A: found('10.96.7.7'), AAAA: NO_RECORD, SRV: srv('') })],
      given: declaring(2),
      want: ['error NOT_HEADLESS'],
      says: '10.96.7.7',
      by: ['A', 'AAAA', 'SRV'],
    },
    {
      name: 'NOT_HEADLESS: the address is the one that the environment knows',
      answers: [asked({ ...WELL, A: found('10.96.7.7'), AAAA: NO_RECORD, SRV: NO_RECORD })],
      given: { clusterIp: '10.96.7.7' },
      want: ['error NOT_HEADLESS'],
    },
    {
      name: 'DENIAL_CACHING: the address is denied, but the name exists',
      answers: [asked({ ...WELL, A: NO_NAME, AAAA: NO_RECORD, SRV: srv(ss(0)) })],
      want: ['error DENIAL_CACHING'],
      says: `${HOST} exists, as AAAA shows, but A is denied (ENOTFOUND)`,
      by: ['A', 'AAAA', 'SRV'],
    },
    {
      name: 'DENIAL_CACHING: everything is denied but the probe',
      answers: [asked({ ...WELL, ...DENIED, NAPTR: NO_RECORD })],
      want: ['error DENIAL_CACHING'],
      says: 'as NAPTR shows',
    },
    {
      name: 'DENIAL_CACHING: of some peers',
      answers: [
        asked({
          ...WELL,
          ...PODS,
          'A color-ss-0': NO_NAME,
          'NAPTR color-ss-0': NO_RECORD,
          'A color-ss-1': NO_NAME,
          'NAPTR color-ss-1': NO_RECORD,
        }),
      ],
      given: declaring(2),
      want: ['warning DENIAL_CACHING'],
      says: 'and so it is with 1 more names',
    },
    {
      name: 'no DENIAL_CACHING by a server that knows every name, but no record of it',
      answers: [asked({ ...WELL, ...DENIED, NAPTR: NO_RECORD, [NOBODY]: NO_RECORD })],
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY'],
    },
    {
      name: 'FOREIGN_ANSWER: some records',
      answers: [asked({ ...WELL, ...PODS }, { refused: { A: 2 } })],
      want: ['warning FOREIGN_ANSWER'],
      says: `refused in the answer to A ${HOST}`,
      advises: 'allowedAddresses',
      by: ['A'],
    },
    {
      name: 'FOREIGN_ANSWER: all records, which is no failure of the lookup',
      answers: [asked({ ...WELL, A: FOREIGN, AAAA: NO_RECORD, SRV: srv(ss(0)) }, { refused: { A: 1 } })],
      want: ['error FOREIGN_ANSWER'],
    },
    {
      name: 'FOREIGN_ANSWER: all records, of a server that is asked second',
      answers: [
        asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT }),
        asked({ ...WELL, A: FOREIGN, AAAA: NO_RECORD }, { server: '10.96.0.11', refused: { A: 1 } }),
      ],
      want: ['error FOREIGN_ANSWER', 'warning SERVER_FAILING'],
    },
    {
      name: 'FOREIGN_ANSWER: every name is found',
      answers: [asked({ ...WELL, ...PODS, [NOBODY]: found('10.0.0.1') })],
      want: ['error FOREIGN_ANSWER'],
      says: 'which nobody has',
    },
    {
      name: 'ANSWER_MAY_BE_CUT: by the number of IPv4 addresses',
      answers: [asked({ ...WELL, A: found(...addresses(4_000)), AAAA: NO_RECORD, SRV: UNKNOWN })],
      want: ['warning LOOKUPS_FAILING', 'warning ANSWER_MAY_BE_CUT'],
    },
    {
      name: 'ANSWER_MAY_BE_CUT: by the number of IPv6 addresses',
      answers: [
        asked({
          ...WELL,
          A: NO_RECORD,
          AAAA: found(...Array.from({ length: 2_300 }, (_, i) => `fd00::${(i + 1).toString(16)}`)),
          SRV: NO_RECORD,
        }),
      ],
      given: { statefulSet: 'color-ss' },
      want: ['warning ANSWER_MAY_BE_CUT', 'info NO_SRV'],
      says: '2300 AAAA',
    },
    {
      name: 'ANSWER_MAY_BE_CUT: SRV, whose names ordinals make up for',
      answers: [
        asked({ ...WELL, A: found(...addresses(700)), AAAA: NO_RECORD, SRV: srv(...Array.from({ length: 650 }, (_, i) => ss(i))) }),
      ],
      given: { statefulSet: 'color-ss' },
      want: ['info ANSWER_MAY_BE_CUT'],
      says: 'has 650 records',
    },
    {
      name: 'ANSWER_MAY_BE_CUT: SRV, and no other way to names',
      answers: [
        asked({ ...WELL, A: found(...addresses(700)), AAAA: NO_RECORD, SRV: srv(...Array.from({ length: 650 }, (_, i) => ss(i))) }),
      ],
      want: ['warning ANSWER_MAY_BE_CUT'],
      advises: 'pass statefulSet',
    },
    {
      name: 'ANSWER_MAY_BE_CUT: SRV that cannot be read any more is no failure',
      answers: [asked({ ...WELL, A: found(...addresses(800)), AAAA: NO_RECORD, SRV: { kind: 'unknown', code: 'EFORMERR' } })],
      want: ['warning ANSWER_MAY_BE_CUT'],
      says: 'it cannot be read (EFORMERR)',
    },
    {
      name: 'a short SRV answer that cannot be read is one',
      answers: [asked({ ...WELL, ...PODS, SRV: { kind: 'unknown', code: 'EFORMERR' } })],
      want: ['warning LOOKUPS_FAILING'],
    },
  ])('$name', check);
});

describe('names', () => {
  test.each<Row>([
    {
      name: 'NO_SRV: no ports and no StatefulSet',
      answers: [asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: NO_RECORD })],
      want: ['warning NO_SRV'],
      advises: 'or pass statefulSet',
      by: ['SRV'],
    },
    {
      name: 'NO_SRV: no ports, but a StatefulSet',
      answers: [asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: NO_RECORD })],
      given: { statefulSet: 'color-ss' },
      want: ['info NO_SRV'],
    },
    {
      name: 'NO_SRV: no port of that name',
      answers: [asked({ ...WELL, ...PODS, 'SRV _web._tcp.color-svc.default.svc.cluster.local': NO_NAME })],
      given: { portName: 'web' },
      want: ['warning NO_SRV'],
      says: 'no TCP port with the name web',
      by: [`SRV _web._tcp`],
    },
    {
      name: 'no NO_SRV where the port is there',
      answers: [asked({ ...WELL, ...PODS, 'SRV _web._tcp.color-svc.default.svc.cluster.local': srv(ss(0)) })],
      given: { portName: 'web' },
      want: [],
    },
    {
      name: 'PEERS_MISSING: by their denials',
      answers: [asked({ ...WELL, ...PODS, 'NAPTR color-ss-2': NO_NAME, 'NAPTR color-ss-3': NO_NAME })],
      given: declaring(4),
      want: ['warning PEERS_MISSING'],
      says: 'color-ss-2, color-ss-3 not in DNS although declared',
      advises: 'kubectl -n default get pod color-ss-2 -o wide',
      by: ['SRV', 'NAPTR color-ss-2', 'NAPTR color-ss-3'],
    },
    {
      name: 'PEERS_MISSING: by a whole SRV answer alone',
      answers: [asked({ ...WELL, ...PODS })],
      given: declaring(3),
      want: ['warning PEERS_MISSING'],
      says: 'DNS shows color-ss-0, color-ss-1',
    },
    {
      name: 'PEERS_MISSING: 1,000 of them, told in a line',
      answers: [asked({ ...WELL, ...PODS })],
      given: declaring(1_002),
      want: ['warning PEERS_MISSING'],
      says: 'color-ss-2, color-ss-3, color-ss-4, color-ss-5, color-ss-6 and 995 more not in DNS',
    },
    {
      name: 'nobody is missing by a question that failed',
      answers: [
        asked({
          ...WELL,
          A: found('10.0.0.1', '10.0.0.2'),
          AAAA: NO_RECORD,
          SRV: NO_RECORD,
          'NAPTR color-ss-0': UNKNOWN,
          'NAPTR color-ss-1': NO_RECORD,
        }),
      ],
      given: declaring(2),
      want: ['warning LOOKUPS_FAILING', 'info NO_SRV'],
      says: 'NAPTR color-ss-0',
    },
    {
      name: 'PEERS_MISSING: a Service that lists its pods by address',
      answers: [
        asked({
          ...WELL,
          A: found('10.0.0.1'),
          AAAA: NO_RECORD,
          SRV: srv('10-0-0-1'),
          'A 10-0-0-1': found('10.0.0.1'),
          'NAPTR color-ss-0': NO_NAME,
        }),
      ],
      given: declaring(1),
      want: ['warning PEERS_MISSING'],
      says: 'it lists its pods by address (10-0-0-1)',
    },
    {
      name: 'SELF_MISSING: certain of its name',
      answers: [asked({ ...WELL, ...PODS, 'NAPTR web-1': NO_NAME })],
      given: { self: { name: 'web-1', isCertain: true } },
      want: ['warning SELF_MISSING'],
      says: 'this pod, web-1, is not among the members',
      by: ['SRV', 'NAPTR web-1'],
    },
    {
      name: 'SELF_MISSING: like the others',
      answers: [asked({ ...WELL, ...PODS, 'NAPTR color-ss-2': NO_NAME })],
      given: { ...declaring(3), self: { name: ss(2), isCertain: false } },
      want: ['warning SELF_MISSING'],
    },
    {
      name: 'no SELF_MISSING for a pod of another kind',
      answers: [asked({ ...WELL, ...PODS })],
      given: { self: { name: 'web-1', isCertain: false } },
      want: [],
    },
    {
      name: 'UNNAMED_ADDRESS: more addresses than names',
      answers: [asked({ ...WELL, ...PODS, A: found('10.0.0.1', '10.0.0.2', '10.0.0.9') })],
      want: ['warning UNNAMED_ADDRESS'],
      says: 'no name was found for 10.0.0.9',
      by: ['A', 'AAAA', 'SRV'],
    },
    {
      name: 'no UNNAMED_ADDRESS while a name has not told its address',
      answers: [asked({ ...WELL, ...PODS, A: found('10.0.0.1', '10.0.0.2', '10.0.0.9'), 'A color-ss-1': UNKNOWN })],
      want: ['warning LOOKUPS_FAILING'],
    },
    {
      name: 'a name that SRV still shows, and everything else denies, is nobody’s',
      answers: [asked({ ...WELL, ...PODS, A: found('10.0.0.1'), 'A color-ss-1': NO_NAME, 'NAPTR color-ss-1': NO_NAME })],
      given: declaring(2),
      want: ['warning PEERS_MISSING'],
    },
  ])('$name', check);
});

describe('DNS servers', () => {
  const second = { server: '10.96.0.11' };
  test.each<Row>([
    {
      name: 'LOOKUPS_FAILING: nobody answers, each in its way',
      answers: [asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT }), asked({ A: REFUSED, AAAA: REFUSED, [VERSION]: REFUSED }, second)],
      want: ['error LOOKUPS_FAILING'],
      says: '(10.96.0.10: ETIMEOUT; 10.96.0.11: EREFUSED)',
      advises: 'NetworkPolicy',
    },
    {
      name: 'LOOKUPS_FAILING: one family that fails is only good to know',
      answers: [asked({ ...WELL, ...PODS, AAAA: UNKNOWN })],
      want: ['info LOOKUPS_FAILING'],
      advises: "family: 'ipv4'",
    },
    {
      name: 'LOOKUPS_FAILING: A that fails where AAAA is found',
      answers: [asked({ ...WELL, A: UNKNOWN, AAAA: found('fd00::1'), SRV: srv(ss(0)), 'AAAA color-ss-0': found('fd00::1') })],
      want: ['warning LOOKUPS_FAILING'],
    },
    {
      name: 'LOOKUPS_FAILING: a peer’s own name',
      answers: [asked({ ...WELL, ...PODS, 'A color-ss-1': UNKNOWN })],
      want: ['warning LOOKUPS_FAILING'],
      says: `A color-ss-1.${HOST} (ESERVFAIL)`,
    },
    {
      name: 'SERVER_FAILING: one of two',
      answers: [asked({ ...WELL, ...PODS }), asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT }, second)],
      want: ['warning SERVER_FAILING'],
      says: 'DNS server 10.96.0.11 gives no usable answer',
      advises: 'take it out of /etc/resolv.conf',
    },
    {
      name: 'SERVERS_DISAGREE: by their addresses',
      answers: [asked({ ...WELL, ...PODS }), asked({ ...WELL, ...PODS, A: found('10.0.0.1', '10.0.0.3') }, second)],
      want: ['warning SERVERS_DISAGREE'],
      says: '10.96.0.10 shows 2 addresses, alone 10.0.0.2, 10.96.0.11 shows 2 addresses, alone 10.0.0.3',
      advises: 'after the TTL',
    },
    {
      name: 'SERVERS_DISAGREE: many addresses, told in a line',
      answers: [asked({ ...WELL, ...PODS }), asked({ ...WELL, ...PODS, A: found('10.0.0.1', '10.0.0.2', ...addresses(500)) }, second)],
      want: ['warning SERVERS_DISAGREE'],
      says: 'alone 10.1.0.0, 10.1.0.1, 10.1.0.2, 10.1.0.3, 10.1.0.4 and 495 more',
    },
    {
      name: 'SERVERS_DISAGREE: one denies what the other shows',
      answers: [asked({ ...WELL, ...PODS }), asked({ ...WELL, ...DENIED }, second)],
      want: ['warning SERVERS_DISAGREE'],
      says: '10.96.0.11 denies it',
    },
    {
      name: 'SERVERS_DISAGREE: one is not of the cluster, also where the other finds nobody',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME, [NAMESPACE]: NO_NAME }, second), asked({ ...WELL, ...DENIED })],
      want: ['error NO_SUCH_SERVICE_OR_NONE_READY', 'error SERVERS_DISAGREE'],
    },
    {
      name: 'SERVERS_DISAGREE: one is not of the cluster, and hides who is there',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME, [NAMESPACE]: NO_NAME }, second), asked({ ...WELL, ...PODS })],
      want: ['error SERVERS_DISAGREE'],
      says: 'DNS server 10.96.0.11 does not serve cluster.local, as 10.96.0.10 does',
    },
    {
      name: 'TCP_BLOCKED: nothing needs it yet',
      answers: [asked({ ...WELL, ...PODS }, { tcp: { kind: 'closed', code: 'ECONNREFUSED' } })],
      want: ['warning TCP_BLOCKED'],
      says: 'takes no TCP connection (ECONNREFUSED)',
      advises: 'TCP port 53',
    },
    {
      name: 'TCP_BLOCKED: the set needs it',
      answers: [asked({ ...WELL, A: RESET, AAAA: NO_RECORD, SRV: RESET }, { tcp: { kind: 'closed', code: 'ECONNREFUSED' } })],
      want: ['error TCP_BLOCKED'],
      says: `not A ${HOST} and SRV ${HOST}, whose answer is too long for UDP: it takes no TCP connection (ECONNREFUSED)`,
      by: ['A', 'SRV'],
    },
    {
      name: 'TCP_BLOCKED: connections are taken, but nothing comes back',
      answers: [asked({ ...WELL, A: SILENT, AAAA: NO_RECORD, SRV: SILENT }, { tcp: { kind: 'open' } })],
      want: ['error TCP_BLOCKED'],
      says: 'over TCP nothing usable comes back (ETIMEOUT)',
    },
    {
      name: 'TCP_BLOCKED: SRV of more than a few pods needs it',
      answers: [asked({ ...WELL, A: found(...addresses(10)), AAAA: NO_RECORD, SRV: SILENT })],
      want: ['error TCP_BLOCKED'],
      says: `SRV ${HOST}`,
    },
    {
      name: 'no TCP_BLOCKED: SRV of a few pods does not need it',
      answers: [asked({ ...WELL, ...PODS, SRV: SILENT })],
      want: ['warning LOOKUPS_FAILING'],
    },
    {
      name: 'no TCP_BLOCKED: AAAA that is never answered, while A is',
      answers: [asked({ ...WELL, ...PODS, AAAA: SILENT })],
      want: ['info LOOKUPS_FAILING'],
    },
    {
      name: 'no TCP_BLOCKED: short questions fail as well',
      answers: [
        asked({ A: SILENT, AAAA: SILENT, SRV: SILENT, [VERSION]: SILENT, [NOBODY]: SILENT }, { tcp: { kind: 'closed', code: 'ETIMEOUT' } }),
      ],
      want: ['error LOOKUPS_FAILING'],
    },
    {
      name: 'SERVER_FAILING: beside one whose TCP is blocked',
      answers: [asked({ ...WELL, A: RESET, AAAA: RESET }), asked({ A: SILENT, AAAA: SILENT, [VERSION]: SILENT }, second)],
      want: ['error TCP_BLOCKED', 'warning SERVER_FAILING'],
    },
  ])('$name', check);
});

test('findings are told with errors first, then by importance', () => {
  const answers = [
    asked({ ...WELL, ...PODS, SRV: NO_RECORD, AAAA: UNKNOWN }, { tcp: { kind: 'closed', code: 'ETIMEOUT' } }),
    asked({ ...DENIED, [VERSION]: NO_NAME }, { server: '10.96.0.11' }),
    asked({ A: SILENT, AAAA: SILENT }, { server: '10.96.0.12' }),
  ];
  expect(judge(answers, declaring(3)).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'error SERVERS_DISAGREE',
    'warning TCP_BLOCKED',
    'warning SERVER_FAILING',
    'info LOOKUPS_FAILING',
    'info NO_SRV',
  ]);
});

test('a finding is frozen, and its evidence bounded', () => {
  const names = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`NAPTR ${ss(i + 2)}`, NO_NAME]));
  const [finding] = judge([asked({ ...WELL, ...PODS, ...names })], declaring(102));
  expect(finding?.evidence).toHaveLength(20);
  expect(Object.isFrozen(finding) && Object.isFrozen(finding?.evidence) && Object.isFrozen(finding?.evidence[0])).toBe(true);
});
