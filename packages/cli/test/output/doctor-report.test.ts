import * as fc from 'fast-check';
import stringWidth from 'string-width';
import type { Diagnosis, Finding } from '@peerset/core';
import { describe, expect, test } from 'vitest';
import { formatDiagnosis, formatDiagnosisJson } from '../../src/output/doctor-report.ts';
import { noPaint } from '../../src/output/paint.ts';
import { anyLookup, hostileText } from './arbitraries.ts';
import { lookup, tagged, unindented } from './builders.ts';
import { UNSAFE } from './unsafe.ts';

const wrongDomain: Finding = {
  code: 'WRONG_CLUSTER_DOMAIN',
  severity: 'error',
  message: 'the cluster domain is not cluster.local but corp.example',
  evidence: ['A', 'AAAA', 'SRV', 'TXT', 'MX'].map((type) =>
    lookup({ type: type as 'A', outcome: 'absent', code: 'ENOTFOUND', ttlSeconds: undefined, records: 0 }),
  ),
  remedy: "pass clusterDomain: 'corp.example', or color-svc.default.svc.corp.example as service",
};
const serverFailing: Finding = {
  code: 'SERVER_FAILING',
  severity: 'warning',
  message: '10.0.0.53 gives no usable answer',
  evidence: [lookup({ outcome: 'unknown', code: 'ETIMEOUT', server: undefined, attempts: 3, durationMs: 2_000, ttlSeconds: undefined })],
  remedy: 'take it out of /etc/resolv.conf or the option servers',
};
const noSrv: Finding = {
  code: 'NO_SRV',
  severity: 'info',
  message: 'there are no SRV records',
  evidence: [],
  remedy: 'give the Service a named port',
};
const flags = { clusterDomain: '--cluster-domain', servers: '--server', service: 'SERVICE' };

describe('the report of a diagnosis', () => {
  const reports: readonly { name: string; findings: readonly Finding[]; columns?: number; isVerbose?: boolean; want: string }[] = [
    {
      name: 'lists what was checked of a healthy Service',
      findings: [],
      want: unindented(`
        ok       every DNS server answers
        ok       the DNS servers agree
        ok       DNS over TCP, which long answers need, is not seen to be blocked
        ok       cluster domain and namespace are right
        ok       the Service is there, is headless and shows pods
        ok       no cached denial hides anyone
        ok       no answer is foreign
        ok       nobody who is declared is missing, nor this pod
        ok       every address has a name
        ok       SRV records are there as far as they are needed
        ok       no answer seems to be cut
        healthy: no problem, no warning
      `),
    },
    {
      name: 'tells a problem with short evidence and the flags of the remedy, and lists nothing as ok that rests on it',
      findings: [wrongDomain],
      want: unindented(`
        problem  WRONG_CLUSTER_DOMAIN: the cluster domain is not cluster.local but corp.example
                 seen: A color-svc.default.svc.cluster.local: absent ENOTFOUND from 10.96.0.10 in 2 ms
                 seen: AAAA color-svc.default.svc.cluster.local: absent ENOTFOUND from 10.96.0.10 in 2 ms
                 seen: SRV color-svc.default.svc.cluster.local: absent ENOTFOUND from 10.96.0.10 in 2 ms
                 seen: 2 more, which --verbose shows
                 do: pass --cluster-domain corp.example, or color-svc.default.svc.corp.example as service
        1 problem
      `),
    },
    {
      name: 'lists what is ok beside warnings and notes, each of which is no longer listed as ok',
      findings: [serverFailing, noSrv],
      columns: 60,
      want: unindented(`
        warning  SERVER_FAILING: 10.0.0.53 gives no usable answer
                 seen: A color-svc.default.svc.cluster.local:
                 unknown ETIMEOUT, 3 attempts in 2.0 s
                 do: take it out of /etc/resolv.conf or --server
        note     NO_SRV: there are no SRV records
                 do: give the Service a named port
        ok       the DNS servers agree
        ok       DNS over TCP, which long answers need, is not seen
                 to be blocked
        ok       cluster domain and namespace are right
        ok       the Service is there, is headless and shows pods
        ok       no cached denial hides anyone
        ok       no answer is foreign
        ok       nobody who is declared is missing, nor this pod
        ok       every address has a name
        ok       no answer seems to be cut
        1 warning
      `),
    },
  ];
  test.each(reports)('$name', ({ findings, columns, want }) => {
    const healthy = findings.every(({ severity }) => severity === 'info');
    expect(formatDiagnosis({ healthy, findings }, { paint: noPaint, flags, columns })).toBe(`${want}\n`);
  });

  test('shows all evidence to whoever wants to see it', () => {
    const report = formatDiagnosis({ healthy: false, findings: [wrongDomain] }, { paint: noPaint, isVerbose: true });
    expect(report.match(/seen: /g)).toHaveLength(5);
    expect(report).not.toContain('--verbose');
  });

  test('colours the label, which says the same', () => {
    expect(formatDiagnosis({ healthy: false, findings: [serverFailing] }, { paint: tagged })).toMatch(
      /^<warning:warning {2}>SERVER_FAILING/,
    );
  });

  test('as JSON has keys that stay', () => {
    expect(JSON.parse(formatDiagnosisJson({ healthy: false, findings: [serverFailing] }))).toStrictEqual({
      healthy: false,
      findings: [
        {
          code: 'SERVER_FAILING',
          severity: 'warning',
          message: '10.0.0.53 gives no usable answer',
          remedy: 'take it out of /etc/resolv.conf or the option servers',
          evidence: [
            {
              name: 'color-svc.default.svc.cluster.local',
              type: 'A',
              outcome: 'unknown',
              code: 'ETIMEOUT',
              ttlSeconds: null,
              records: 2,
              refused: 0,
              attempts: 3,
              durationMs: 2_000,
              server: null,
            },
          ],
        },
      ],
    });
  });

  test('fits the terminal, and nothing in it is obeyed, whatever was found', () => {
    const anyFinding: fc.Arbitrary<Finding> = fc.record({
      code: fc.constantFrom('NOT_HEADLESS', 'NO_SRV'),
      severity: fc.constantFrom('error', 'warning', 'info'),
      message: hostileText,
      evidence: fc.array(anyLookup, { maxLength: 5 }),
      remedy: hostileText,
    });
    const anyDiagnosis: fc.Arbitrary<Diagnosis> = fc.record({ healthy: fc.boolean(), findings: fc.array(anyFinding, { maxLength: 3 }) });
    fc.assert(
      fc.property(anyDiagnosis, fc.integer({ min: 1, max: 120 }), (diagnosis, columns) => {
        const report = formatDiagnosis(diagnosis, { paint: noPaint, columns });
        expect(report).not.toMatch(UNSAFE);
        expect(formatDiagnosisJson(diagnosis)).not.toMatch(UNSAFE);
        for (const line of report.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
