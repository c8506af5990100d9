import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
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
  ])('$name', ({ changes, paths }) => {
    const error = thrown(() => planSeeds(input(changes)));
    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error instanceof InvalidOptionsError && error.issues.map(({ path }) => path)).toEqual(paths);
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
