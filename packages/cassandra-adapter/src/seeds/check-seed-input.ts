import type { OptionIssue } from '@peerset/core';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import type { DeclaredNode } from './choose-seeds.ts';
import { maxSeeds } from './choose-seeds.ts';
import { canonicalHost, isAddress, isSeedHost } from './seed-host.ts';
import type { SeedInput } from './seed-input.ts';
import { issue, noIssues, shapeIssues } from './seed-shape.ts';

/** The values of each option that is a choice; undefined for one that is checked in another way. A key that is missing does not compile. */
const choices: Readonly<Record<keyof SeedInput, readonly (string | boolean | undefined)[] | undefined>> = {
  declared: undefined,
  present: undefined,
  self: undefined,
  unconfirmed: undefined,
  isBootstrapped: [true, false],
  clusterState: ['new', 'existing', 'auto'],
  lookupsComplete: [true, false],
  selfAddress: undefined,
  joined: undefined,
  joinGate: ['datacenter', 'none', undefined],
  knownNames: undefined,
  previousAddresses: undefined,
  perDatacenter: undefined,
  externalSeeds: undefined,
  founder: undefined,
  flavour: ['cassandra', 'scylla', undefined],
  addressing: ['fqdn', 'ip', undefined],
};
/** Room for one declared seed and for one live node. */
const maxExternalSeeds = maxSeeds - 2;

/**
 * Refuses input that contradicts itself, and finds this node in it. A misspelt option is refused too: without its `externalSeeds` a node
 * might found.
 *
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when nothing is declared.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with everything else that is wrong.
 */
export function checkSeedInput(input: SeedInput): DeclaredNode {
  const shape = shapeIssues(input);
  if (shape.length > 0) throw new InvalidOptionsError(shape);
  if (input.declared.length === 0) {
    const hint = 'give statefulSet and replicas to declaredPeers, or list the nodes';
    throw new DiscoveryError('UNUSABLE_SNAPSHOT', `no seeds to plan, since no node is declared: ${hint}`);
  }
  const own = input.declared.find(({ name }) => name === input.self);
  const issues = [...declaredIssues(input.declared), ...choiceIssues(input), ...nameIssues(input), ...limitIssues(input)];
  if (!own || issues.length > 0) throw new InvalidOptionsError(issues);
  return own;
}

function declaredIssues(declared: readonly DeclaredNode[]): readonly OptionIssue[] {
  const byName = new Map<string, DeclaredNode>();
  const nameOf = new Map<string, string>();
  const labels = new Set<string>();
  return declared.flatMap((node, index) => {
    const host = canonicalHost(node.host);
    const twin = byName.get(node.name) ?? node;
    const owner = nameOf.get(host) ?? node.name;
    byName.set(node.name, twin);
    nameOf.set(host, owner);
    for (const label of [node.datacenter, node.rack]) if (!labels.has(label) && isLabel(label)) labels.add(label);
    // A thousand nodes are looked through in each plan, and nearly all of them are as they should be.
    const isPlaced = labels.has(node.datacenter) && labels.has(node.rack);
    if (isPlaced && twin === node && owner === node.name && isPartOf(host, node.name) && isSeedHost(host)) return noIssues;
    const wrong = (key: keyof DeclaredNode, rule: string): OptionIssue => issue(`declared.${index}.${key}`, node[key], rule);
    return [
      ...(isPartOf(host, node.name) || isSeedHost(canonicalHost(node.name)) ? [] : [wrong('name', 'must be a host name')]),
      ...(isSeedHost(host) ? [] : [wrong('host', 'must be a DNS name or an address')]),
      ...(owner === node.name ? [] : [wrong('host', 'must be unique: another declared node has this host')]),
      ...(isSameNode(twin, node) ? [] : [wrong('name', 'must be unique: another declared node has this name')]),
      ...(['datacenter', 'rack'] as const)
        .filter((key) => !labels.has(node[key]))
        .map((key) => wrong(key, 'must be a name, not empty, without control characters')),
    ];
  });
}

/** The first label, as of every pod: then one look at the host is enough for both. */
function isPartOf(host: string, name: string): boolean {
  return host.startsWith(name) && host[name.length] === '.' && !name.includes('.');
}

function isSameNode(a: DeclaredNode, b: DeclaredNode): boolean {
  return (
    a === b ||
    (canonicalHost(a.host) === canonicalHost(b.host) && a.ordinal === b.ordinal && a.datacenter === b.datacenter && a.rack === b.rack)
  );
}

function isLabel(value: string): boolean {
  return value !== '' && !/\p{Cc}/u.test(value);
}

/** Own enumerable keys only, as everywhere: what a prototype adds is not given. */
function choiceIssues(input: SeedInput): OptionIssue[] {
  const given = new Map<string, unknown>(Object.entries(input));
  const unknown = [...given.keys()].filter((key) => !Object.hasOwn(choices, key));
  return [
    ...Object.entries(choices).flatMap(([path, values]) => {
      if (!values || values.some((known) => known === given.get(path))) return [];
      const words = values.filter((value) => value !== undefined);
      return [issue(path, given.get(path), `must be one of ${words.join(', ')}`)];
    }),
    ...unknown.map((path) => issue(path, given.get(path), 'there is no such option')),
  ];
}

function nameIssues({ declared, self, founder = self, knownNames = [], previousAddresses = {} }: SeedInput): OptionIssue[] {
  const isDeclared = (name: string): boolean => declared.some((node) => node.name === name);
  const seen = [
    ...knownNames.map((name, index) => ({ path: `knownNames.${index}`, name })),
    ...Object.keys(previousAddresses).map((name) => ({ path: 'previousAddresses', name })),
  ];
  return [
    ...Object.entries({ self, founder })
      .filter(([path, name]) => (path === 'self' || name !== self) && !isDeclared(name))
      .map(([path, name]) => issue(path, name, 'must be the name of a declared node')),
    ...seen.filter(({ name }) => !isSeedHost(canonicalHost(name))).map(({ path, name }) => issue(path, name, 'must be a host name')),
  ];
}

function limitIssues({ perDatacenter = 3, selfAddress, externalSeeds = [] }: SeedInput): OptionIssue[] {
  const isCount = Number.isInteger(perDatacenter) && perDatacenter >= 1 && perDatacenter <= maxSeeds;
  const isOwnAddress = selfAddress === undefined || isAddress(selfAddress.toLowerCase());
  const badSeeds = externalSeeds.flatMap((host, index) => (isSeedHost(canonicalHost(host)) ? [] : [{ host, index }]));
  return [
    ...(isCount ? [] : [issue('perDatacenter', perDatacenter, `must be an integer, 1..${maxSeeds}`)]),
    ...(isOwnAddress ? [] : [issue('selfAddress', selfAddress, 'must be an IPv4 or IPv6 address')]),
    ...(externalSeeds.length <= maxExternalSeeds ? [] : [issue('externalSeeds', externalSeeds, `must be at most ${maxExternalSeeds}`)]),
    ...badSeeds.map(({ host, index }) => issue(`externalSeeds.${index}`, host, 'must be a DNS name or an address, without port')),
  ];
}
