import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dashedName,
  isDnsName,
  isLabel,
  normalName,
  ordinalName,
  ordinalOf,
  parseServiceName,
  peerHost,
  peerNameUnder,
  serviceIdentity,
  statefulSetOf,
} from '../src/service/dns-names.ts';

const service = serviceIdentity({ name: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local' });
const host = 'color-svc.default.svc.cluster.local';
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const ordinal = fc.nat(2 ** 31 - 1);

describe('isLabel', () => {
  test.each([
    { name: 'accepts a pod name', text: 'color-ss-0', want: true },
    { name: 'accepts one digit', text: '7', want: true },
    { name: 'accepts a dash run inside', text: 'fd00--1', want: true },
    { name: 'accepts 63 characters', text: 'a'.repeat(63), want: true },
    { name: 'refuses 64 characters', text: 'a'.repeat(64), want: false },
    { name: 'refuses nothing', text: '', want: false },
    { name: 'refuses a dash in front', text: '-a', want: false },
    { name: 'refuses a dash at the end', text: 'a-', want: false },
    { name: 'refuses upper case', text: 'A', want: false },
    { name: 'refuses an underscore', text: 'a_b', want: false },
    { name: 'refuses a dot', text: 'a.b', want: false },
    { name: 'refuses a line end', text: 'a\n', want: false },
    { name: 'refuses NUL', text: 'a\0b', want: false },
    { name: 'refuses a backslash', text: String.raw`a\.b`, want: false },
    { name: 'refuses letters outside ASCII', text: 'föo', want: false },
  ])('$name', ({ text, want }) => {
    expect(isLabel(text)).toBe(want);
  });
});

describe('isDnsName', () => {
  const name253 = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  test.each([
    { name: 'accepts labels and dots', text: host, want: true },
    { name: 'accepts 253 characters', text: name253, want: true },
    { name: 'refuses 254 characters', text: `${name253}e`, want: false },
    { name: 'refuses an empty label', text: 'a..b', want: false },
    { name: 'refuses a trailing dot', text: 'a.b.', want: false },
  ])('$name', ({ text, want }) => {
    expect(isDnsName(text)).toBe(want);
  });
});

describe('normalName', () => {
  test.each([
    { name: 'lowers', text: 'Color-SVC', want: 'color-svc' },
    { name: 'takes one trailing dot away', text: 'cluster.local.', want: 'cluster.local' },
    { name: 'takes only one trailing dot away', text: 'cluster.local..', want: 'cluster.local.' },
    { name: 'leaves the Kelvin sign, which toLowerCase would make a k', text: '\u212Aube', want: '\u212Aube' },
  ])('$name', ({ text, want }) => {
    expect(normalName(text)).toBe(want);
  });
});

describe('parseServiceName', () => {
  const [name, namespace, clusterDomain] = ['color-svc', 'default', 'cluster.local'];
  const parsed = { kind: 'parsed', name, namespace: undefined, clusterDomain: undefined };
  test.each([
    { name: 'reads the name alone', text: 'color-svc', want: parsed },
    { name: 'reads the namespace', text: 'color-svc.default', want: { ...parsed, namespace } },
    { name: 'reads svc', text: 'color-svc.default.svc', want: { ...parsed, namespace } },
    { name: 'reads the FQDN', text: host, want: { ...parsed, namespace, clusterDomain } },
    { name: 'reads a trailing dot', text: `${host}.`, want: { ...parsed, namespace, clusterDomain } },
    {
      name: 'reads a cluster domain of one label',
      text: 'color-svc.default.svc.k8s',
      want: { ...parsed, namespace, clusterDomain: 'k8s' },
    },
    { name: 'lowers', text: 'Color-SVC.Default', want: { ...parsed, namespace } },
  ])('$name', ({ text, want }) => {
    expect(parseServiceName(text)).toEqual(want);
  });

  test.each([
    { name: 'refuses nothing', text: '', rule: "must be a Service's name, such as color-svc" },
    { name: 'refuses a dot alone', text: '.', rule: "must be a Service's name, such as color-svc" },
    { name: 'refuses an IPv4 address', text: '10.244.1.7', rule: "must be a Service's name, this is an address" },
    { name: 'refuses an IPv6 address', text: 'FD00::1', rule: "must be a Service's name, this is an address" },
    { name: 'refuses an IPv6 address in brackets', text: '[fd00::1]', rule: "must be a Service's name, this is an address" },
    { name: 'refuses an IPv6 address with a zone', text: 'fe80::1%eth0', rule: "must be a Service's name, this is an address" },
    { name: 'refuses 64 characters', text: 'a'.repeat(64), rule: 'must have labels of at most 63 characters, one has 64' },
    { name: 'refuses an empty label', text: 'color-svc..svc', rule: 'must have no empty label' },
    { name: 'refuses an underscore', text: 'color_svc', rule: expect.stringContaining('RFC 1123') },
    { name: 'refuses a port', text: 'color-svc:27017', rule: expect.stringContaining('RFC 1123') },
    {
      name: 'explains three labels',
      text: 'a.b.c',
      rule: 'three labels are read as service.namespace.svc, so the third must be svc and not c',
    },
    {
      name: 'explains four labels',
      text: 'color-ss-0.color-svc.default.svc',
      rule: expect.stringContaining('service.namespace.svc.cluster-domain, so the third must be svc and not default'),
    },
    {
      name: 'refuses 254 characters',
      text: `a.b.svc.${'c'.repeat(61)}.${'d'.repeat(61)}.${'e'.repeat(61)}.${'f'.repeat(60)}`,
      rule: 'must have at most 253 characters, has 254',
    },
  ])('$name', ({ text, rule }) => {
    expect(parseServiceName(text)).toEqual({ kind: 'broken', rule });
  });

  test('finds again what serviceIdentity joined', () => {
    fc.assert(
      fc.property(label, label, fc.array(label, { minLength: 1, maxLength: 4 }), (own, space, domain) => {
        const identity = serviceIdentity({ name: own, namespace: space, clusterDomain: domain.join('.') });
        expect(Object.isFrozen(identity)).toBe(true);
        const text = parseServiceName(`${identity.host.toUpperCase()}.`);
        expect(text).toEqual({ kind: 'parsed', name: own, namespace: space, clusterDomain: identity.clusterDomain });
      }),
    );
  });
});

describe('peerNameUnder', () => {
  test.each([
    { name: 'takes one label below the Service', text: `color-ss-0.${host}`, want: 'color-ss-0' },
    { name: 'does not mind case and a trailing dot', text: `Color-SS-0.${host.toUpperCase()}.`, want: 'color-ss-0' },
    { name: 'refuses the Service itself', text: host, want: undefined },
    { name: 'refuses two labels below', text: `a.b.${host}`, want: undefined },
    { name: 'refuses an empty label', text: `.${host}`, want: undefined },
    { name: 'refuses a Service that ends alike', text: `xx${host}`, want: undefined },
    { name: 'refuses another namespace', text: 'color-ss-0.color-svc.other.svc.cluster.local', want: undefined },
    { name: 'refuses a name that is no label', text: `_mongo.${host}`, want: undefined },
    { name: 'refuses 64 characters', text: `${'a'.repeat(64)}.${host}`, want: undefined },
    { name: 'refuses the root', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(peerNameUnder(text, service)).toBe(want);
  });

  test('finds every name that peerHost placed there', () => {
    fc.assert(
      fc.property(label, (name) => {
        expect(peerNameUnder(peerHost(name, service), service)).toBe(name);
      }),
    );
  });
});

describe('ordinalOf', () => {
  test.each([
    { name: 'reads the ordinal of the set', text: 'color-ss-0', set: 'color-ss', want: 0 },
    { name: 'reads more digits', text: 'color-ss-10', set: 'color-ss', want: 10 },
    { name: 'reads the largest ordinal', text: 'color-ss-2147483647', set: 'color-ss', want: 2_147_483_647 },
    { name: 'refuses one more than the largest', text: 'color-ss-2147483648', set: 'color-ss', want: undefined },
    { name: 'refuses another set', text: 'shade-ss-0', set: 'color-ss', want: undefined },
    { name: 'refuses a set that begins alike', text: 'color-ss-1-0', set: 'color-ss', want: undefined },
    { name: 'reads a set that ends in a number', text: 'color-ss-1-0', set: 'color-ss-1', want: 0 },
    { name: 'refuses leading zeros', text: 'color-ss-00', set: 'color-ss', want: undefined },
    { name: 'refuses no digits', text: 'color-ss-', set: 'color-ss', want: undefined },
    { name: 'refuses letters', text: 'color-ss-a', set: 'color-ss', want: undefined },
    { name: 'refuses the set alone', text: 'color', set: 'color', want: undefined },
    { name: 'infers the set', text: 'color-ss-3', want: 3 },
    { name: 'infers from a name that only looks dashed', text: '10-244-1-7', addresses: ['10.244.1.8'], want: 7 },
    { name: 'infers nothing from its own address', text: '10-244-1-7', addresses: ['fd00::1', '10.244.1.7'], want: undefined },
    { name: 'infers nothing from its own IPv6 address', text: 'fd00--1', addresses: ['fd00::1'], want: undefined },
    { name: 'infers nothing from a dash run', text: 'fd00--1', want: undefined },
    { name: 'infers nothing from a Deployment', text: 'web-7d9f-x2x4z', want: undefined },
    { name: 'infers nothing from a number', text: '7', want: undefined },
    { name: 'believes a set that is given, whatever the address', text: '10-0', set: '10', addresses: ['10.0.0.0'], want: 0 },
  ])('$name', ({ text, set, addresses = [], want }) => {
    expect(ordinalOf(text, set, addresses)).toBe(want);
  });

  test('reads back every ordinal name', () => {
    fc.assert(
      fc.property(label, ordinal, (set, number) => {
        const name = ordinalName(set, number);
        expect(ordinalOf(name, set, [])).toBe(number);
        expect(ordinalOf(name, undefined, [])).toBe(number);
        expect(ordinalOf(name, `${set}x`, [])).toBeUndefined();
        expect(statefulSetOf(name)).toBe(set);
      }),
    );
  });

  test('sees no ordinal in the dashed form of an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(ordinalOf(dashedName(address), undefined, [address])).toBeUndefined();
      }),
    );
  });
});

describe('dashedName', () => {
  test.each([
    { name: 'dashes IPv4', address: '10.244.1.7', want: '10-244-1-7' },
    { name: 'dashes IPv6', address: 'fd00::1', want: 'fd00--1' },
  ])('$name', ({ address, want }) => {
    expect(dashedName(address)).toBe(want);
  });
});
