import type { Snapshot, Status } from '@peerset/core';
import { describe, expect, test } from 'vitest';
import { mayStillSend } from '../../src/replica-set/plan/may-still-send.ts';
import type { LocalView, Probe } from '../../src/replica-set/plan/observation.ts';
import type { ReplicaSetPlan } from '../../src/replica-set/plan/replica-set-plan.ts';
import { dnsView } from '../../src/replica-set/reconcile/dns-view.ts';
import { nextDelayMs } from '../../src/replica-set/reconcile/next-delay.ts';
import { ordinalsToProbe } from '../../src/replica-set/reconcile/ordinals-to-probe.ts';
import { localView, probeOf } from '../../src/replica-set/reconcile/read-replies.ts';
import { codeOf, failureOf } from '../../src/replica-set/reconcile/server-reply.ts';
import type { ServerReply } from '../../src/replica-set/reconcile/server-reply.ts';

const ok = (document: Record<string, unknown>): ServerReply => ({ isOk: true, document });
const refused = (code?: number): ServerReply => ({ isOk: false, code, error: new Error('refused') });
const hello = ok({ isWritablePrimary: true, setName: 'rs0', maxWireVersion: 21 });
const host = (ordinal: number): string => `color-ss-${ordinal}.color-svc.db.svc.cluster.local:27017`;
const config = { _id: 'rs0', version: 3, term: 2, members: [0, 1].map((_id) => ({ _id, host: host(_id) })) };

describe('the local server', () => {
  test.each<{ name: string; hello: ServerReply; status: ServerReply; state: LocalView['state'] }>([
    { name: 'nothing answers', hello: refused(), status: refused(), state: 'unreachable' },
    { name: 'the login is refused', hello: refused(18), status: refused(18), state: 'authRefused' },
    { name: '13: not allowed', hello, status: refused(13), state: 'authRefused' },
    { name: '18: login refused', hello, status: refused(18), state: 'authRefused' },
    { name: '76: no --replSet', hello, status: refused(76), state: 'notReplSet' },
    { name: '93: its configuration does not name it', hello, status: refused(93), state: 'removed' },
    { name: '94: no configuration', hello, status: refused(94), state: 'uninit' },
    { name: 'an unknown code is no ground for anything', hello, status: refused(12_345), state: 'unreachable' },
    { name: 'no answer to the second question', hello, status: refused(), state: 'unreachable' },
    { name: 'a status', hello, status: ok({ set: 'rs0' }), state: 'member' },
  ])('$name: $state', ({ hello: first, status, state }) => {
    expect(localView({ hello: first, status, config: undefined })).toMatchObject({ state, isPrimary: state === 'member' });
  });

  test.each<{ name: string; reply: ServerReply | undefined; has: readonly string[] }>([
    { name: 'was not asked', reply: undefined, has: [] },
    { name: 'may not be read', reply: refused(13), has: [] },
    { name: 'is none', reply: ok({ config: 'text', commitmentStatus: 'yes' }), has: [] },
    { name: 'is not known to be committed', reply: ok({ config }), has: ['config'] },
    { name: 'is committed', reply: ok({ config, commitmentStatus: true }), has: ['config', 'isCommitted'] },
  ])('a configuration that $name', ({ reply, has }) => {
    const view = localView({ hello, status: ok({ set: 'rs0' }), config: reply });
    expect(Object.keys(view).filter((key) => key === 'config' || key === 'isCommitted')).toEqual(has);
  });
});

test.each<{ name: string; reply: ServerReply; probe: Probe }>([
  { name: 'nobody', reply: refused(), probe: { kind: 'unreachable' } },
  { name: 'who wants a login', reply: refused(13), probe: { kind: 'authRefused' } },
  { name: 'a member', reply: ok({ setName: 'rs0' }), probe: { kind: 'member', setName: 'rs0' } },
  { name: 'one of another set', reply: ok({ setName: 'rs1' }), probe: { kind: 'otherSet', setName: 'rs1' } },
  { name: 'one without a set name', reply: ok({ isreplicaset: true }), probe: { kind: 'ghost' } },
  { name: 'a standalone', reply: ok({ isWritablePrimary: true }), probe: { kind: 'notReplSet' } },
])('a probe finds $name', ({ reply, probe }) => {
  expect(probeOf(reply, 'rs0')).toEqual(probe);
});

describe('who is probed', () => {
  const hosts = [0, 1, 2].map(host);
  const dns = { ok: true, resolved: [0, 1, 2, 3] };
  const member: LocalView = { state: 'member', isPrimary: true, config };
  test.each<{ name: string; self: number; local: LocalView; want: readonly number[] }>([
    { name: 'everybody before founding', self: 0, local: { state: 'uninit', isPrimary: false }, want: [1, 2, 3] },
    { name: 'nobody by another empty one', self: 1, local: { state: 'uninit', isPrimary: false }, want: [] },
    { name: 'whom the configuration lacks', self: 0, local: member, want: [2] },
    { name: 'nobody by a secondary', self: 0, local: { ...member, isPrimary: false }, want: [] },
    { name: 'nobody without a configuration', self: 0, local: { state: 'member', isPrimary: true }, want: [] },
  ])('$name', ({ self, local, want }) => {
    expect(ordinalsToProbe({ self: { ordinal: self, host: host(self) }, hosts, dns, local })).toEqual(want);
  });

  test('who has another name in the configuration', () => {
    const renamed = {
      ...config,
      members: [config.members[0], { _id: 1, host: 'color-ss-1.old-svc.db.svc.cluster.local:27017' }],
    } as typeof config;
    expect(ordinalsToProbe({ self: { ordinal: 0, host: host(0) }, hosts, dns, local: { ...member, config: renamed } })).toEqual([1, 2]);
  });
});

const peer = (ordinal: number | undefined, addresses = ['10.0.0.1']): Snapshot['peers'][number] => ({
  name: `color-ss-${ordinal}`,
  ordinal,
  host: `color-ss-${ordinal}.svc`,
  addresses,
  port: undefined,
});

describe('what DNS is taken to say', () => {
  const snapshot = { peers: [peer(0), peer(1), peer(2, []), peer(undefined)] } as unknown as Snapshot;
  const status = { phase: 'settled', failuresInARow: 0, unconfirmed: ['color-ss-1'] } as unknown as Status;
  test('members in doubt, without address or without ordinal do not resolve', () => {
    expect(dnsView(snapshot, status)).toEqual({ ok: true, resolved: [0] });
  });
  test.each<{ name: string; news: Partial<Status> }>([
    { name: 'failed', news: { failuresInARow: 1 } },
    { name: 'is starting', news: { phase: 'starting' } },
    { name: 'is stale', news: { phase: 'stale' } },
    { name: 'is closed', news: { phase: 'closed' } },
  ])('it is not well when it $name', ({ news }) => {
    expect(dnsView(snapshot, { ...status, ...news }).ok).toBe(false);
  });
});

describe('whether a plan may still be sent', () => {
  const primary: LocalView = { state: 'member', isPrimary: true, config };
  const reconfig: ReplicaSetPlan = { kind: 'reconfig', reason: '', config: { ...config, version: 4 }, maxTimeMS: 1 };
  const initiate: ReplicaSetPlan = { kind: 'initiate', reason: '', config, maxTimeMS: 1 };
  const empty: LocalView = { state: 'uninit', isPrimary: false };
  test.each<{ name: string; plan: ReplicaSetPlan; planned: LocalView; now: LocalView; want: boolean }>([
    { name: 'nothing moved', plan: reconfig, planned: primary, now: primary, want: true },
    { name: 'the version moved', plan: reconfig, planned: primary, now: { ...primary, config: { ...config, version: 4 } }, want: false },
    { name: 'the term moved', plan: reconfig, planned: primary, now: { ...primary, config: { ...config, term: 3 } }, want: false },
    { name: 'no longer primary', plan: reconfig, planned: primary, now: { ...primary, isPrimary: false }, want: false },
    { name: 'not read again', plan: reconfig, planned: primary, now: { state: 'member', isPrimary: true }, want: false },
    { name: 'a step-down of who is no primary', plan: { kind: 'step-down', reason: '' }, planned: primary, now: empty, want: false },
    { name: 'a step-down', plan: { kind: 'step-down', reason: '' }, planned: primary, now: primary, want: true },
    { name: 'still without configuration', plan: initiate, planned: empty, now: empty, want: true },
    { name: 'a configuration since', plan: initiate, planned: empty, now: primary, want: false },
    { name: 'an idle plan', plan: { kind: 'wait', reason: '' }, planned: empty, now: empty, want: false },
  ])('$name: $want', ({ plan, planned, now, want }) => {
    expect(mayStillSend(plan, planned, now)).toBe(want);
  });
});

test.each([
  { code: undefined, failure: 'maybe-applied' },
  { code: 50, failure: 'maybe-applied' },
  { code: 189, failure: 'maybe-applied' },
  { code: 11_602, failure: 'maybe-applied' },
  { code: 93, failure: 'refused' },
  { code: 103, failure: 'refused' },
  { code: 110, failure: 'refused' },
  { code: 74, failure: 'not-applied' },
  { code: 109, failure: 'not-applied' },
  { code: 308, failure: 'not-applied' },
  { code: 10_107, failure: 'not-applied' },
  { code: 17_405, failure: 'not-applied' },
])('code $code: $failure', ({ code, failure }) => {
  expect(failureOf(code)).toBe(failure);
});

test.each([
  { name: 'a server’s error', error: Object.assign(new Error('no'), { code: 94 }), want: 94 },
  { name: 'an error of the network', error: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), want: undefined },
  { name: 'no error at all', error: 'no', want: undefined },
  { name: 'nothing', error: null, want: undefined },
])('the code of $name', ({ error, want }) => {
  expect(codeOf(error)).toBe(want);
});

describe('the pause to the next tick', () => {
  test.each([
    { name: 'nothing to do', result: { isApplied: false, failuresInARow: 0 }, factor: 1 },
    { name: 'a change was made', result: { isApplied: true, failuresInARow: 0 }, factor: 0.2 },
    { name: 'one failure', result: { isApplied: false, failuresInARow: 1 }, factor: 2 },
    { name: 'three failures', result: { isApplied: false, failuresInARow: 3 }, factor: 8 },
    { name: 'a hundred failures', result: { isApplied: false, failuresInARow: 100 }, factor: 16 },
  ])('$name: $factor x, give or take a fifth', ({ result, factor }) => {
    expect(nextDelayMs(result, 5_000, 0)).toBeCloseTo(4_000 * factor);
    expect(nextDelayMs(result, 5_000, 1)).toBeCloseTo(6_000 * factor);
  });
});
