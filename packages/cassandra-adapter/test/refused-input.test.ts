import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import type { SeedInput } from '../src/index.ts';
import { gist, input, node, nodes } from './cass-nodes.ts';

describe('planSeeds refuses', () => {
  test('input without declared nodes, saying what to give', () => {
    expect(() => planSeeds(input({ declared: [] }))).toThrow(DiscoveryError);
    expect(() => planSeeds(input({ declared: [] }))).toThrow(
      expect.objectContaining({ code: 'UNUSABLE_SNAPSHOT', message: expect.stringMatching(/statefulSet and replicas/) }),
    );
  });

  test.each([
    { name: 'a node that is not declared', changes: { self: 'cass-9' }, paths: ['self'] },
    { name: 'a founder that is not declared', changes: { founder: 'cass-9' }, paths: ['founder'] },
    { name: 'no seeds per data centre', changes: { perDatacenter: 0 }, paths: ['perDatacenter'] },
    { name: 'more than 20 seeds per data centre', changes: { perDatacenter: 21 }, paths: ['perDatacenter'] },
    { name: 'a fraction of a seed', changes: { perDatacenter: 1.5 }, paths: ['perDatacenter'] },
    { name: 'an own address that is none', changes: { selfAddress: 'cass-0' }, paths: ['selfAddress'] },
    { name: 'two nodes of one name', changes: { declared: [node(0), { ...node(0), rack: 'r2' }] }, paths: ['declared.1.name'] },
    { name: 'two nodes of one host', changes: { declared: [node(0), { ...node(1), host: node(0).host }] }, paths: ['declared.1.host'] },
    { name: 'a declared host with a comma', changes: { declared: [{ ...node(0), host: 'a,b' }] }, paths: ['declared.0.host'] },
    { name: 'an empty rack', changes: { declared: [{ ...node(0), rack: '' }] }, paths: ['declared.0.rack'] },
    {
      name: 'a control character in a data centre',
      changes: { declared: [{ ...node(0), datacenter: 'a\nb' }] },
      paths: ['declared.0.datacenter'],
    },
    {
      name: 'external seeds with ports, quotes, blanks',
      changes: { externalSeeds: ['a:7000', '"a"', 'a b', '[::1]', 'ok'] },
      paths: [0, 1, 2, 3].map((index) => `externalSeeds.${index}`),
    },
    {
      name: 'more than 18 external seeds',
      changes: { externalSeeds: Array.from({ length: 19 }, (_, index) => `s${index}`) },
      paths: ['externalSeeds'],
    },
    { name: 'a misspelt option', changes: JSON.parse('{"externalSeed":["a"]}'), paths: ['externalSeed'] },
    {
      name: 'what is neither true nor false',
      changes: JSON.parse('{"isBootstrapped":"yes","lookupsComplete":null}'),
      paths: ['isBootstrapped', 'lookupsComplete'],
    },
    {
      name: 'words that are none',
      changes: JSON.parse('{"clusterState":"old","joinGate":"rack","flavour":"dse","addressing":"dns"}'),
      paths: ['clusterState', 'joinGate', 'flavour', 'addressing'],
    },
    {
      name: 'a name with a comma',
      changes: { declared: [{ ...node(0), name: 'cass-0,x' }], self: 'cass-0,x' },
      paths: ['declared.0.name'],
    },
    { name: 'a name with a quote', changes: { declared: [node(0), { ...node(1), name: 'a"b' }] }, paths: ['declared.1.name'] },
    { name: 'a name with a line end', changes: { declared: [node(0), { ...node(1), name: 'a\nb' }] }, paths: ['declared.1.name'] },
    { name: 'known names that are none', changes: { knownNames: ['cass-0', 'a b'] }, paths: ['knownNames.1'] },
    { name: 'previous addresses of what is no name', changes: { previousAddresses: { '': '10.0.0.1' } }, paths: ['previousAddresses'] },
    {
      name: 'previous addresses that are none',
      changes: { previousAddresses: { 'cass-0': 'fd00::1', 'cass-1': '1:2:3' } },
      paths: ['previousAddresses.cass-1'],
    },
    {
      name: 'a list that is a text',
      changes: JSON.parse('{"unconfirmed":"cass-1","externalSeeds":{"length":1}}'),
      paths: ['unconfirmed', 'externalSeeds'],
    },
    {
      name: 'nodes without a host, with an ordinal that is a text, and null',
      changes: JSON.parse('{"declared":[{"name":"cass-0","datacenter":"dc1","rack":"r1","ordinal":"0"},null]}'),
      paths: ['declared.0.host', 'declared.0.ordinal', 'declared.1'],
    },
    {
      name: 'peers that are none',
      changes: JSON.parse('{"present":[null,{"name":"cass-0"},{"name":1,"addresses":["cass-0"]}]}'),
      paths: ['present.0', 'present.1.addresses', 'present.2.name', 'present.2.addresses.0'],
    },
    { name: 'a snapshot without peers', changes: JSON.parse('{"present":{}}'), paths: ['present'] },
  ])('$name', ({ changes, paths }) => {
    const error = thrown(() => planSeeds(input(changes)));
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error instanceof InvalidOptionsError && error.issues.map(({ path }) => path)).toEqual(paths);
  });

  test.each([
    { name: 'nothing at all', given: undefined, paths: ['input'] },
    { name: 'null', given: null, paths: ['input'] },
    { name: 'a list', given: [], paths: ['input'] },
    { name: 'an empty object', given: {}, paths: ['declared', 'present', 'self'] },
  ])('$name instead of the input, naming what is missing', ({ given, paths }) => {
    const error = thrown(() => planSeeds(given as SeedInput));
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error instanceof InvalidOptionsError && error.issues.map(({ path }) => path)).toEqual(paths);
  });

  test('values told in full, with the option and the rule', () => {
    expect(() => planSeeds(input({ perDatacenter: 0 }))).toThrow('perDatacenter: 0 is refused, must be an integer, 1..20');
  });

  test('nothing of a node that is declared twice in the same way', () => {
    expect(gist(planSeeds(input({ declared: [...nodes(3), ...nodes(3)] })))).toBe('found: cass-0');
  });
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
