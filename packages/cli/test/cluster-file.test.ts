import { describe, expect, test } from 'vitest';
import { readClusterDocument } from '../src/cluster-file.ts';
import { UsageError } from '../src/exit-codes.ts';

const rack = { name: 'a', statefulSet: 'color-rack-a', replicas: 3 };

describe('the document of a cluster file', () => {
  test('gives each rack its data centre', () => {
    const racks = [rack, { ...rack, name: 'b', statefulSet: 'color-rack-b', firstOrdinal: 2, datacenter: 'dc2' }];
    expect(readClusterDocument({ clusterState: 'new', datacenter: 'dc1', racks })).toEqual({
      clusterState: 'new',
      nodeSets: [
        { statefulSet: 'color-rack-a', replicas: 3, firstOrdinal: 0, datacenter: 'dc1', rack: 'a' },
        { statefulSet: 'color-rack-b', replicas: 3, firstOrdinal: 2, datacenter: 'dc2', rack: 'b' },
      ],
    });
  });

  const good = { clusterState: 'new', datacenter: 'dc1', racks: [rack] };
  test.each([
    { name: 'nothing', document: undefined, rule: 'clusterState must be one of' },
    { name: 'a text', document: 'new', rule: 'clusterState' },
    { name: 'another state', document: { ...good, clusterState: 'old' }, rule: 'new, existing, auto' },
    { name: 'no racks', document: { ...good, racks: [] }, rule: 'racks must be a list' },
    { name: 'a key that is none', document: { ...good, rack: 'a' }, rule: 'there is no key rack' },
    { name: 'a key of a rack that is none', document: { ...good, racks: [{ ...rack, replica: 3 }] }, rule: 'there is no key replica' },
    { name: 'a rack without name', document: { ...good, racks: [{ ...rack, name: undefined }] }, rule: 'a name and a statefulSet' },
    { name: 'no data centre', document: { ...good, datacenter: undefined }, rule: 'a datacenter' },
    { name: 'replicas as text', document: { ...good, racks: [{ ...rack, replicas: '3' }] }, rule: 'whole numbers' },
    { name: 'replicas below zero', document: { ...good, racks: [{ ...rack, replicas: -1 }] }, rule: 'whole numbers' },
  ])('refused: $name', ({ document, rule }) => {
    expect(() => readClusterDocument(document)).toThrow(UsageError);
    expect(() => readClusterDocument(document)).toThrow(rule);
  });
});
