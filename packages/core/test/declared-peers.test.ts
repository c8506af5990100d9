import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePeers } from '../src/membership/peer.ts';
import { declaredIdentities } from '../src/service/declared-peers.ts';
import { ordinalOf, peerNameUnder, serviceIdentity } from '../src/service/dns-names.ts';

const service = serviceIdentity({ name: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local' });

describe('declaredIdentities', () => {
  test('names every ordinal with its FQDN', () => {
    expect(declaredIdentities({ service, statefulSet: 'color-ss', replicas: 2, firstOrdinal: 5 })).toEqual([
      { name: 'color-ss-5', ordinal: 5, host: 'color-ss-5.color-svc.default.svc.cluster.local' },
      { name: 'color-ss-6', ordinal: 6, host: 'color-ss-6.color-svc.default.svc.cluster.local' },
    ]);
  });

  test('names nobody in a set of 0', () => {
    expect(declaredIdentities({ service, statefulSet: 'color-ss', replicas: 0, firstOrdinal: 0 })).toEqual([]);
  });

  test('is frozen, in order, and each name reads back as its ordinal', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(2 ** 31 - 201), (replicas, firstOrdinal) => {
        const declared = declaredIdentities({ service, statefulSet: 'color-ss', replicas, firstOrdinal });
        expect(declared.length).toBe(replicas);
        expect([declared, ...declared].every((part) => Object.isFrozen(part))).toBe(true);
        expect(declared.toSorted(comparePeers)).toEqual(declared);
        expect(declared.map(({ host }) => ordinalOf(peerNameUnder(host, service) ?? '', 'color-ss', []))).toEqual(
          declared.map(({ ordinal }) => ordinal),
        );
      }),
    );
  });
});
