import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { askDns, type DnsQuestion } from './support/ask-dns.ts';
import type { Member } from './support/cluster-objects.ts';
import { watch } from './support/owned-process.ts';
import { pollUntil } from './support/poll-until.ts';
import { startRealCluster, type RealCluster } from './support/real-cluster.ts';

const serviceName = 'color-svc.default.svc.cluster.local';
const pods = (count: number): Member[] =>
  Array.from({ length: count }, (_, ordinal) => ({ hostname: `color-ss-${ordinal}`, addresses: [`10.1.0.${ordinal}`] }));

let cluster: RealCluster;

async function addresses(question: Partial<DnsQuestion> = {}): Promise<string[] | string> {
  const { rcode, answers } = await askDns(cluster.server, { name: serviceName, type: 'A', ...question });
  return rcode === 'NOERROR'
    ? answers.map((answer) => ('data' in answer && typeof answer.data === 'string' ? answer.data : answer.type)).toSorted()
    : rcode;
}

describe('a CoreDNS that does not cache the zone', () => {
  beforeAll(async () => {
    cluster = await startRealCluster();
  });
  afterAll(async () => {
    await cluster.close();
  });
  beforeEach(async () => {
    cluster.objects.headless('color-svc', { members: pods(2) });
    await cluster.caughtUp();
  });

  test('answers by UDP and TCP with the members of a headless Service', async () => {
    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1']);
    expect(await addresses({ transport: 'tcp' })).toEqual(['10.1.0.0', '10.1.0.1']);
    expect(await addresses({ name: `color-ss-1.${serviceName}` })).toEqual(['10.1.0.1']);
  });

  test('follows members that come, go, and become unready', async () => {
    cluster.objects.headless('color-svc', {
      members: pods(4)
        .map((pod, ordinal) => ({ ...pod, isReady: ordinal !== 2 }))
        .slice(1),
    });
    await cluster.caughtUp();

    expect(await addresses()).toEqual(['10.1.0.1', '10.1.0.3']);
    expect(await addresses({ name: `color-ss-2.${serviceName}` })).toBe('NXDOMAIN');
  });

  test('shows unready members of a Service that publishes them', async () => {
    const members = pods(2).map((pod) => ({ ...pod, isReady: false }));
    cluster.objects.headless('color-svc', { publishNotReady: true, members });
    await cluster.caughtUp();

    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1']);
  });

  test('forgets a Service, and a namespace with all in it', async () => {
    cluster.objects.namespace('other');
    cluster.objects.headless('color-svc', { namespace: 'other', members: pods(1) });
    cluster.objects.remove('color-svc');
    await cluster.caughtUp();
    expect(await addresses()).toBe('NXDOMAIN');
    expect(await addresses({ name: 'color-svc.other.svc.cluster.local' })).toEqual(['10.1.0.0']);

    cluster.objects.removeNamespace('other');
    await cluster.caughtUp();
    expect(await addresses({ name: 'other.svc.cluster.local' })).toBe('NXDOMAIN');
  });

  test('refuses what lies outside its zones', async () => {
    expect(await addresses({ name: 'example.com' })).toBe('REFUSED');
  });

  test('lists the questions it was asked', async () => {
    const before = await cluster.dns.queryLog();
    await addresses();
    await addresses({ name: 'Absent.default.svc.cluster.local', type: 'SRV', transport: 'tcp' });
    await addresses({ name: 'example.com', type: 65 });

    const log = await cluster.dns.queryLog();
    expect(log.length - before.length).toBe(3);
    expect(log).toEqual(
      expect.arrayContaining([
        { name: serviceName, type: 'A', transport: 'udp', rcode: 'NOERROR' },
        { name: 'absent.default.svc.cluster.local', type: 'SRV', transport: 'tcp', rcode: 'NXDOMAIN' },
        { name: 'example.com', type: 'HTTPS', transport: 'udp', rcode: 'REFUSED' },
      ]),
    );
  });

  test('refuses while it is killed, and answers on the same port after a restart', async () => {
    const { server, pid } = cluster.dns;
    await cluster.dns.kill('SIGKILL');
    await expect(addresses()).rejects.toThrow('ECONNREFUSED');
    expect(cluster.dns.pid).toBeUndefined();

    await cluster.dns.restart();
    expect(cluster.dns.server).toBe(server);
    expect(cluster.dns.pid).not.toBe(pid);
    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1']);
  });

  test('is silent while it is frozen', async () => {
    onTestFinished(() => cluster.dns.kill('SIGCONT'));
    await cluster.dns.kill('SIGSTOP');
    await expect(addresses()).rejects.toThrow('no reply');

    await cluster.dns.kill('SIGCONT');
    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1']);
  });

  test('answers from memory while the API server is away, and then catches up', async () => {
    await cluster.api.stop();
    cluster.objects.headless('color-svc', { members: pods(3) });
    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1']);

    await cluster.api.start();
    await cluster.caughtUp();
    expect(await addresses()).toEqual(['10.1.0.0', '10.1.0.1', '10.1.0.2']);
  });
});

describe('a CoreDNS that caches the zone', () => {
  beforeAll(async () => {
    cluster = await startRealCluster({ setting: 'classic', ttlSeconds: 5 });
  });
  afterAll(async () => {
    await cluster.close();
  });

  test('goes on denying what it has denied, although it has caught up', async () => {
    expect(await addresses()).toBe('NXDOMAIN');
    cluster.objects.headless('color-svc', { members: pods(1) });
    await cluster.caughtUp();
    expect(await addresses()).toBe('NXDOMAIN');

    await pollUntil('the denial to expire', 10_000, async () => (await addresses()) !== 'NXDOMAIN' || undefined);
    expect(await addresses()).toEqual(['10.1.0.0']);
  });
});

test('a program ends when the pipe of its watchdog breaks', async () => {
  const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const watchdog = watch(Number(program.pid));
  watchdog.stdin?.destroy();

  expect(await once(program, 'exit')).toEqual([null, 'SIGKILL']);
});
