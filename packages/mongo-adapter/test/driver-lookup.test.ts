import dns from 'node:dns';
import type { LookupOptions } from 'node:dns';
import type { Peer, PeerWatcher, Snapshot } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { driverLookup, type LookupCallback } from '../src/index.ts';
import { identity, peer, snapshot } from './color-peers.ts';

const [host0 = '', host1 = '', host2 = ''] = [0, 1, 2].map((ordinal) => identity(ordinal).host);
const dual = peer(0, { addresses: ['10.1.0.1', '10.1.0.2', '2001:db8::1'] });
const onlyIpv4 = peer(1, { addresses: ['10.1.0.3'] });
const ipv4 = [
  { address: '10.1.0.1', family: 4 },
  { address: '10.1.0.2', family: 4 },
];
const ipv6 = { address: '2001:db8::1', family: 6 };

interface StubOptions {
  readonly missing?: readonly number[];
  readonly isAnswered?: boolean;
  /** Who is there once it was asked to look. */
  readonly afterLook?: readonly Peer[];
}

/** As much of a watcher as a lookup looks at. */
function watcherOf(peers: readonly Peer[], { missing = [], isAnswered = true, afterLook }: StubOptions = {}) {
  const closing = new AbortController();
  const refresh = vi.fn<() => Promise<Snapshot>>();
  const state = { snapshot: snapshot(peers, missing.map(identity)), status: { lastAnswerAtMs: isAnswered ? 1 : undefined } };
  const watcher = Object.assign(state, { closed: closing.signal, refresh }) as unknown as PeerWatcher;
  refresh.mockImplementation(async () => {
    closing.signal.throwIfAborted();
    if (afterLook !== undefined) state.snapshot = snapshot(afterLook);
    return state.snapshot;
  });
  return { watcher, refresh, close: () => closing.abort() };
}

type Result = readonly [error: NodeJS.ErrnoException | null, address: unknown, family: number | undefined];

function ask(watcher: PeerWatcher, hostname: string, ...options: readonly (LookupOptions | number | null | undefined)[]): Promise<Result> {
  return new Promise((resolve) => {
    const callback: LookupCallback = (error, address, family) => resolve([error, address, family]);
    Reflect.apply(driverLookup(watcher), undefined, [hostname, ...options, callback]);
  });
}

/** Nobody below may ask the system; a test that means to sees what it asks. */
const system = vi.fn<(...args: readonly unknown[]) => void>();
beforeEach(() => {
  system.mockReset();
  vi.spyOn(dns, 'lookup').mockImplementation(system);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('driverLookup gives the addresses of a peer', () => {
  const rows: readonly { name: string; options: readonly (LookupOptions | number | null | undefined)[]; expected: unknown }[] = [
    { name: 'without options', options: [], expected: '10.1.0.1' },
    { name: 'with options that are undefined', options: [undefined], expected: '10.1.0.1' },
    { name: 'with options that are null', options: [null], expected: '10.1.0.1' },
    { name: 'family 4 as a number', options: [4], expected: '10.1.0.1' },
    { name: 'family 6 as a number', options: [6], expected: '2001:db8::1' },
    { name: 'family 6 as an option', options: [{ family: 6 }], expected: '2001:db8::1' },
    { name: 'family IPv6', options: [{ family: 'IPv6' }], expected: '2001:db8::1' },
    { name: 'family IPv4, all', options: [{ family: 'IPv4', all: true }], expected: ipv4 },
    { name: 'family 0, all', options: [{ family: 0, all: true }], expected: [...ipv4, ipv6] },
    { name: 'family undefined, all', options: [{ family: undefined, all: true }], expected: [...ipv4, ipv6] },
    { name: 'verbatim, all', options: [{ verbatim: true, all: true }], expected: [...ipv4, ipv6] },
    { name: 'not verbatim, all', options: [{ verbatim: false, all: true }], expected: [...ipv4, ipv6] },
    { name: 'ipv4first, all', options: [{ order: 'ipv4first', all: true }], expected: [...ipv4, ipv6] },
    { name: 'ipv6first, all', options: [{ order: 'ipv6first', all: true }], expected: [ipv6, ...ipv4] },
    { name: 'ipv6first, one', options: [{ order: 'ipv6first' }], expected: '2001:db8::1' },
    { name: 'order before verbatim', options: [{ order: 'ipv6first', verbatim: false }], expected: '2001:db8::1' },
    { name: 'the hints of a socket', options: [{ hints: dns.ADDRCONFIG, all: true }], expected: [...ipv4, ipv6] },
    { name: 'IPv6 with V4MAPPED, where there is one', options: [{ family: 6, hints: dns.V4MAPPED, all: true }], expected: [ipv6] },
    {
      name: 'IPv6 with V4MAPPED and ALL',
      options: [{ family: 6, hints: dns.V4MAPPED | dns.ALL, all: true }],
      expected: [ipv6, ...ipv4.map(({ address }) => ({ address: `::ffff:${address}`, family: 6 }))],
    },
  ];
  test.each(rows)('$name', async ({ options, expected }) => {
    const [error, address, family] = await ask(watcherOf([dual]).watcher, host0, ...options);
    expect(error).toBeNull();
    expect(address).toEqual(expected);
    expect(family).toBe(typeof expected === 'string' ? (expected.includes(':') ? 6 : 4) : undefined);
    expect(system).not.toHaveBeenCalled();
  });

  test('IPv6 with V4MAPPED, where there is none: the IPv4 address in its form', async () => {
    expect(await ask(watcherOf([onlyIpv4]).watcher, host1, { family: 6, hints: dns.V4MAPPED })).toEqual([null, '::ffff:10.1.0.3', 6]);
  });

  test.each([{ name: host0.toUpperCase() }, { name: `${host0}.` }, { name: `${host0.replace('color', 'Color')}.` }])(
    'called $name',
    async ({ name }) => {
      expect(await ask(watcherOf([dual]).watcher, name)).toEqual([null, '10.1.0.1', 4]);
    },
  );

  test('in the order that the process prefers', async () => {
    vi.spyOn(dns, 'getDefaultResultOrder').mockReturnValue('ipv6first');
    expect(await ask(watcherOf([dual]).watcher, host0)).toEqual([null, '2001:db8::1', 6]);
    expect(await ask(watcherOf([dual]).watcher, host0, { verbatim: true })).toEqual([null, '10.1.0.1', 4]);
  });

  test('as they are when it is asked, not when it was made', async () => {
    const { watcher } = watcherOf([dual]);
    const lookup = driverLookup(watcher);
    Object.assign(watcher, { snapshot: snapshot([peer(0, { addresses: ['10.9.9.9'] })]) });
    expect(await new Promise((resolve) => lookup(host0, (_, address) => resolve(address)))).toBe('10.9.9.9');
  });

  test('after the call has returned, never within it', async () => {
    const calls: string[] = [];
    const done = ask(watcherOf([dual]).watcher, host0).then(() => calls.push('answered'));
    calls.push('returned');
    await done;
    expect(calls).toEqual(['returned', 'answered']);
  });

  test('as a list that the caller may change', async () => {
    const { watcher } = watcherOf([dual]);
    const [, first] = await ask(watcher, host0, { all: true });
    (first as unknown[]).length = 0;
    expect((await ask(watcher, host0, { all: true }))[1]).toHaveLength(3);
  });
});

describe('driverLookup fails', () => {
  const rows = [
    {
      name: 'at once for a declared peer that is missing',
      peers: [dual],
      missing: [2],
      host: host2,
      text: /no address of it now/,
      looks: 0,
    },
    {
      name: 'at once for a peer whose address another one has',
      peers: [peer(2, { addresses: [] })],
      host: host2,
      text: /no address of it now/,
      looks: 0,
    },
    { name: 'for a name that another look does not find', peers: [dual], host: host2, text: /knows no such peer/, looks: 1 },
    {
      name: 'for a family that the peer does not have',
      peers: [onlyIpv4],
      host: host1,
      options: { family: 6 },
      text: /no IPv6 address, only 10\.1\.0\.3/,
      looks: 0,
    },
    { name: 'with all, too', peers: [onlyIpv4], host: host1, options: { family: 6, all: true }, text: /no IPv6 address/, looks: 0 },
  ];
  test.each(rows)('$name', async ({ peers, missing = [], host, options = {}, text, looks }) => {
    const { watcher, refresh } = watcherOf(peers, { missing });
    const [error] = await ask(watcher, host, options);
    expect(error).toMatchObject({ code: 'ENOTFOUND', syscall: 'lookup', hostname: host, message: expect.stringMatching(text) });
    expect(refresh).toHaveBeenCalledTimes(looks);
    expect(system).not.toHaveBeenCalled();
  });

  test.each([{ value: undefined }, { value: {} }, { value: 'color-svc' }])('to be made from $value', ({ value }) => {
    expect(() => driverLookup(value as unknown as PeerWatcher)).toThrow(InvalidOptionsError);
  });
});

describe('driverLookup makes the watcher look', () => {
  test('for a name below the Service that it does not know', async () => {
    const { watcher, refresh } = watcherOf([dual], { afterLook: [dual, onlyIpv4] });
    expect(await ask(watcher, host1)).toEqual([null, '10.1.0.3', 4]);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test('for a missing peer, as long as there was no answer', async () => {
    const { watcher } = watcherOf([], { missing: [0], isAnswered: false, afterLook: [dual] });
    expect(await ask(watcher, host0)).toEqual([null, '10.1.0.1', 4]);
  });

  test('not for a peer of the last-known file: its address may be right', async () => {
    const { watcher, refresh } = watcherOf([dual], { isAnswered: false });
    expect(await ask(watcher, host0)).toEqual([null, '10.1.0.1', 4]);
    expect(refresh).not.toHaveBeenCalled();
  });
});

describe('driverLookup asks the system', () => {
  const rows = [
    { name: 'for another host', host: 'db.example.com' },
    { name: 'for the Service itself', host: 'color-svc.default.svc.cluster.local' },
    { name: 'for a host of another Service', host: 'color-ss-0.other-color-svc.default.svc.cluster.local' },
    { name: 'for a short name', host: 'color-ss-0.color-svc' },
    { name: 'for a family that there is not', host: host0, options: { family: 5 } },
    { name: 'for an order that there is not', host: host0, options: { order: 'backwards' } },
  ];
  test.each(rows)('$name', ({ host, options = { all: true } }) => {
    const callback = vi.fn<LookupCallback>();
    driverLookup(watcherOf([dual]).watcher)(host, options as LookupOptions, callback);
    expect(system).toHaveBeenCalledExactlyOnceWith(host, options, callback);
  });

  test('for everything once the watcher is closed', () => {
    const callback = vi.fn<LookupCallback>();
    const { watcher, close } = watcherOf([dual]);
    close();
    driverLookup(watcher)(host0, callback);
    expect(system).toHaveBeenCalledExactlyOnceWith(host0, callback, undefined);
  });

  test('when the watcher is closed while it looks', async () => {
    const { watcher, refresh, close } = watcherOf([dual]);
    const asked = new Promise<readonly unknown[]>((resolve) => system.mockImplementation((...args) => resolve(args)));
    refresh.mockImplementation(() => {
      close();
      return Promise.reject(new Error('closed'));
    });
    driverLookup(watcher)(host1, {}, () => {});
    expect((await asked)[0]).toBe(host1);
  });

  test('and lets Node refuse what are no arguments', () => {
    vi.restoreAllMocks();
    const lookup = driverLookup(watcherOf([dual]).watcher) as unknown as (...args: unknown[]) => void;
    expect(() => lookup(host0)).toThrow(/callback/);
    expect(() => lookup(host0, 'red', () => {})).toThrow(TypeError);
    expect(() => lookup(7, () => {})).toThrow(TypeError);
  });
});
