import { describe, expect, test } from 'vitest';
import { dnsSource, staticSource, watchPeers } from '../src/index.ts';
import type { StaticPeer } from '../src/index.ts';
import { thrownIssues } from './thrown-issues.ts';

const service = 'color-svc.default.svc.cluster.local';

describe('staticSource', () => {
  test('gives a fixed list of peers, in order, with names, ordinals and hosts', async () => {
    const peers = [
      { name: 'COLOR-ss-10', addresses: ['10.0.0.3'] },
      { name: 'color-ss-2', addresses: ['2001:DB8::1', '10.0.0.2'], port: 9042 },
    ];
    const watcher = watchPeers({ service, source: staticSource(peers), port: 27017 });
    peers.pop();
    expect((await watcher.ready({ peers: 2 })).peers).toEqual([
      { name: 'color-ss-2', ordinal: 2, host: `color-ss-2.${service}`, addresses: ['10.0.0.2', '2001:db8::1'], port: 9042 },
      { name: 'color-ss-10', ordinal: 10, host: `color-ss-10.${service}`, addresses: ['10.0.0.3'], port: 27017 },
    ]);
    const { snapshot } = watcher;
    expect(await watcher.refresh()).toBe(snapshot);
    await watcher.close();
  });

  test.each<{ name: string; peers: readonly StaticPeer[]; path: string }>([
    { name: 'a name that is no label', peers: [{ name: 'a.b', addresses: ['10.0.0.1'] }], path: '0.name' },
    {
      name: 'a name twice',
      peers: [
        { name: 'a', addresses: ['10.0.0.1'] },
        { name: 'A', addresses: ['10.0.0.2'] },
      ],
      path: '1.name',
    },
    { name: 'no address', peers: [{ name: 'a', addresses: [] }], path: '0.addresses' },
    { name: 'an address that is none', peers: [{ name: 'a', addresses: ['10.0.0.1', '10.0.0'] }], path: '0.addresses.1' },
    { name: 'port 0', peers: [{ name: 'a', addresses: ['10.0.0.1'], port: 0 }], path: '0.port' },
  ])('refuses $name', ({ peers, path }) => {
    expect(thrownIssues(() => staticSource(peers))).toMatchObject([{ path }]);
  });

  test('takes an empty list: nobody is there, and that is final', async () => {
    const watcher = watchPeers({ service, source: staticSource([]), persistent: false });
    await watcher.refresh();
    expect(watcher.snapshot.peers).toEqual([]);
    expect(watcher.status).toMatchObject({ failuresInARow: 0, problems: [] });
    await watcher.close();
  });
});

describe('dnsSource', () => {
  test.each([
    { name: 'an unknown option', options: { server: ['127.0.0.1'] }, path: 'server', rule: 'did you mean servers?' },
    { name: 'a server without address', options: { servers: ['dns.example'] }, path: 'servers.0', rule: 'must be ip, ip:port' },
    { name: 'a time out of bounds', options: { lookupTimeoutMs: 1 }, path: 'lookupTimeoutMs', rule: 'from 100 to 10000' },
    { name: 'no object', options: 3, path: 'options', rule: 'must be an object' },
  ])('refuses $name', ({ options, path, rule }) => {
    expect(thrownIssues(() => Reflect.apply(dnsSource, undefined, [options]))).toMatchObject([
      { path, rule: expect.stringContaining(rule) },
    ]);
  });
});
