import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import type { DiscoveryErrorCode, FindingCode, ProblemCode } from '../src/index.ts';
import { preflight } from './readme-diagnose-example.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Every code that there is, and how it is told. A code that is missing here does not compile. */
const ERRORS: Readonly<Record<DiscoveryErrorCode, true>> = {
  INVALID_OPTIONS: true,
  PEERS_NOT_READY: true,
  NOT_HEADLESS: true,
  CLOSED: true,
  UNUSABLE_SNAPSHOT: true,
  PORT_MISMATCH: true,
};
const PROBLEMS: Readonly<Record<ProblemCode, true>> = {
  NOT_HEADLESS: true,
  ANSWER_MAY_BE_CUT: true,
  FOREIGN_ANSWER: true,
  UNNAMED_ADDRESS: true,
  LOOKUPS_FAILING: true,
  TCP_BLOCKED: true,
  CLUSTER_DOMAIN_GUESSED: true,
  WRONG_CLUSTER_DOMAIN: true,
  WRONG_NAMESPACE: true,
  NO_SUCH_SERVICE_OR_NONE_READY: true,
  LAST_KNOWN_UNUSABLE: true,
};
const FINDINGS: Readonly<Record<FindingCode, true>> = {
  LOOKUPS_FAILING: true,
  TCP_BLOCKED: true,
  WRONG_CLUSTER_DOMAIN: true,
  WRONG_NAMESPACE: true,
  NOT_HEADLESS: true,
  FOREIGN_ANSWER: true,
  DENIAL_CACHING: true,
  NO_SUCH_SERVICE_OR_NONE_READY: true,
  SERVERS_DISAGREE: true,
  SERVER_FAILING: true,
  SELF_MISSING: true,
  PEERS_MISSING: true,
  UNNAMED_ADDRESS: true,
  NO_SRV: true,
  ANSWER_MAY_BE_CUT: true,
  CLUSTER_DOMAIN_GUESSED: true,
};

/** The table of codes: code -> how it is told. */
const table = new Map([...readme.matchAll(/^\| `([A-Z_]+)` \| ([a-z, ]+) \|/gm)].map(([, code = '', told = '']) => [code, told]));

describe('README.md, when something is wrong', () => {
  test('the example tells what is wrong, and what to do', async () => {
    const cluster = await startCluster();
    const set = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] }).statefulSet('color-ss', { replicas: 2 });
    const options = { service: 'color-svc.default.svc.cluster.local', statefulSet: 'color-ss', replicas: 2, servers: cluster.servers };
    const told: string[] = [];
    expect(await preflight(options, (line) => told.push(line))).toBe(true);
    set.pod(1).setReady(false);
    expect(await preflight(options, (line) => told.push(line))).toBe(false);
    expect(told).toEqual([expect.stringMatching(/^warning PEERS_MISSING: color-ss-1 not in DNS .*; look at their readiness: kubectl/)]);
    await cluster.close();
  });

  test('lists every code, and how it is told', () => {
    const codes = new Set([...Object.keys(ERRORS), ...Object.keys(PROBLEMS), ...Object.keys(FINDINGS)]);
    const toldAs = (code: string): string =>
      [code in ERRORS ? 'error' : '', code in PROBLEMS ? 'problem' : '', code in FINDINGS ? 'finding' : '']
        .filter((word) => word !== '')
        .join(', ');
    expect(Object.fromEntries(table)).toEqual(Object.fromEntries([...codes].map((code) => [code, toldAs(code)])));
  });

  test('what a watcher calls a problem, a preflight calls by the same word, but for the file, which it does not read', () => {
    expect(Object.keys(PROBLEMS).filter((code) => !(code in FINDINGS))).toEqual(['LAST_KNOWN_UNUSABLE']);
  });
});
