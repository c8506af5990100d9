import { describe, expect, test } from 'vitest';
import type { DiagnosisContext } from '../../src/diagnosis/diagnosis-context.ts';
import { firstQuestions, followUps, probeType } from '../../src/diagnosis/plan-questions.ts';
import type { ServerAnswers } from '../../src/diagnosis/read-view.ts';
import type { Outcome, Question } from '../../src/lookup/outcome.ts';
import { serviceIdentity } from '../../src/service/dns-names.ts';
import { found, NO_NAME, NO_RECORD, SERVICE, srv, ss } from '../membership/builders.ts';
import { asked, context, declaring, NAMESPACE, NOBODY, SILENT, SOME, VERSION, WELL } from './asked.ts';

const HOST = SERVICE.host;
const POINTER = '1.0.96.10.in-addr.arpa';
const DENIED: Readonly<Record<string, Outcome>> = { A: NO_NAME, AAAA: NO_NAME, SRV: NO_NAME };

/** `A`, `A color-ss-0`, `TXT dns-version.cluster.local`. */
function short(questions: readonly Question[]): readonly string[] {
  return questions.map(({ type, name }) => `${type} ${name}`.replace(` ${HOST}`, '').replace(`.${HOST}`, ''));
}

function next(answers: readonly ServerAnswers[], given: Partial<DiagnosisContext> = {}): readonly (readonly string[])[] {
  return followUps(answers, context(given)).map(short);
}

describe('at first', () => {
  test.each<{ name: string; given: Partial<DiagnosisContext>; want: readonly string[] }>([
    { name: 'both families, SRV and the surroundings', given: {}, want: ['A', 'AAAA', 'SRV', VERSION, NAMESPACE, NOBODY] },
    { name: 'one family', given: { family: 'ipv6' }, want: ['AAAA', 'SRV', VERSION, NAMESPACE, NOBODY] },
    { name: 'the named port', given: { family: 'ipv4', portName: 'db' }, want: ['A', 'SRV', 'SRV _db._tcp', VERSION, NAMESPACE, NOBODY] },
    {
      name: 'the API server',
      given: { family: 'ipv4', apiServerPointer: POINTER },
      want: ['A', 'SRV', VERSION, NAMESPACE, NOBODY, `PTR ${POINTER}`],
    },
  ])('$name', ({ given, want }) => {
    expect(short(firstQuestions(context(given)))).toEqual(want);
  });

  test('nothing that does not fit into a name', () => {
    const clusterDomain = `${'b'.repeat(60)}.${'c'.repeat(60)}`;
    const service = serviceIdentity({ name: 'a'.repeat(63), namespace: 'n'.repeat(63), clusterDomain });
    expect(service.host).toHaveLength(253);
    expect(firstQuestions(context({ service, portName: 'db' })).map(({ type }) => type)).toEqual(['A', 'AAAA', 'SRV', 'TXT', 'A']);
  });
});

describe('then', () => {
  test.each<{ name: string; answers: readonly ServerAnswers[]; given?: Partial<DiagnosisContext>; want: readonly (readonly string[])[] }>([
    {
      name: 'nothing where nothing came back',
      answers: [asked({ A: SILENT, [VERSION]: SILENT })],
      given: { otherDomains: ['k8s.example'] },
      want: [[]],
    },
    {
      name: 'the names that SRV shows, in the families that are there',
      answers: [asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0), ss(1)) })],
      want: [['A color-ss-0', 'A color-ss-1']],
    },
    {
      name: 'nothing of a Service with a cluster IP',
      answers: [asked({ ...WELL, A: found('10.96.7.7'), AAAA: NO_RECORD, SRV: srv('') })],
      given: declaring(3),
      want: [[]],
    },
    {
      name: 'missing names only in the type of a probe',
      answers: [asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0)), 'A color-ss-0': found('10.0.0.1') })],
      given: { ...declaring(3), self: { name: ss(3), isCertain: false } },
      want: [['NAPTR color-ss-3', 'NAPTR color-ss-1', 'NAPTR color-ss-2']],
    },
    {
      name: 'the addresses of those that a probe has shown',
      answers: [
        asked({
          ...WELL,
          A: found('10.0.0.1'),
          AAAA: NO_RECORD,
          SRV: NO_RECORD,
          'NAPTR color-ss-0': NO_RECORD,
          'NAPTR color-ss-1': NO_NAME,
        }),
      ],
      given: declaring(2),
      want: [['A color-ss-0']],
    },
    {
      name: 'whether a shown name that is denied exists',
      answers: [asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0)), 'A color-ss-0': NO_NAME })],
      want: [['NAPTR color-ss-0']],
    },
    {
      name: 'nothing more when that is answered',
      answers: [
        asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0)), 'A color-ss-0': NO_NAME, 'NAPTR color-ss-0': NO_NAME }),
      ],
      want: [[]],
    },
    { name: 'whether a denied Service exists', answers: [asked({ ...WELL, ...DENIED })], want: [['NAPTR']] },
    {
      name: 'whether a denied namespace exists, and the Service where the pod is',
      answers: [asked({ ...WELL, ...DENIED, [NAMESPACE]: NO_NAME })],
      given: { podNamespace: 'team-a' },
      want: [['NAPTR', 'NAPTR default.svc.cluster.local', 'NAPTR color-svc.team-a.svc.cluster.local']],
    },
    {
      name: 'other domains where this one is not served, each once',
      answers: [
        asked({
          ...DENIED,
          [VERSION]: NO_NAME,
          [NAMESPACE]: NO_NAME,
          NAPTR: NO_NAME,
          'NAPTR default.svc.cluster.local': NO_NAME,
          [`PTR ${POINTER}`]: pointerTo('k8s.example'),
        }),
      ],
      given: { apiServerPointer: POINTER, otherDomains: ['cluster.local', 'k8s.example', 'corp.example'] },
      want: [['TXT dns-version.k8s.example', 'TXT dns-version.corp.example']],
    },
    {
      name: 'names only of the server that finds the set',
      answers: [
        asked({ ...WELL, ...DENIED }, { server: '10.96.0.11' }),
        asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0)) }),
        asked({ ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, SRV: srv(ss(0)) }, { server: '10.96.0.12' }),
      ],
      want: [[], ['A color-ss-0'], []],
    },
    {
      name: 'why nobody is there only of the server that serves the domain',
      answers: [asked({ ...DENIED, [VERSION]: NO_NAME }, { server: '10.96.0.11' }), asked({ ...WELL, ...DENIED })],
      want: [[], ['NAPTR']],
    },
  ])('$name', ({ answers, given = {}, want }) => {
    expect(next(answers, given)).toEqual(want);
  });

  test('of 4,000 missing names beside SRV only the first are probed, without SRV all', () => {
    const set = { ...WELL, A: found('10.0.0.1'), AAAA: NO_RECORD, 'A color-ss-0': found('10.0.0.1') };
    expect(next([asked({ ...set, SRV: srv(ss(0)) })], declaring(4_000))[0]).toHaveLength(64);
    expect(next([asked({ ...set, SRV: NO_RECORD })], declaring(4_000))[0]).toHaveLength(3_999);
  });
});

function pointerTo(domain: string): Outcome {
  return { ...SOME, kind: 'found', addresses: [], targets: [{ host: `kubernetes.default.svc.${domain}`, port: 0 }], ttlSeconds: undefined };
}

test.each([
  { random: 0, want: 'MX' },
  { random: 0.5, want: 'NAPTR' },
  { random: 0.999, want: 'PTR' },
  { random: 1, want: 'PTR' },
])('a preflight probes in one type, by chance: $random is $want', ({ random, want }) => {
  expect(probeType(random)).toBe(want);
});
