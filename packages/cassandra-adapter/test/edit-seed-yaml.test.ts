import { InvalidOptionsError } from '@peerset/core/errors';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import type { SeedListPlan } from '../src/index.ts';
import { renderSeeds } from '../src/index.ts';
import { runCount } from './run-count.ts';

const plan: SeedListPlan = { mode: 'restart', seeds: [{ name: undefined, host: 'a.b', isExternal: true }], reason: 'a test' };
const edited = (text: string, list: SeedListPlan = plan): string => renderSeeds(list, { as: 'yaml', edit: { text, parseDocument } });

/** In the manner of the file that Cassandra comes with, comments in odd places included. */
const cassandraYaml = `# Cassandra storage config YAML

cluster_name: 'Test Cluster'   # quoted, padded
num_tokens:   16
hinted_handoff_enabled: true
data_file_directories:
     - /var/lib/cassandra/data

# any class that implements the SeedProvider interface
seed_provider:
  # Addresses of hosts that are deemed contact points.
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      # seeds is actually a comma-delimited list of addresses.
      - seeds: "127.0.0.1:7000" # the default
        resolve_multiple_ip_addresses_per_dns_record: false
server_encryption_options: {keystore_password: cassandra, internode_encryption: none}


concurrent_reads: 32
`;

const withValue = (value: string): string => `seed_provider:\n  - parameters:\n      - seeds: ${value}\nb: 1\n`;

describe('renderSeeds edits a cassandra.yaml', () => {
  test('and changes nothing but the value of seeds', () => {
    expect(edited(cassandraYaml)).toBe(cassandraYaml.replace('"127.0.0.1:7000"', '"a.b"'));
  });

  test('twice to the same bytes', () => {
    expect(edited(edited(cassandraYaml))).toBe(edited(cassandraYaml));
  });

  test.each([
    { name: 'without quotes', seeds: 'x,y', want: '"a.b"' },
    { name: 'in single quotes', seeds: "'x'", want: '"a.b"' },
    { name: 'over two lines', seeds: '"x,\n          y"', want: '"a.b"' },
    { name: 'with an anchor that nobody refers to', seeds: '&here x', want: '&here "a.b"' },
    { name: 'that is empty', seeds: '', want: '"a.b"' },
    { name: 'that is empty, before a comment', seeds: '# none', want: '"a.b" # none' },
  ])('with a value $name', ({ seeds, want }) => {
    expect(edited(withValue(seeds))).toBe(withValue(want));
  });

  test.each([
    { name: 'with CRLF', text: 'seed_provider:\r\n  - parameters:\r\n      - seeds: x\r\nb: 1\r\n' },
    { name: 'with a byte order mark', text: '\uFEFFseed_provider:\n  - parameters:\n      - seeds: x\n' },
    { name: 'in flow style', text: '{seed_provider: [{parameters: [{seeds: x}]}]}' },
    { name: 'with parameters that are no list', text: 'seed_provider:\n  - parameters:\n      seeds: x\n' },
    { name: 'with one provider that is no list', text: 'seed_provider:\n  parameters:\n    - seeds: x\n' },
    { name: 'without a colon-blank at the end of a line', text: 'seed_provider:\n  - parameters:\n      - seeds:\n' },
  ])('$name', ({ text }) => {
    const result = edited(text);
    expect(result.replace(/ ?"a\.b"/, '')).toBe(text.replace(/ ?x/, ''));
    expect(JSON.stringify(parse(result))).toContain('"seeds":"a.b"');
  });

  test.each([
    { name: 'an empty text', text: '' },
    { name: 'a list', text: '- a\n' },
    { name: 'no seed_provider', text: 'cluster_name: x\n' },
    { name: 'no seeds', text: 'seed_provider:\n  - parameters:\n      - other: x\n' },
    { name: 'seeds as a list', text: 'seed_provider:\n  - parameters:\n      - seeds: [a]\n' },
    { name: 'seeds as a block', text: 'seed_provider:\n  - parameters:\n      - seeds: |\n          a\n' },
    { name: 'an alias for the seeds', text: 'a: &a x\nseed_provider:\n  - parameters:\n      - seeds: *a\n' },
    { name: 'an alias for the provider', text: 'a: &a\n  - parameters:\n      - seeds: x\nseed_provider: *a\n' },
    { name: 'seeds that something else refers to', text: 'seed_provider:\n  - parameters:\n      - seeds: &a x\nb: *a\n' },
    {
      name: 'aliases that grow without bounds',
      text: `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n${withValue('x').replace('b: 1', '')}`,
    },
    { name: 'two documents', text: 'a: 1\n---\nseed_provider:\n  - parameters:\n      - seeds: x\n' },
    { name: 'a key twice', text: 'seed_provider:\n  - parameters:\n      - seeds: x\n        seeds: y\n' },
    { name: 'a text that is no YAML', text: 'a: "\nseed_provider' },
  ])('but not with $name', ({ text }) => {
    expect(() => edited(text)).toThrow(InvalidOptionsError);
  });

  test('without telling what else is in it', () => {
    const text = 'keystore_password: [hunter2\nseed_provider: hunter2\n';
    const message = (() => {
      try {
        return edited(text);
      } catch (error) {
        return String(error);
      }
    })();
    expect(message).toMatch(/^InvalidOptionsError: edit\.text: /);
    expect(message).not.toContain('hunter2');
  });

  test('16: and any list reads back as it was', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('fd00::1', '::1', 'null', 'yes', '0x1f.a', 'a_b'));
    const property = fc.property(fc.uniqueArray(host, { minLength: 1, maxLength: 20 }), (hosts) => {
      const list: SeedListPlan = { ...plan, seeds: hosts.map((each) => ({ name: undefined, host: each.toLowerCase(), isExternal: true })) };
      const want = hosts.map((each) => each.toLowerCase()).join(',');
      for (const text of [edited(cassandraYaml, list), renderSeeds(list, { as: 'yaml' })]) {
        expect(parse(text).seed_provider[0].parameters[0].seeds).toBe(want);
      }
    });
    fc.assert(property, { numRuns: Math.min(1_000, runCount(30)) });
  });
});
