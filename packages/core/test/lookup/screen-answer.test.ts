import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../src/lookup/addresses.ts';
import { screenAnswer } from '../../src/lookup/screen-answer.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { NO_NAME, SERVICE, UNKNOWN, found, lookup, srv } from '../membership/builders.ts';

const EFOREIGN: Outcome = { kind: 'unknown', code: 'EFOREIGN' };

describe('screenAnswer', () => {
  test.each<{ name: string; outcome: Outcome; want: Outcome; refused: number; allowed?: readonly string[] }>([
    { name: 'refuses loopback and keeps the rest', outcome: found('127.0.0.1', '10.0.0.1'), want: found('10.0.0.1'), refused: 1 },
    {
      name: 'refuses 0.0.0.0, link-local and multicast',
      outcome: found('0.0.0.0', '169.254.1.1', '224.0.0.1', '10.0.0.1'),
      want: found('10.0.0.1'),
      refused: 3,
    },
    { name: 'refuses the IPv6 ones', outcome: found('::1', 'fe80::1', 'ff02::1', 'fd00::1'), want: found('fd00::1'), refused: 3 },
    { name: 'makes an answer unknown of which nothing is left', outcome: found('127.0.0.1', '0.0.0.0'), want: EFOREIGN, refused: 2 },
    {
      name: 'refuses what is outside the allowed blocks',
      outcome: found('10.0.0.1', '10.1.0.1'),
      allowed: ['10.0.0.0/16'],
      want: found('10.0.0.1'),
      refused: 1,
    },
    {
      name: 'makes an answer unknown that is all outside',
      outcome: found('10.1.0.1'),
      allowed: ['10.0.0.0/16'],
      want: EFOREIGN,
      refused: 1,
    },
    {
      name: 'refuses SRV targets outside the Service',
      outcome: withTarget(srv('a'), 'a.other-svc.default.svc.cluster.local'),
      want: srv('a'),
      refused: 1,
    },
    { name: 'refuses SRV targets two labels below it', outcome: withTarget(srv('a'), `b.a.${SERVICE.host}`), want: srv('a'), refused: 1 },
    {
      name: 'refuses SRV targets that only end like it',
      outcome: withTarget(srv('a'), `evil-${SERVICE.host}`),
      want: srv('a'),
      refused: 1,
    },
    { name: 'refuses the root as SRV target (RFC 2782: no such service)', outcome: withTarget(srv(), '.'), want: EFOREIGN, refused: 1 },
    { name: 'makes an SRV answer unknown that is all outside', outcome: withTarget(srv(), 'a.example.com'), want: EFOREIGN, refused: 1 },
  ])('$name', ({ outcome, allowed, want, refused }) => {
    const cidrs = allowed?.flatMap((text) => parseCidr(text) ?? []);
    const screened = screenAnswer(lookup('A', outcome), SERVICE, cidrs);
    expect(screened).toEqual({ ...lookup('A', want), refused });
  });

  test.each<{ name: string; outcome: Outcome; allowed?: readonly string[] }>([
    { name: 'an answer of which all is well', outcome: found('10.0.0.1', 'fd00::1') },
    { name: 'loopback that is allowed', outcome: found('127.0.0.1'), allowed: ['127.0.0.0/8'] },
    { name: 'SRV targets under the Service', outcome: srv('a', 'b') },
    { name: 'the Service itself as SRV target: a cluster IP', outcome: srv('') },
    { name: 'an absent name', outcome: NO_NAME },
    { name: 'an unknown outcome', outcome: UNKNOWN },
  ])('gives back the same lookup for $name', ({ outcome, allowed }) => {
    const asked = lookup('A', outcome);
    expect(
      screenAnswer(
        asked,
        SERVICE,
        allowed?.flatMap((text) => parseCidr(text) ?? []),
      ),
    ).toBe(asked);
  });

  test('keeps how it was asked, and the TTL', () => {
    const asked = lookup('A', { ...found('127.0.0.1', '10.0.0.1'), ttlSeconds: 30 }, { attempts: 3, durationMs: 70, server: '10.0.0.53' });
    expect(screenAnswer(asked, SERVICE, undefined)).toMatchObject({
      attempts: 3,
      durationMs: 70,
      server: '10.0.0.53',
      outcome: { ttlSeconds: 30 },
    });
  });
});

function withTarget(outcome: Outcome & { kind: 'found' }, host: string): Outcome {
  return { ...outcome, targets: [...outcome.targets, { host, port: 27_017 }] };
}
