import { InvalidOptionsError } from '@peerset/core/errors';
import { describe, expect, test } from 'vitest';
import type { RenderOptions, SeedListPlan } from '../src/index.ts';
import { planSeeds, renderSeeds } from '../src/index.ts';
import { input, node, nodes, peer } from './cass-nodes.ts';

const listOf = (...hosts: readonly string[]): SeedListPlan => ({
  mode: 'restart',
  seeds: hosts.map((host) => ({ name: undefined, host, isExternal: true })),
  reason: 'a test',
});

describe('renderSeeds', () => {
  const rows: readonly { name: string; hosts: readonly string[]; options?: Partial<RenderOptions>; want: string }[] = [
    { name: 'writes names with commas and nothing else', hosts: ['a.b', 'c.d'], want: 'a.b,c.d' },
    { name: 'writes no port for 7000', hosts: ['a'], options: { storagePort: 7_000, version: '5.0' }, want: 'a' },
    {
      name: 'writes another port from 4.0 on',
      hosts: ['a', '10.0.0.1'],
      options: { storagePort: 7_001, version: '4.0.11' },
      want: 'a:7001,10.0.0.1:7001',
    },
    { name: 'writes no port before 4.0', hosts: ['a'], options: { storagePort: 7_001, version: '3.11.10' }, want: 'a' },
    { name: 'writes no port without a version', hosts: ['a'], options: { storagePort: 7_001 }, want: 'a' },
    { name: 'knows versions beyond 9', hosts: ['a'], options: { storagePort: 7_001, version: '10.0' }, want: 'a:7001' },
    { name: 'writes an IPv6 address bare without a port', hosts: ['fd00::1'], want: 'fd00::1' },
    {
      name: 'writes an IPv6 address in brackets with a port',
      hosts: ['fd00::1'],
      options: { storagePort: 7_001, version: '5.0' },
      want: '[fd00::1]:7001',
    },
  ];
  test.each(rows)('$name', ({ hosts, options, want }) => {
    expect(renderSeeds(listOf(...hosts), { as: 'csv', ...options })).toBe(want);
  });

  test.each([
    { as: 'csv', want: 'a.b,fd00::1' },
    { as: 'env', want: 'CASSANDRA_SEEDS=a.b,fd00::1' },
    { as: 'scylla-args', want: '--seeds=a.b,fd00::1' },
    { as: 'list', want: 'a.b\nfd00::1' },
    {
      as: 'yaml',
      want: `seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "a.b,fd00::1"
`,
    },
  ] as const)('writes the form $as', ({ as, want }) => {
    expect(renderSeeds(listOf('a.b', 'fd00::1'), { as })).toBe(want);
  });

  test('writes ports in every form that has them', () => {
    const forms = ['csv', 'env', 'list', 'yaml'] as const;
    const texts = forms.map((as) => renderSeeds(listOf('a', 'fd00::1'), { as, storagePort: 7_001, version: '4.0' }));
    expect(texts.map((text) => /a:7001[,\n]\[fd00::1\]:7001/.test(text))).toEqual([true, true, true, true]);
  });

  test('writes the address where the plan has one', () => {
    const plan = planSeeds(input({ selfAddress: '10.0.0.9' }));
    expect(plan.mode === 'found' && renderSeeds(plan, { as: 'csv' })).toBe('10.0.0.9');
  });

  test('writes the list of the example in the documentation', () => {
    const plan = planSeeds(input({ self: 'cass-1', present: nodes(3).map((each) => peer(each)) }));
    expect(plan.mode !== 'wait' && renderSeeds(plan, { as: 'csv' })).toBe(`${node(0).host},${node(2).host}`);
  });

  test.each(
    [
      'a,b',
      'a b',
      ' a',
      'a"',
      "a'",
      'a\n',
      'a\u0000',
      'a\t',
      'a:7000',
      'a;b',
      'a#',
      'a$(b)',
      '${a}',
      '-a',
      '',
      'A.b',
      'a..b',
      'a.',
      '[::1]',
      ':',
      '::1%eth0',
    ].map((host) => ({ host })),
  )('refuses the host $host', ({ host }) => {
    expect(() => renderSeeds(listOf('ok', host), { as: 'csv' })).toThrow(InvalidOptionsError);
    expect(() => renderSeeds(listOf('ok', host), { as: 'csv' })).toThrow(/^plan\.seeds\.1: /);
  });

  test.each([
    { name: 'a port of 0, which Cassandra accepts', options: { storagePort: 0 }, path: 'storagePort' },
    { name: 'a port beyond 65535, which stops the start', options: { storagePort: 70_000 }, path: 'storagePort' },
    { name: 'a version without a minor', options: { version: 'latest' }, path: 'version' },
    { name: 'a misspelt option', options: JSON.parse('{"storageport":7001}'), path: 'storageport' },
    { name: 'a port in arguments of ScyllaDB', options: { as: 'scylla-args', storagePort: 7_001 } as const, path: 'storagePort' },
    { name: 'a text to edit in another form', options: JSON.parse('{"edit":{}}'), path: 'edit' },
    { name: 'nothing to edit', options: JSON.parse('{"as":"yaml","edit":{"text":1}}'), path: 'edit\\.text: .*edit\\.parseDocument' },
    { name: 'an edit that is none', options: JSON.parse('{"as":"yaml","edit":"cassandra.yaml"}'), path: 'edit' },
    { name: 'an unknown form', options: JSON.parse('{"as":"xml"}'), path: 'as' },
  ])('refuses $name', ({ options, path }) => {
    expect(() => renderSeeds(listOf('a'), { as: 'csv', ...options })).toThrow(new RegExp(`^${path}: `));
  });

  test('refuses options that are none', () => {
    expect(() => renderSeeds(listOf('a'), undefined as unknown as RenderOptions)).toThrow(
      /^options: undefined is refused, must be an object/,
    );
  });

  test('does not take a plan that waits, in types and at run time', () => {
    const plan = planSeeds(input({ self: 'cass-1', present: [] }));
    // @ts-expect-error A plan may be `wait`, which has no list.
    expect(() => renderSeeds(plan, { as: 'csv' })).toThrow(
      expect.objectContaining({ code: 'UNUSABLE_SNAPSHOT', message: expect.stringContaining('waiting for cass-0, cass-2') }),
    );
  });

  test('does not take a plan without seeds', () => {
    expect(() => renderSeeds(listOf(), { as: 'csv' })).toThrow(expect.objectContaining({ code: 'UNUSABLE_SNAPSHOT' }));
  });
});
