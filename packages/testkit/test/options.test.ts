import { describe, expect, test } from 'vitest';
import { createWorld, type FaultOptions, type Service } from '../src/index.ts';

const world = () => createWorld();
const service = (): Service => world().headlessService('db');

/** What a JavaScript caller, or one with a typing mistake, could pass. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- lying to the compiler is the point of these tests
const wrong = (value: unknown): never => value as never;

describe('bad input', () => {
  test.each([
    { name: 'an unknown option of a world', act: () => createWorld(wrong({ ttl: 5 })), message: /no option ttl/ },
    {
      name: 'a TTL that is too long',
      act: () => createWorld({ ttlSeconds: 3_601 }),
      message: /ttlSeconds must be an integer, 0 to 3600, not 3601/,
    },
    { name: 'a namespace that is no label', act: () => createWorld({ namespace: 'My Space' }), message: /namespace must be a DNS label/ },
    { name: 'a cluster domain with an empty label', act: () => createWorld({ clusterDomain: 'cluster..local' }), message: /clusterDomain/ },
    {
      name: 'an unknown address range',
      act: () => createWorld({ addresses: wrong('private') }),
      message: /addresses must be one of benchmarking, loopback, not 'private'/,
    },
    { name: 'a seed that is no integer', act: () => createWorld({ seed: 0.5 }), message: /seed/ },
    {
      name: 'a log of negative length',
      act: () => createWorld({ queryLogLimit: -1 }),
      message: /queryLogLimit must be an integer, 0 or more, not -1/,
    },
    { name: 'no replica', act: () => createWorld({ replicas: 0 }), message: /replicas must be an integer, 1 to 100, not 0/ },
    { name: 'an empty list of replicas', act: () => createWorld({ replicas: [] }), message: /the number of replicas must be .* not 0/ },
    {
      name: 'replicas that are neither',
      act: () => createWorld({ replicas: wrong('two') }),
      message: /replicas must be a number, or a list/,
    },
    {
      name: 'an unknown option of a replica',
      act: () => createWorld({ replicas: [{}, wrong({ lagMs: 5 })] }),
      message: /replica 1 has no option lagMs/,
    },
    { name: 'a replica that is nothing', act: () => createWorld({ replicas: [wrong(undefined)] }), message: /replica 0 must be/ },
    {
      name: 'an unknown balance',
      act: () => createWorld({ balance: wrong('least') }),
      message: /balance must be one of random, round-robin/,
    },
    {
      name: 'a negative lag',
      act: () => createWorld({ watchLagMs: -1 }),
      message: /watchLagMs of all replicas must be a number of milliseconds, 0 or more, not -1/,
    },
    { name: 'a lag that never ends', act: () => createWorld({ replicas: [{ watchLagMs: Infinity }] }), message: /watchLagMs of replica 0/ },
    {
      name: 'a lag with its bounds the wrong way round',
      act: () => createWorld({ watchLagMs: [2, 1] }),
      message: /the least and the most/,
    },
    { name: 'a lag with one bound', act: () => createWorld({ watchLagMs: wrong([2]) }), message: /watchLagMs/ },
    { name: 'a lag with three bounds', act: () => createWorld({ watchLagMs: wrong([1, 2, 3]) }), message: /the least and the most/ },
    { name: 'a lag that is no number', act: () => createWorld({ watchLagMs: wrong('1s') }), message: /watchLagMs/ },
    {
      name: 'half a second of cache',
      act: () => createWorld({ positiveCacheSeconds: 0.5 }),
      message: /positiveCacheSeconds of all replicas/,
    },
    { name: 'too long a cache', act: () => createWorld({ negativeCacheSeconds: 3_601 }), message: /negativeCacheSeconds .* 0 to 3600/ },
    { name: 'a negative time to serve stale', act: () => createWorld({ serveStaleSeconds: -1 }), message: /serveStaleSeconds/ },
    {
      name: 'a question to a replica that is not there',
      act: () => world().answer({ name: 'x', type: 'A', replica: 1 }),
      message: /replica of a question must be an integer, 0 to 0, not 1/,
    },
    {
      name: 'an unknown option of a replica’s restart',
      act: () => world().replicas[0]?.restart(wrong({ downtimeMs: 1 })),
      message: /restart of replica 0 has no option downtimeMs, it has lameduckMs, downMs, syncMs/,
    },
    {
      name: 'a negative time of a replica’s restart',
      act: () => world().replicas[0]?.restart({ syncMs: -1 }),
      message: /syncMs of replica 0/,
    },
    {
      name: 'a Service name that is no label',
      act: () => world().headlessService('Color_svc'),
      message: /the name of a Service must be a DNS label.*'Color_svc'/,
    },
    {
      name: 'a namespace of a Service that is no label',
      act: () => world().headlessService('db', { namespace: '' }),
      message: /the namespace of Service db/,
    },
    {
      name: 'an unknown option of a Service',
      act: () => world().headlessService('db', wrong({ publishNotReady: true })),
      message: /no option publishNotReady/,
    },
    {
      name: 'a port out of range',
      act: () => world().headlessService('db', { ports: [{ port: 70_000 }] }),
      message: /port of db must be an integer, 1 to 65535, not 70000/,
    },
    {
      name: 'a target port out of range',
      act: () => world().headlessService('db', { ports: [{ port: 1, targetPort: 0 }] }),
      message: /targetPort of db/,
    },
    {
      name: 'an unknown protocol',
      act: () => world().headlessService('db', { ports: [{ port: 1, protocol: wrong('tcp') }] }),
      message: /protocol of db/,
    },
    {
      name: 'two ports without names',
      act: () => world().headlessService('db', { ports: [{ port: 1 }, { port: 2 }] }),
      message: /every port needs a name/,
    },
    {
      name: 'two ports of one name',
      act: () =>
        world().headlessService('db', {
          ports: [
            { name: 'x', port: 1 },
            { name: 'x', port: 2 },
          ],
        }),
      message: /two ports are called x/,
    },
    { name: 'a ClusterIP Service without ports', act: () => world().clusterIpService('web', { ports: [] }), message: /needs a port/ },
    { name: 'a ClusterIP Service without a family', act: () => world().clusterIpService('web', { families: [] }), message: /family/ },
    {
      name: 'families for a headless Service',
      act: () => world().headlessService('db', wrong({ families: ['ipv4'] })),
      message: /no option families/,
    },
    {
      name: 'something selected that is no workload',
      act: () => world().headlessService('db', { selects: wrong({ name: 'x' }) }),
      message: /selects of db/,
    },
    { name: 'a set name that is no label', act: () => service().statefulSet('-db'), message: /the name of a StatefulSet/ },
    {
      name: 'a set whose pods have names that are too long',
      act: () => service().statefulSet('d'.repeat(61), { replicas: 11 }),
      message: /the name of a pod/,
    },
    {
      name: 'replicas below 0',
      act: () => service().statefulSet('db', { replicas: -1 }),
      message: /replicas of db must be an integer, 0 or more, not -1/,
    },
    { name: 'half a replica', act: () => service().statefulSet('db').scale(1.5), message: /replicas of db/ },
    { name: 'a first ordinal below 0', act: () => service().statefulSet('db', { firstOrdinal: -1 }), message: /firstOrdinal/ },
    {
      name: 'an unknown policy',
      act: () => service().statefulSet('db', { podManagementPolicy: wrong('Ordered') }),
      message: /podManagementPolicy/,
    },
    { name: 'an unknown option of a set', act: () => service().statefulSet('db', wrong({ replica: 3 })), message: /no option replica,/ },
    {
      name: 'a negative readiness time',
      act: () => service().statefulSet('db', { readyAfterMs: -1 }),
      message: /readyAfterMs of db must be a number of milliseconds/,
    },
    { name: 'an endless termination', act: () => service().statefulSet('db', { terminationMs: Infinity }), message: /terminationMs/ },
    { name: 'no family', act: () => service().statefulSet('db', { families: [] }), message: /families of db/ },
    { name: 'one family twice', act: () => service().statefulSet('db', { families: ['ipv4', 'ipv4'] }), message: /families of db/ },
    { name: 'an unknown family', act: () => service().statefulSet('db', { families: [wrong('ipv5')] }), message: /a family of db/ },
    {
      name: 'IPv6 on loopback',
      act: () =>
        createWorld({ addresses: 'loopback' })
          .headlessService('db')
          .statefulSet('db', { families: ['ipv6'] }),
      message: /loopback/,
    },
    { name: 'a Deployment name that is no label', act: () => service().deployment('App'), message: /the name of a Deployment/ },
    {
      name: 'a set option for a Deployment',
      act: () => service().deployment('app', wrong({ firstOrdinal: 1 })),
      message: /no option firstOrdinal/,
    },
    { name: 'Deployment replicas below 0', act: () => service().deployment('app').scale(-1), message: /replicas of app/ },
    {
      name: 'an unknown option of a restart',
      act: () =>
        service()
          .statefulSet('db')
          .pod(0)
          .restart(wrong({ down: 1 })),
      message: /no option down,/,
    },
    { name: 'a negative downtime', act: () => service().statefulSet('db').pod(0).restart({ downMs: -1 }), message: /downMs of db-0/ },
  ])('is refused at once: $name', ({ act, message }) => {
    expect(act).toThrow(
      expect.objectContaining({ name: 'TestkitError', code: 'INVALID_OPTIONS', message: expect.stringMatching(message) }),
    );
  });

  test.each<{ name: string; fault: FaultOptions; message: RegExp }>([
    { name: 'an unknown kind', fault: wrong({ kind: 'nxdomian' }), message: /kind of a fault must be one of nxdomain,.* not 'nxdomian'/ },
    { name: 'an option of another kind', fault: wrong({ kind: 'nxdomain', keep: 1 }), message: /no option keep/ },
    { name: 'names that are neither name nor pattern', fault: wrong({ kind: 'nxdomain', names: ['x'] }), message: /names/ },
    { name: 'a type in small letters', fault: { kind: 'nxdomain', types: ['a'] }, message: /types.*'a'/ },
    { name: 'an unknown transport', fault: { kind: 'nxdomain', transports: [wrong('quic')] }, message: /transport/ },
    {
      name: 'a probability above 1',
      fault: { kind: 'nxdomain', probability: 6 },
      message: /probability of a fault must be a number from 0 to 1, not 6/,
    },
    { name: 'a seed that is no integer', fault: { kind: 'nxdomain', seed: 0.1 }, message: /seed/ },
    { name: 'a count of 0', fault: { kind: 'nxdomain', count: 0 }, message: /count/ },
    { name: 'a negative start', fault: { kind: 'nxdomain', afterMs: -1 }, message: /afterMs/ },
    { name: 'a length that is not a number', fault: { kind: 'nxdomain', forMs: Number.NaN }, message: /forMs/ },
    { name: 'a delay without a time', fault: wrong({ kind: 'delay' }), message: /delayMs/ },
    { name: 'a replica that is not there', fault: { kind: 'nxdomain', replicas: [1] }, message: /a replica of a fault .* 0 to 0, not 1/ },
    { name: 'a place that is neither', fault: { kind: 'nxdomain', behindCache: wrong('yes') }, message: /behindCache .* true or false/ },
    {
      name: 'a fault of the way back behind the cache',
      fault: { kind: 'silence', behindCache: true },
      message: /a silence fault acts on the way to the asker, it cannot be behindCache/,
    },
    { name: 'an unknown TCP behaviour', fault: wrong({ kind: 'truncate', tcp: 'slow' }), message: /tcp/ },
    { name: 'a negative number of records to keep', fault: { kind: 'truncate', keep: -1 }, message: /keep/ },
    { name: 'half a record to keep', fault: { kind: 'partial', keep: 0.5 }, message: /keep/ },
    { name: 'records both to keep and to leave out', fault: { kind: 'partial', keep: 1, without: ['db-0'] }, message: /not both/ },
    { name: 'a foreign address that is none', fault: { kind: 'foreign-address', addresses: ['example.com'] }, message: /'example.com'/ },
    { name: 'an unknown mode', fault: wrong({ kind: 'foreign-address', mode: 'mix' }), message: /mode/ },
  ])('of a fault is refused at once: $name', ({ fault, message }) => {
    expect(() => world().fault(fault)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) }),
    );
  });

  test('names the same thing twice in vain', () => {
    const twice = createWorld();
    const first = twice.headlessService('db');
    first.statefulSet('db');
    first.deployment('db');
    const duplicate = expect.objectContaining({ code: 'DUPLICATE_NAME', message: expect.stringContaining('namespace default') });
    expect(() => twice.headlessService('db')).toThrow(duplicate);
    expect(() => twice.clusterIpService('db')).toThrow(duplicate);
    expect(() => first.statefulSet('db')).toThrow(duplicate);
    expect(() => first.deployment('db')).toThrow(duplicate);
    expect(twice.headlessService('db', { namespace: 'other' }).statefulSet('db').namespace).toBe('other');
  });

  test('leaves no trace: the name of a set that was refused is free', () => {
    const free = service();
    expect(() => free.statefulSet('db', { replicas: -1 })).toThrow('replicas');
    expect(free.statefulSet('db').pods).toHaveLength(1);
  });

  test('does not select across namespaces', () => {
    const both = createWorld();
    const set = both.headlessService('db').statefulSet('db');
    expect(() => both.headlessService('db', { namespace: 'other', selects: set })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: 'Service db in other cannot select db in default' }),
    );
  });
});
