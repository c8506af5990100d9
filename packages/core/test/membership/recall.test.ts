import { describe, expect, test } from 'vitest';
import { observe } from '../../src/membership/observe.ts';
import { confirmedSnapshot } from '../../src/membership/recall.ts';
import { statusOf } from '../../src/membership/status.ts';
import type { Peer } from '../../src/membership/peer.ts';
import { NO_NAME, UNKNOWN, found, peer, pods, setOf, srv, ss, walk } from './builders.ts';
import type { Walk, WalkOptions } from './builders.ts';

const SILENT = { A: UNKNOWN };
const KNOWN = [0, 1, 2].map((ordinal) => peer(ss(ordinal), [`10.0.0.${ordinal + 1}`]));

function lastKnown(self: Walk, peers: readonly Peer[] = KNOWN): void {
  self.membership = observe(self.membership, { kind: 'last-known', peers }, self.policy, self.nowMs);
}

/** A walk whose first round had no answer, after which the last-known peers were read. */
function recalled(options: WalkOptions = {}): Walk {
  const self = walk(options);
  self.round(SILENT);
  lastKnown(self);
  return self;
}

function phase(self: Walk): string {
  return statusOf(self.membership, self.policy, { isAwaited: false, isClosed: false, nowMs: self.nowMs }).phase;
}

const confirmed = (self: Walk): readonly string[] => confirmedSnapshot(self.membership).peers.map(({ name }) => name);
const lastKnownNames = (self: Walk): readonly string[] =>
  self.membership.members.filter(({ isLastKnown }) => isLastKnown).map(({ peer: { name } }) => name);

describe('last-known peers', () => {
  test('are members that have returned, of a snapshot that is stale, and that no answer has confirmed', () => {
    const self = recalled();
    expect(self.membership.snapshot).toMatchObject({ revision: 1, peers: KNOWN });
    expect(self.membership.members.every(({ hasReturned }) => hasReturned)).toBe(true);
    expect([phase(self), confirmed(self), self.membership.failuresInARow]).toEqual(['stale', [], 1]);
    self.rounds(100, SILENT, 5_000);
    expect([phase(self), self.membership.snapshot.peers]).toEqual(['stale', KNOWN]);
  });

  test.each([
    { name: 'after an answer', before: pods(setOf(0)), peers: KNOWN, want: [ss(0)] },
    { name: 'after the answer that nobody is there', before: { A: NO_NAME }, peers: KNOWN, want: [] },
    { name: 'when they are nobody', before: SILENT, peers: [], want: [] },
  ])('are not taken $name', ({ before, peers, want }) => {
    const self = walk();
    self.round(before);
    const { membership } = self;
    lastKnown(self, peers);
    expect(self.membership).toBe(membership);
    expect(self.membership.snapshot.peers.map(({ name }) => name)).toEqual(want);
  });

  test('are not taken twice', () => {
    const self = recalled();
    const { membership } = self;
    lastKnown(self, KNOWN.slice(1));
    expect(self.membership).toBe(membership);
  });

  test('are confirmed by the first set that shows them all, and SRV is asked what their ports are now', () => {
    const self = recalled();
    const { snapshot } = self.membership;
    expect(self.round(pods(setOf(0, 1, 2)), 5_000)).toEqual(['A', 'SRV']);
    expect(self.membership.snapshot).toBe(snapshot);
    expect([confirmed(self), self.membership.hasLastKnown, phase(self)]).toEqual([[ss(0), ss(1), ss(2)], false, 'settling']);
    // Whoever waits for a quiet time waits from the confirmation on.
    expect(self.membership.lastChangeAtMs).toBe(self.nowMs);
    const { lastChangeAtMs } = self.membership;
    self.round(pods(setOf(0, 1, 2)));
    expect(self.membership.lastChangeAtMs).toBe(lastChangeAtMs);
  });

  test('get the ports that SRV tells', () => {
    const self = recalled({ policy: { portName: 'db' } });
    const ports = srv([ss(0), 1], [ss(1), 2], [ss(2), 2]);
    self.round({ ...pods(setOf(0, 1, 2)), SRV: ports });
    expect(self.membership.snapshot.peers.map(({ port }) => port)).toEqual([1, 2, 2]);
  });

  test('that an answer leaves out are held for the window, do not count, and leave by complete evidence', () => {
    const self = recalled();
    self.round(pods(setOf(0, 1)));
    expect(self.peers()).toHaveLength(3);
    expect([confirmed(self), self.membership.unconfirmed, lastKnownNames(self)]).toEqual([[ss(0), ss(1)], [ss(2)], [ss(2)]]);
    self.rounds(19, pods(setOf(0, 1)));
    expect(self.peers()).toHaveLength(3);
    self.rounds(5, pods(setOf(0, 1)));
    expect(self.peers()).toEqual([`${ss(0)} 10.0.0.1`, `${ss(1)} 10.0.0.2`]);
    expect([self.membership.hasLastKnown, self.membership.departed.has(ss(2))]).toEqual([false, true]);
  });

  test('need twice the window when the set is absent', () => {
    const self = recalled();
    self.rounds(29, { A: NO_NAME });
    expect([self.peers().length, confirmed(self)]).toEqual([3, []]);
    self.rounds(30, { A: NO_NAME });
    expect(self.peers()).toEqual([]);
  });

  test('that moved meanwhile move when their own names say so, and are confirmed by it', () => {
    const self = recalled();
    self.round(pods({ ...setOf(0, 1), [ss(2)]: ['10.0.0.9'] }));
    expect(self.peers()).toEqual([`${ss(0)} 10.0.0.1`, `${ss(1)} 10.0.0.2`, `${ss(2)} 10.0.0.9`]);
    expect(self.membership.hasLastKnown).toBe(false);
  });

  test('lose an address that another name claims', () => {
    const self = recalled();
    self.rounds(2, { ...pods({ ...setOf(0, 1), [ss(3)]: ['10.0.0.3'] }), [`A ${ss(2)}`]: NO_NAME });
    expect(self.peers()).toContain(`${ss(3)} 10.0.0.3`);
    expect(confirmed(self)).toEqual([ss(0), ss(1), ss(3)]);
  });

  test('join those that an answer shows beside them', () => {
    const self = recalled();
    self.round(pods(setOf(0, 1, 2, 3)));
    expect(self.membership.members.map(({ hasReturned }) => hasReturned)).toEqual([true, true, true, false]);
  });

  test('are confirmed by a source whose word is final, which ends the others', () => {
    const self = recalled();
    self.nowMs += 60_000;
    const [zero] = KNOWN;
    self.membership = observe(self.membership, { kind: 'complete', peers: KNOWN.slice(0, 1) }, self.policy, self.nowMs);
    expect(self.membership.snapshot.peers).toEqual([zero]);
    expect([self.membership.hasLastKnown, self.membership.lastChangeAtMs]).toEqual([false, self.nowMs]);
  });

  test('in a family that DNS does not answer stay unconfirmed', () => {
    const self = walk({ family: 'dual' });
    self.round({ A: UNKNOWN, AAAA: UNKNOWN });
    lastKnown(self, [peer(ss(0), ['10.0.0.1']), peer(ss(1), ['fd00::1'])]);
    self.rounds(100, { A: found('10.0.0.1'), AAAA: UNKNOWN, SRV: UNKNOWN, [`A ${ss(1)}`]: UNKNOWN, [`AAAA ${ss(1)}`]: UNKNOWN });
    expect([self.peers().length, confirmed(self)]).toEqual([2, [ss(0)]]);
  });
});
