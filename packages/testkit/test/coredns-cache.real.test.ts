import { setTimeout as sleep } from 'node:timers/promises';

import { describe, test, type TestContext } from 'vitest';

import { askDns, type DnsQuestion, type DnsReply } from './support/ask-dns.ts';
import type { CorefileSetting } from './support/corefile.ts';
import { type HeadlessTwin, TwinWorlds } from './support/twin-worlds.ts';

const twin: HeadlessTwin = { service: 'color-svc', ports: [{ port: 27_017 }], set: 'color-ss', replicas: 0 };
const NAME = 'color-svc.default.svc.cluster.local';

interface Stage {
  /** Asks both servers and tells what both said, which must be the same. */
  readonly both: (question: Partial<DnsQuestion>) => Promise<string>;
  /** The one TTL of all records, as both say it. */
  readonly ttls: (question: Partial<DnsQuestion>) => Promise<{ readonly simulated: number; readonly real: number }>;
  readonly servers: TwinWorlds['servers'];
  readonly scale: (replicas: number) => Promise<void>;
}

async function setUp({ expect, onTestFinished }: TestContext, setting: CorefileSetting, ttlSeconds: number): Promise<Stage> {
  const worlds = await TwinWorlds.start(setting, ttlSeconds);
  onTestFinished(() => worlds.close());
  const set = worlds.headless(twin);
  await worlds.real.caughtUp();
  const ask = async (question: Partial<DnsQuestion>) => {
    const { simulated, real } = worlds.servers;
    const asked: DnsQuestion = { name: NAME, type: 'A', ...question };
    return { simulated: await askDns(simulated, asked), real: await askDns(real, asked) };
  };
  return {
    both: async (question) => {
      const { simulated, real } = await ask(question);
      expect(told(simulated)).toBe(told(real));
      return told(real);
    },
    ttls: async (question) => {
      const { simulated, real } = await ask(question);
      return { simulated: ttlOf(simulated), real: ttlOf(real) };
    },
    servers: worlds.servers,
    scale: (replicas) => worlds.scale(twin, set, replicas),
  };
}

/** `NXDOMAIN`, or `NOERROR` and the number of answers. */
function told({ rcode, answers, isTruncated }: DnsReply): string {
  return [rcode, ...(rcode === 'NOERROR' ? [answers.length] : []), ...(isTruncated ? ['cut'] : [])].join(' ');
}

function ttlOf({ answers, authorities, additionals }: DnsReply): number {
  const ttls = new Set([...answers, ...authorities, ...additionals].map((record) => ('ttl' in record ? record.ttl : -1)));
  const [ttl] = ttls;
  if (ttls.size !== 1 || ttl === undefined) throw new Error(`a reply with the TTLs ${[...ttls].join(', ')}`);
  return ttl;
}

const untilMs = (timeMs: number): Promise<void> => sleep(Math.max(0, timeMs - performance.now()));

/**
 * What is wrong with the TTLs of a question while a server keeps its answer for 5 s: nothing, if each is the number of seconds left, the one
 * begun included, at some moment between asking and being told.
 */
async function wrongTtls(server: string, question: DnsQuestion): Promise<string[]> {
  const wrong: string[] = [];
  const keptAfterMs = performance.now();
  const first = ttlOf(await askDns(server, question));
  const keptBeforeMs = performance.now();
  if (first !== 5) wrong.push(`${first} at first`);
  for (let halves = 1; halves <= 9; halves += 1) {
    await untilMs(keptBeforeMs + 500 * halves);
    const askedAtMs = performance.now();
    const ttl = ttlOf(await askDns(server, question));
    const [most, least] = [askedAtMs - keptBeforeMs, performance.now() - keptAfterMs].map((ageMs) => 5 - Math.floor(ageMs / 1_000));
    if (most === undefined || least === undefined || ttl > most || ttl < least) wrong.push(`${ttl}, not ${least} to ${most}`);
  }
  await untilMs(keptBeforeMs + 5_050);
  const last = ttlOf(await askDns(server, question));
  return last === 5 ? wrong : [...wrong, `${last} at last`];
}

describe.concurrent('the testkit caches as CoreDNS does', () => {
  test('a denial is kept by name and type, until its time is over', async (context) => {
    const { expect } = context;
    const { both, scale } = await setUp(context, 'classic', 5);
    expect(await both({ type: 'A' })).toBe('NXDOMAIN');
    const keptBeforeMs = performance.now();
    await scale(2);
    expect(await both({ type: 'A' })).toBe('NXDOMAIN');
    expect(await both({ type: 'A', transport: 'tcp' })).toBe('NXDOMAIN');
    expect(await both({ type: 'A', name: NAME.toUpperCase() })).toBe('NXDOMAIN');
    expect(await both({ type: 'AAAA' })).toBe('NOERROR 0');
    expect(await both({ type: 'TXT' })).toBe('NOERROR 0');
    expect(await both({ type: 'SRV' })).toBe('NOERROR 2');
    expect(await both({ type: 'A', name: `color-ss-0.${NAME}` })).toBe('NOERROR 1');
    await untilMs(keptBeforeMs + 4_000);
    expect(await both({ type: 'A' })).toBe('NXDOMAIN');
    await untilMs(keptBeforeMs + 5_050);
    expect(await both({ type: 'A' })).toBe('NOERROR 2');
  });

  test('an answer is kept by name and type, whatever changes, until its time is over', async (context) => {
    const { expect } = context;
    const { both, scale } = await setUp(context, 'classic', 5);
    await scale(30);
    expect(await both({ type: 'A' })).toBe('NOERROR 28 cut');
    const keptBeforeMs = performance.now();
    await scale(31);
    // The whole answer was kept, not what UDP could carry of it.
    expect(await both({ type: 'A', transport: 'tcp' })).toBe('NOERROR 30');
    expect(await both({ type: 'SRV', transport: 'tcp' })).toBe('NOERROR 31');
    await scale(0);
    expect(await both({ type: 'A', transport: 'tcp' })).toBe('NOERROR 30');
    expect(await both({ type: 'TXT' })).toBe('NXDOMAIN');
    await untilMs(keptBeforeMs + 5_050);
    expect(await both({ type: 'A', transport: 'tcp' })).toBe('NXDOMAIN');
  });

  test.for([
    { name: 'an answer', replicas: 2, type: 'A' },
    { name: 'an answer with glue', replicas: 2, type: 'SRV' },
    { name: 'a denial of the type', replicas: 2, type: 'AAAA' },
    { name: 'a denial of the name', replicas: 0, type: 'A' },
  ] as const)('the TTL counts down by whole seconds and begins anew: $name', async ({ replicas, type }, context) => {
    const { expect } = context;
    const { servers, scale } = await setUp(context, 'classic', 5);
    await scale(replicas);
    const ofBoth = [servers.simulated, servers.real].map((server) => wrongTtls(server, { name: NAME, type }));
    expect(await Promise.all(ofBoth)).toEqual([[], []]);
  });

  test.for([
    { name: '0 s becomes 5', ttlSeconds: 0, kept: 5 },
    { name: '2 s becomes 5', ttlSeconds: 2, kept: 5 },
    { name: '60 s becomes 30', ttlSeconds: 60, kept: 30 },
  ])('a TTL of $name', async ({ ttlSeconds, kept }, context) => {
    const { expect } = context;
    const { both, ttls, scale } = await setUp(context, 'classic', ttlSeconds);
    await scale(2);
    for (const type of ['A', 'AAAA', 'SRV'] as const) expect(await ttls({ type })).toEqual({ simulated: kept, real: kept });
    await scale(3);
    expect(await both({ type: 'SRV' })).toBe('NOERROR 2');
  });

  test('served stale: what has run out comes once more with TTL 0, then what is true', async (context) => {
    const { expect } = context;
    const { both, ttls, scale } = await setUp(context, 'stale', 5);
    expect(await both({ type: 'A' })).toBe('NXDOMAIN');
    await scale(2);
    expect(await both({ type: 'SRV' })).toBe('NOERROR 2');
    const keptBeforeMs = performance.now();
    await scale(3);
    await untilMs(keptBeforeMs + 5_050);
    expect(await ttls({ type: 'A' })).toEqual({ simulated: 0, real: 0 });
    expect(await ttls({ type: 'SRV' })).toEqual({ simulated: 0, real: 0 });
    // CoreDNS fetches it without being waited for.
    await sleep(500);
    expect(await both({ type: 'A' })).toBe('NOERROR 3');
    expect(await both({ type: 'SRV' })).toBe('NOERROR 3');
  });
});
