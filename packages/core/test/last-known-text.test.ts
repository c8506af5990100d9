import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLastKnown, renderLastKnown } from '../src/last-known-text.ts';
import type { LastKnownSubject } from '../src/last-known-text.ts';
import { parseCidr } from '../src/lookup/addresses.ts';
import { comparePeers } from '../src/membership/peer.ts';
import type { Peer } from '../src/membership/peer.ts';
import { SERVICE, peer, policy, snapshot, ss } from './membership/builders.ts';

const SAVED_AT = '2026-11-25T12:00:00.000Z';
const PEERS = [peer(ss(0), ['10.0.0.1', 'fd00::1']), peer(ss(1), ['10.0.0.2'])];

function subject(overrides: Partial<LastKnownSubject> = {}): LastKnownSubject {
  return { service: SERVICE, statefulSet: undefined, allowed: undefined, policy: policy(), ...overrides };
}

/** The file of `PEERS`, with other things in it. */
function text(overrides: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(renderLastKnown(snapshot(PEERS), policy(), SAVED_AT)), ...overrides });
}

describe('a last-known file', () => {
  test('is JSON that a person can read', () => {
    expect(JSON.parse(renderLastKnown(snapshot(PEERS), policy({ portName: 'db' }), SAVED_AT))).toEqual({
      version: 1,
      savedAt: SAVED_AT,
      service: SERVICE.host,
      portName: 'db',
      peers: [
        { name: ss(0), addresses: ['10.0.0.1', 'fd00::1'], port: 27_017 },
        { name: ss(1), addresses: ['10.0.0.2'], port: 27_017 },
      ],
    });
  });

  test('gives back the peers that were written, whoever they are', () => {
    const addresses = fc.uniqueArray(
      fc.oneof(
        fc.integer({ min: 1, max: 254 }).map((n) => `10.0.0.${n}`),
        fc.integer({ min: 1, max: 254 }).map((n) => `fd00::${n.toString(16)}`),
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const ports = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
    const peers = fc.tuple(addresses, ports).map(([all, port]): readonly Peer[] => {
      const names = [ss(0), ss(1), 'x', '10-0-0-9'];
      const of = (i: number): readonly string[] => all.filter((_, j) => j % names.length === i);
      return names.flatMap((name, i) => (of(i).length === 0 ? [] : [{ ...peer(name, of(i)), port }])).toSorted(comparePeers);
    });
    fc.assert(
      fc.property(peers, (written) => {
        const read = parseLastKnown(renderLastKnown(snapshot(written), policy(), SAVED_AT), subject());
        expect(read).toEqual({ kind: 'usable', peers: written, refused: 0 });
      }),
    );
  });

  test('leaves out a peer without an address: another name has it', () => {
    const written = renderLastKnown(snapshot([...PEERS, peer('x')]), policy(), SAVED_AT);
    expect(parseLastKnown(written, subject())).toEqual({ kind: 'usable', peers: PEERS, refused: 0 });
  });

  test.each<{ name: string; written?: Parameters<typeof policy>[0]; read?: Parameters<typeof policy>[0]; want: number | undefined }>([
    { name: 'is what SRV said', want: 27_017 },
    { name: 'is the option, whatever was written', read: { port: 9_042 }, want: 9_042 },
    { name: 'is not what an option said before', written: { port: 27_017 }, want: undefined },
    { name: 'is that of the same port name', written: { portName: 'db' }, read: { portName: 'db' }, want: 27_017 },
    { name: 'is not that of another port name', written: { portName: 'db' }, read: { portName: 'metrics' }, want: undefined },
  ])('the port of a peer $name', ({ written = {}, read = {}, want }) => {
    const file = renderLastKnown(snapshot(PEERS), policy(written), SAVED_AT);
    const known = parseLastKnown(file, subject({ policy: policy(read) }));
    expect(known).toMatchObject({ kind: 'usable', peers: [{ port: want }, { port: want }] });
  });

  test('only the names of the given StatefulSet have ordinals', () => {
    const known = parseLastKnown(text({}), subject({ statefulSet: 'other-ss' }));
    expect(known).toMatchObject({ peers: [{ name: ss(0), ordinal: undefined, host: `${ss(0)}.${SERVICE.host}` }, {}] });
  });

  test.each([
    { name: 'loopback', addresses: ['127.0.0.1', '10.0.0.1'], allowed: undefined, want: [['10.0.0.1']], refused: 1 },
    { name: 'an IPv4-mapped loopback address', addresses: ['::ffff:127.0.0.1'], allowed: undefined, want: [], refused: 1 },
    { name: 'what lies outside of allowedAddresses', addresses: ['10.0.0.1'], allowed: '198.18.0.0/15', want: [], refused: 1 },
    { name: 'nothing inside of allowedAddresses', addresses: ['127.0.0.1'], allowed: '127.0.0.0/8', want: [['127.0.0.1']], refused: 0 },
  ])('refuses $name, as in an answer of DNS', ({ addresses, allowed, want, refused }) => {
    const blocks = allowed === undefined ? undefined : [parseCidr(allowed)].filter((block) => block !== undefined);
    const known = parseLastKnown(text({ peers: [{ name: ss(0), addresses }] }), subject({ allowed: blocks }));
    expect(known).toMatchObject({ kind: 'usable', peers: want.map((left) => ({ addresses: left })), refused });
  });

  test.each([
    { name: 'nothing', file: '', reason: 'it is damaged (it is no object)' },
    { name: 'half of a file', file: text({}).slice(0, 100), reason: 'it is damaged (it is no object)' },
    { name: 'JSON that is no object', file: '[]', reason: 'its version is undefined, not 1' },
    { name: 'another version', file: text({ version: 2 }), reason: 'its version is 2, not 1' },
    { name: 'a version as text', file: text({ version: '1' }), reason: 'its version is "1", not 1' },
    {
      name: 'the file of another Service',
      file: text({ service: 'other-svc.default.svc.cluster.local' }),
      reason: `it is of "other-svc.default.svc.cluster.local", not of ${SERVICE.host}`,
    },
    { name: 'no list of peers', file: text({ peers: { 0: PEERS[0] } }), reason: 'it is damaged (peers is no list)' },
    { name: 'a peer that is none', file: text({ peers: [PEERS[0], null] }), reason: 'it is damaged (peers.1 is no peer)' },
    {
      name: 'a name that is no label',
      file: text({ peers: [{ name: 'a.b', addresses: [] }] }),
      reason: 'it is damaged (peers.0 is no peer)',
    },
    {
      name: 'a name in upper case',
      file: text({ peers: [{ name: 'DB-0', addresses: [] }] }),
      reason: 'it is damaged (peers.0 is no peer)',
    },
    {
      name: 'addresses that are no list',
      file: text({ peers: [{ name: 'a', addresses: 'b' }] }),
      reason: 'it is damaged (peers.0 is no peer)',
    },
    {
      name: 'an address that is none',
      file: text({ peers: [{ name: 'a', addresses: ['b'] }] }),
      reason: 'it is damaged (peers.0 is no peer)',
    },
    { name: 'a number as address', file: text({ peers: [{ name: 'a', addresses: [1] }] }), reason: 'it is damaged (peers.0 is no peer)' },
    { name: 'a bad port', file: text({ peers: [{ name: 'a', addresses: [], port: 0 }] }), reason: 'it is damaged (peers.0 is no peer)' },
    {
      name: 'a port as text',
      file: text({ peers: [{ name: 'a', addresses: [], port: '1' }] }),
      reason: 'it is damaged (peers.0 is no peer)',
    },
    { name: 'a peer twice', file: text({ peers: [PEERS[0], PEERS[0]] }), reason: 'it is damaged (a peer stands there twice)' },
    {
      name: 'an address twice',
      file: text({ peers: [PEERS[0], { name: 'x', addresses: ['10.0.0.1'] }] }),
      reason: 'it is damaged (an address stands there twice)',
    },
  ])('is unusable: $name', ({ file, reason }) => {
    expect(parseLastKnown(file, subject())).toEqual({ kind: 'unusable', reason });
  });

  test('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.anything().map((peers) => text({ peers })),
          fc.array(fc.anything()).map((peers) => text({ peers })),
        ),
        (file) => {
          expect(['usable', 'unusable']).toContain(parseLastKnown(file, subject()).kind);
        },
      ),
    );
  });
});
