import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareFindings } from '../../src/diagnosis/finding.ts';
import { findingsOf } from '../../src/diagnosis/findings-of.ts';
import { firstQuestions, followUps } from '../../src/diagnosis/plan-questions.ts';
import { readView } from '../../src/diagnosis/read-view.ts';
import type { ServerAnswers } from '../../src/diagnosis/read-view.ts';
import { keyOf } from '../../src/lookup/outcome.ts';
import type { Lookup, Outcome, Question } from '../../src/lookup/outcome.ts';
import { screenAnswer } from '../../src/lookup/screen-answer.ts';
import { peerHost } from '../../src/service/dns-names.ts';
import { SERVICE, ss } from '../membership/builders.ts';
import { context, declaring } from './asked.ts';

const CODES = ['ETIMEOUT', 'ECONNREFUSED', 'ESERVFAIL', 'EREFUSED', 'EBADRESP', 'EFORMERR', 'EFOREIGN', 'EUNKNOWN'];
const POINTER = '1.0.96.10.in-addr.arpa';

const host = fc.oneof(
  fc.nat(5).map((ordinal) => peerHost(ss(ordinal), SERVICE)),
  fc.constantFrom(
    SERVICE.host,
    'kubernetes.default.svc.k8s.example',
    'kubernetes.default.svc.',
    `x.y.${SERVICE.host}`,
    `10-0-0-1.${SERVICE.host}`,
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 20 }).map((text) => `kubernetes.default.svc.${text}`),
);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.nat(5).map((last) => `10.0.0.${last}`),
);
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    kind: fc.constant('found' as const),
    addresses: fc.uniqueArray(address, { maxLength: 6 }),
    targets: fc.array(fc.record({ host, port: fc.nat(70_000) }), { maxLength: 6 }),
    ttlSeconds: fc.option(fc.nat(100), { nil: undefined }),
  }),
  fc.constantFrom<Outcome>(
    { kind: 'absent', reason: 'no-such-name', code: 'ENOTFOUND' },
    { kind: 'absent', reason: 'no-such-record', code: 'ENODATA' },
  ),
  fc.constantFrom(...CODES).map((code): Outcome => ({ kind: 'unknown', code })),
);
/** A server that answers each question as it likes. */
const server = fc.infiniteStream(outcome);
const given = fc
  .record({
    replicas: fc.nat(8),
    isDomainGuessed: fc.boolean(),
    portName: fc.constantFrom(undefined, 'db'),
    podNamespace: fc.constantFrom(undefined, 'default', 'team-a'),
    self: fc.constantFrom(undefined, { name: ss(3), isCertain: false }, { name: 'web-0', isCertain: true }),
    family: fc.constantFrom('auto' as const, 'ipv4' as const, 'dual' as const),
    clusterIp: fc.constantFrom(undefined, '10.0.0.1'),
  })
  .map(({ replicas, ...rest }) =>
    context({ ...declaring(replicas), ...rest, apiServerPointer: POINTER, otherDomains: ['cluster.local', 'k8s.example'] }),
  );

describe('whatever servers answer', () => {
  test('each question is asked once, asking ends, and findings are well-formed and in order', () => {
    fc.assert(
      fc.property(given, fc.array(server, { minLength: 1, maxLength: 3 }), (facts, servers) => {
        let answers: readonly ServerAnswers[] = servers.map((answer, i) => ({
          server: `10.96.0.${i}`,
          tcp: i === 0 ? { kind: 'closed', code: 'ETIMEOUT' } : { kind: 'open' },
          lookups: firstQuestions(facts).map((question) => answerTo(question, answer)),
        }));
        let steps = 0;
        while (steps < 10) {
          const questions = followUps(answers, facts);
          if (questions.every(({ length }) => length === 0)) break;
          steps += 1;
          answers = answers.map((each, i) => ({
            ...each,
            lookups: [
              ...each.lookups,
              ...(questions[i] ?? []).flatMap((question) => (servers[i] === undefined ? [] : answerTo(question, servers[i]))),
            ],
          }));
        }
        expect(steps).toBeLessThanOrEqual(3);
        for (const { lookups } of answers) {
          const keys = lookups.map(({ question }) => keyOf(question));
          expect(new Set(keys).size).toBe(keys.length);
          for (const { question } of lookups) expect(question.name).toMatch(/^[-_a-z0-9.]{1,253}$/);
        }
        const findings = findingsOf(
          answers.map((each) => readView(each, facts)),
          facts,
        );
        expect(findings).toEqual(findings.toSorted(compareFindings));
        for (const { message, remedy, evidence } of findings) {
          // Text that somebody else wrote gets into no sentence: not a control character, nothing that a shell would run.
          expect(message).toMatch(/^[-\w .,:;()/'=<>{}"[\]]{20,900}$/);
          expect(remedy).toMatch(/^[-\w .,:;()/'=<>{}"[\]]{20,1200}$/);
          expect(evidence.length).toBeLessThanOrEqual(20);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function answerTo(question: Question, answers: fc.Stream<Outcome> | Iterator<Outcome>): Lookup {
  const { value } = answers.next();
  const lookup: Lookup = { question, outcome: value as Outcome, attempts: 1, durationMs: 1, server: '10.96.0.10', refused: 0 };
  return question.name.endsWith(SERVICE.host) ? screenAnswer(lookup, SERVICE, undefined) : lookup;
}
