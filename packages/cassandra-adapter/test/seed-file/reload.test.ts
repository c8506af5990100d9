import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';
import { describe, expect, test, vi } from 'vitest';
import type { ReloadReport, SeedFileOptions, SeedFileWriter, SeedInput } from '../../src/index.ts';
import { planSeeds, writeSeedFile } from '../../src/index.ts';
import { input, node, nodes, peer } from '../cass-nodes.ts';
import type { SeedFolder } from './seed-folder.ts';
import { seedFolder } from './seed-folder.ts';

/** A restarting node of three, which sees the others at these addresses. */
const seen = (...addresses: readonly string[]): SeedInput =>
  input({ isBootstrapped: true, present: addresses.map((address, index) => peer(node(index + 1), [address])) });
const first = seen('10.0.0.1', '10.0.0.2');

/** A writer of a node whose reloads are counted, and which has the seeds that `has` says. */
interface Stage extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly reloadsAtMs: number[];
  readonly reports: ReloadReport[];
  has: string;
  readonly file: SeedFileWriter;
  write(given: SeedInput): Promise<string>;
}

async function stage(options: Partial<SeedFileOptions> = {}, isChecked = true): Promise<Stage> {
  const folder: SeedFolder = await seedFolder();
  const clock = virtualClock();
  const made: Omit<Stage, 'file' | 'write' | typeof Symbol.asyncDispose> = { clock, reloadsAtMs: [], reports: [], has: '' };
  const file = writeSeedFile({
    path: folder.file(),
    as: 'csv',
    clock,
    reload: () => made.reloadsAtMs.push(clock.nowMs()),
    ...(isChecked ? { getSeeds: () => made.has } : {}),
    onReload: (report) => made.reports.push(report),
    ...options,
  });
  return Object.assign(made, {
    file,
    write: async (given: SeedInput): Promise<string> => {
      const plan = planSeeds(given);
      if (plan.mode === 'wait') throw new Error(plan.reason);
      return await file.write(plan, given);
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await file.close();
      await folder[Symbol.asyncDispose]();
    },
  });
}

describe('a reload', () => {
  test('comes 30 s after the file has changed, and is judged by the seeds that the node has', async () => {
    await using at = await stage();
    await at.write(first);
    await at.clock.advance(29_999);
    expect(at.reloadsAtMs).toEqual([]);
    at.has = 'Current list of seed node IPs, excluding the current node IP: /10.0.0.1:7000 /10.0.0.2:7000';
    await at.clock.advance(1);
    expect(at.reloadsAtMs).toEqual([30_000]);
    expect(at.reports).toEqual([{ kind: 'current', tries: 1, isFollowed: false }]);
    await at.clock.advance(3_600_000);
    expect(at.reloadsAtMs).toHaveLength(1);
    expect(at.clock.pendingTimers).toBe(0);
  });

  test('serves all changes until then, and is not put off by them', async () => {
    await using at = await stage({ getSeeds: () => ['10.0.0.5', '10.0.0.2'] });
    for (const last of [1, 3, 4, 5]) {
      await at.write({ ...seen(`10.0.0.${last}`, '10.0.0.2'), perDatacenter: last === 5 ? 3 : 2 });
      await at.clock.advance(9_000);
    }
    expect(at.reloadsAtMs).toEqual([30_000]);
    expect(at.reports).toEqual([{ kind: 'current', tries: 1, isFollowed: false }]);
  });

  test('comes for new addresses of the same names, too', async () => {
    await using at = await stage();
    await at.write(first);
    at.has = '10.0.0.1 10.0.0.2';
    await at.clock.advance(30_000);
    at.has = '10.0.0.1 10.0.0.7';
    expect(await at.write(seen('10.0.0.1', '10.0.0.7'))).toBe('unchanged');
    await at.clock.advance(30_000);
    expect(at.reloadsAtMs).toEqual([30_000, 60_000]);
    expect(await at.write(seen('10.0.0.1', '10.0.0.7'))).toBe('unchanged');
    await at.clock.advance(3_600_000);
    expect(at.reloadsAtMs).toHaveLength(2);
  });

  test('does not come for a file that says so already, nor for a node that has no other seed', async () => {
    await using at = await stage();
    const alone = input({ declared: nodes(1), isBootstrapped: true, present: [] });
    await at.write(alone);
    await at.write(input({ selfAddress: '10.0.0.9' }));
    expect(await at.write(input({ selfAddress: '10.0.0.9' }))).toBe('unchanged');
    await at.clock.advance(3_600_000);
    expect(at.reloadsAtMs).toEqual([]);
  });

  test('is tried five times while the node has other seeds, whatever the exit code says', async () => {
    await using at = await stage();
    at.has = '/10.0.0.1:7000 /10.0.0.9:7000';
    await at.write(first);
    await at.clock.advance(3_600_000);
    expect(at.reloadsAtMs).toEqual([30_000, 60_000, 90_000, 120_000, 150_000]);
    const outdated = { kind: 'outdated', missing: ['10.0.0.2'], surplus: ['10.0.0.9'] };
    expect(at.reports).toEqual([1, 2, 3, 4, 5].map((tries) => ({ ...outdated, tries, isFollowed: tries < 5 })));
  });

  test('succeeds at the second try where Java had kept an old address', async () => {
    await using at = await stage();
    await at.write(first);
    await at.clock.advance(30_000);
    at.has = '10.0.0.1 10.0.0.2';
    await at.clock.advance(30_000);
    expect(at.reports.map(({ kind, tries, isFollowed }) => ({ kind, tries, isFollowed }))).toEqual([
      { kind: 'outdated', tries: 1, isFollowed: true },
      { kind: 'current', tries: 2, isFollowed: false },
    ]);
  });

  test('that fails is told and tried again', async () => {
    const error = new Error('connection refused');
    await using at = await stage({ reload: () => Promise.reject(error) });
    await at.write(first);
    await at.clock.advance(30_000);
    expect(at.reports).toEqual([{ kind: 'failed', error, tries: 1, isFollowed: true }]);
  });

  test('that hangs is given up after its time, and its signal says so', async () => {
    let signal: AbortSignal | undefined;
    const hang = (given: AbortSignal): Promise<never> => {
      signal = given;
      return new Promise(() => {});
    };
    await using at = await stage({ reload: hang, timeoutMs: 5_000 });
    await at.write(first);
    await at.clock.advance(34_999);
    expect(signal?.aborted).toBe(false);
    await at.clock.advance(1);
    expect(signal?.aborted).toBe(true);
    expect(at.reports).toMatchObject([{ kind: 'failed', error: { message: 'reloading the seeds took longer than 5000 ms' }, tries: 1 }]);
  });

  test('is not checked where nobody says which seeds the node has', async () => {
    await using at = await stage({}, false);
    await at.write(first);
    await at.clock.advance(30_000);
    expect(at.reports).toEqual([{ kind: 'unchecked', tries: 1, isFollowed: false }]);
  });

  test('follows one that runs where the seeds change meanwhile, and never beside it', async () => {
    let finish: (() => void) | undefined;
    let running = 0;
    let most = 0;
    const reload = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      running -= 1;
    };
    await using at = await stage({ reload });
    at.has = '10.0.0.1 10.0.0.7';
    await at.write(first);
    await at.clock.advance(30_000);
    await at.write(seen('10.0.0.1', '10.0.0.7'));
    await at.clock.advance(10_000);
    finish?.();
    await at.clock.advance(30_000);
    finish?.();
    await at.clock.advance(0);
    expect(at.reports).toMatchObject([
      { kind: 'outdated', tries: 1, isFollowed: true },
      { kind: 'current', tries: 1, isFollowed: false },
    ]);
    expect(most).toBe(1);
  });

  test('that is due is dropped at close, and one that runs is ended', async () => {
    let signal: AbortSignal | undefined;
    const hang = (given: AbortSignal): Promise<never> => {
      signal = given;
      return new Promise(() => {});
    };
    await using at = await stage({ reload: hang });
    await at.write(first);
    await at.clock.advance(30_000);
    await at.file.close();
    expect(signal?.aborted).toBe(true);
    expect(at.reports).toEqual([]);
    expect(at.clock.pendingTimers).toBe(0);
  });

  test('goes on where its listener throws, whose error is uncaught', async () => {
    const error = new Error('the listener’s own');
    const uncaught = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {});
    await using at = await stage({
      onReload: () => {
        throw error;
      },
    });
    await at.write(first);
    await at.clock.advance(60_000);
    expect(at.reloadsAtMs).toEqual([30_000, 60_000]);
    expect(uncaught.mock.calls.map(([task]) => task)).toHaveLength(2);
    expect(uncaught.mock.calls[0]?.[0]).toThrow(error);
  });

  test('may ask for a write from its report', async () => {
    await using at = await stage({
      onReload: (report) => {
        at.reports.push(report);
        if (at.reports.length === 1) void at.write(seen('10.0.0.1', '10.0.0.3'));
      },
    });
    at.has = '10.0.0.1 10.0.0.2';
    await at.write(first);
    await at.clock.advance(30_000);
    at.has = '10.0.0.1 10.0.0.3';
    await expect.poll(() => at.clock.pendingTimers).toBe(1);
    await at.clock.advance(30_000);
    expect(at.reports.map(({ kind }) => kind)).toEqual(['current', 'current']);
  });
});
