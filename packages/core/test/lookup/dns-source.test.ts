import { describe, expect, test } from 'vitest';
import { openDnsSource } from '../../src/lookup/dns-source.ts';
import type { Lookup, Outcome, Question } from '../../src/lookup/outcome.ts';
import { NO_NAME, SERVICE, UNKNOWN, found, policy, ss, walk } from '../membership/builders.ts';

const ttl = (ttlSeconds: number, ...addresses: readonly string[]): Outcome => ({ ...found(...addresses), ttlSeconds });

/** One look at a Service whose questions are answered in this order; the last answer stands for all that follow. */
async function lookAt(
  answers: Readonly<Record<string, readonly Outcome[]>>,
): Promise<{ lookups: readonly Lookup[]; story: readonly string[] }> {
  const story: string[] = [];
  const asked = new Map<string, number>();
  const answer = (question: Question): Lookup => {
    const key = question.name === SERVICE.host ? question.type : `${question.type} ${question.name.split('.')[0]}`;
    story.push(key);
    const turn = asked.get(key) ?? 0;
    asked.set(key, turn + 1);
    const outcome = answers[key]?.[turn] ?? answers[key]?.at(-1) ?? NO_NAME;
    return { question, outcome, attempts: 1, durationMs: 1, server: '10.96.0.10', refused: 0 };
  };
  const source = openDnsSource({ family: 'ipv4', servers: undefined, allowed: undefined, lookupTimeoutMs: 2_000 }, () => ({
    ask: (questions) => Promise.resolve(questions.map(answer)),
    pause(ms) {
      story.push(ms >= 100 && ms <= 250 ? 'pause' : `pause of ${ms} ms`);
      return Promise.resolve();
    },
    close() {},
  }));
  const { membership } = walk();
  const request = { service: SERVICE, membership, policy: policy(), nowMs: 0, isSettling: true, isProbeOnly: false };
  const observation = await source.look(request, new AbortController().signal);
  return { lookups: observation.kind === 'evidence' ? observation.lookups : [], story };
}

const addressesOf = ({ outcome }: Lookup): readonly string[] => (outcome.kind === 'found' ? outcome.addresses : [outcome.kind]);

describe('a round', () => {
  test('answers served stale, with TTL 0, are asked for again after 100 to 250 ms: the second one counts', async () => {
    const { lookups, story } = await lookAt({ A: [ttl(0, '10.0.0.1'), ttl(30, '10.0.0.2')] });
    expect(story.slice(0, 3)).toEqual(['A', 'pause', 'A']);
    expect(addressesOf(lookups[0] as Lookup)).toEqual(['10.0.0.2']);
    expect(lookups[0]?.attempts).toBe(2);
  });

  test('an answer served stale counts where the second question failed', async () => {
    const { lookups } = await lookAt({ A: [ttl(0, '10.0.0.1'), UNKNOWN] });
    expect(addressesOf(lookups[0] as Lookup)).toEqual(['10.0.0.1']);
  });

  test('an own name’s answer served stale is asked for again, the others of the round are not', async () => {
    const { story } = await lookAt({
      A: [ttl(30, '10.0.0.1', '10.0.0.2')],
      SRV: [
        {
          kind: 'found',
          addresses: [],
          targets: [0, 1].map((n) => ({ host: `${ss(n)}.${SERVICE.host}`, port: 1 })),
          ttlSeconds: undefined,
        },
      ],
      [`A ${ss(0)}`]: [ttl(0, '10.0.0.9'), ttl(30, '10.0.0.1')],
      [`A ${ss(1)}`]: [ttl(30, '10.0.0.2')],
    });
    expect(story).toEqual(['A', 'SRV', `A ${ss(0)}`, `A ${ss(1)}`, 'pause', `A ${ss(0)}`]);
  });

  test('an answer served stale is asked for once more, not until its TTL is another', async () => {
    const { story } = await lookAt({ A: [ttl(0, '10.0.0.1')] });
    expect(story.filter((each) => each === 'A')).toHaveLength(2);
  });
});
