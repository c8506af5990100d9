import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { askDns, type DnsQuestion, type DnsReply, type Transport } from './support/ask-dns.ts';
import { conformanceRows, type ConformanceRow } from './support/conformance-rows.ts';
import { sized, startConformanceWorld, type ConformanceWorld } from './support/conformance-world.ts';
import type { CorefileSetting } from './support/corefile.ts';
import { describeReply, type ReplyDescription, withoutTtls } from './support/describe-reply.ts';
import { reverseName } from './support/reverse-name.ts';

const transports: readonly Transport[] = ['udp', 'tcp'];
/** What kubeadm's cache touches, because it exempts the cluster's zone alone, and there it still caps the TTL. */
const cachedByKubeadm = ['addresses', 'the version'];
const allRows = Object.entries(conformanceRows);
let world: ConformanceWorld;

describe.each([
  { setting: 'uncached', groups: allRows },
  { setting: 'kubeadm', groups: allRows.filter(([subject]) => !cachedByKubeadm.includes(subject)) },
  { setting: 'classic', groups: allRows },
] as const)('the testkit answers as CoreDNS does, $setting', ({ setting, groups }) => {
  useWorld(setting);

  describe.each([...groups])('%s', (_, rows) => {
    test.each(rows)('$name', async (row) => {
      for (const question of questionsOf(row)) {
        const { simulated, real } = await askBoth(question);
        expect.soft(kindOf(real), `CoreDNS, ${question.type} by ${question.transport}`).toBe(row.expected);
        const isAgeing = setting === 'classic';
        const [one, other] = [simulated, real].map((reply) => comparable(reply, isAgeing));
        expect.soft(one, `testkit, ${question.type} by ${question.transport}`).toEqual(other);
      }
    });
  });

  const name = inDefault(sized('4', 7));

  test('SRV records come in the order of the members', async () => {
    const { simulated, real } = await askBoth({ name, type: 'SRV', transport: 'tcp' });
    expect(simulated.answers).toEqual(real.answers);
  });

  test('addresses come in another order each time', async () => {
    const { simulated, real } = world.twins.servers;
    expect(await ordersOf(real, name)).toBeGreaterThan(1);
    expect(await ordersOf(simulated, name)).toBeGreaterThan(1);
  });
});

/** The first TTL, and whether it is lower a second later. Without a cache it is what it is; a cache counts it down, and caps it. */
const unchanged = { zone: '30 stays', version: '28800 stays', reverse: '30 stays' };
const cached = { zone: '30 ages', version: '30 ages', reverse: '30 ages' };

describe.each([
  { setting: 'uncached', expected: unchanged, simulated: unchanged },
  { setting: 'kubeadm', expected: { zone: '30 stays', version: '30 stays', reverse: '30 ages' }, simulated: unchanged },
  { setting: 'classic', expected: cached, simulated: cached },
] as const)('as time passes, $setting', ({ setting, expected, simulated }) => {
  useWorld(setting);

  test('the TTL is what the cache makes of it', async () => {
    const questions: readonly (DnsQuestion & { readonly of: keyof typeof expected })[] = [
      { of: 'zone', name: inDefault('color-svc'), type: 'A' },
      { of: 'zone', name: inDefault('color-svc'), type: 'AAAA' },
      { of: 'zone', name: inDefault('color-svc'), type: 'SRV' },
      { of: 'zone', name: inDefault('color-ss-0.color-svc'), type: 'A' },
      { of: 'zone', name: inDefault('absent-svc'), type: 'A' },
      { of: 'version', name: 'dns-version.cluster.local', type: 'TXT' },
      { of: 'reverse', name: reverseName(world.color.pod(2).addresses[0] ?? '').slice(0, -1), type: 'PTR' },
    ];
    const early = await Promise.all(questions.map(askBoth));
    await sleep(1_100);
    const late = await Promise.all(questions.map(askBoth));

    const classes = (side: keyof Replies): string[] => early.map((replies, at) => ttlClass(replies[side], late[at]?.[side]));
    expect(classes('simulated')).toEqual(questions.map(({ of }) => simulated[of]));
    expect(classes('real')).toEqual(questions.map(({ of }) => expected[of]));
  });
});

function useWorld(setting: CorefileSetting): void {
  beforeAll(async () => {
    world = await startConformanceWorld(setting);
  });
  afterAll(async () => {
    await world.twins.close();
  });
}

function questionsOf({ ask, types }: ConformanceRow): DnsQuestion[] {
  const asked = typeof ask === 'string' ? ask : ask(world);
  const name = asked.endsWith('.') ? asked.slice(0, -1) : inDefault(asked);
  return types.flatMap((type) => transports.map((transport) => ({ name, type, transport })));
}

function inDefault(name: string): string {
  return `${name}.default.svc.cluster.local`;
}

interface Replies {
  readonly simulated: DnsReply;
  readonly real: DnsReply;
}

async function askBoth(question: DnsQuestion): Promise<Replies> {
  const { simulated, real } = world.twins.servers;
  return { simulated: await askDns(simulated, question), real: await askDns(real, question) };
}

async function ordersOf(server: string, name: string): Promise<number> {
  const orders = new Set<string>();
  for (let i = 0; i < 20; i += 1) orders.add(JSON.stringify((await askDns(server, { name, type: 'A' })).answers));
  return orders.size;
}

function kindOf({ rcode, answers }: DnsReply): string {
  if (rcode !== 'NOERROR') return rcode;
  return answers.length > 0 ? 'records' : 'NODATA';
}

/**
 * Which records a truncated reply keeps is left to chance, as their order is: only their number is comparable. And where TTLs count down, a
 * second may end between the two servers.
 */
function comparable(reply: DnsReply, isAgeing: boolean): ReplyDescription | object {
  const description = isAgeing ? withoutTtls(describeReply(reply)) : describeReply(reply);
  if (!reply.isTruncated) return description;
  return { ...description, answers: reply.answers.length, additionals: reply.additionals.length };
}

function ttlClass(early: DnsReply, late: DnsReply | undefined): string {
  const first = ttlOf(early);
  return `${first} ${late !== undefined && ttlOf(late) < first ? 'ages' : 'stays'}`;
}

/** The one TTL of all records of a reply. */
function ttlOf({ answers, authorities, additionals }: DnsReply): number {
  const ttls = new Set([...answers, ...authorities, ...additionals].map((record) => ('ttl' in record ? record.ttl : undefined)));
  const [ttl] = ttls;
  if (ttls.size !== 1 || ttl === undefined) throw new Error(`a reply with the TTLs ${[...ttls].join(', ')}`);
  return ttl;
}
