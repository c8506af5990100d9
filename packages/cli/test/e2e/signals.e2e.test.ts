import { constants } from 'node:os';
import type { FaultOptions } from '@peerset/testkit';
import { afterAll, describe, test } from 'vitest';
import { startFakeReplicaSet } from '../../../mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import type { FakeReplicaSet } from '../../../mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { startCommand } from './start-command.ts';
import type { StartedCommand } from './start-command.ts';

/** The promise is a second; a machine that does much else at the same time gets two. */
const LONGEST_MS = 2_000;
const took: string[] = [];
afterAll(() => console.log(`from a signal to the end: ${took.join(', ')}`));

const seeds = ['--cluster-state', 'new', '--data-dir', '/nowhere', '--self', 'color-ss-1'];
/** Commands that wait for a pod that is not there: each runs until it is stopped. */
const commands: readonly { name: string; args: readonly string[] }[] = [
  { name: 'wait', args: [...quick] },
  { name: 'watch', args: [...quick] },
  { name: 'mongo uri', args: ['--replica-set', 'rs0', '--timeout', '1h'] },
  { name: 'mongo sidecar', args: [...quick, '--replica-set', 'rs0', '--self', 'color-ss-0', '--local-port', '1'] },
  { name: 'cassandra seeds', args: [...quick, ...seeds, '--wait'] },
  { name: 'cassandra sidecar', args: [...quick, ...seeds, '--write', 'FOLDER/seeds'] },
];
/** These only take long where DNS does. */
const looks: readonly { name: string; args: readonly string[] }[] = [
  { name: 'resolve', args: ['--lookup-timeout', '10s'] },
  { name: 'doctor', args: ['--lookup-timeout', '10s'] },
];
const dead: readonly { dns: string; fault: FaultOptions }[] = [
  { dns: 'is silent', fault: { kind: 'silence' } },
  { dns: 'fails', fault: { kind: 'servfail' } },
];

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly signal: NodeJS.Signals;
  readonly dns: string;
  readonly fault?: FaultOptions;
}

const cases: readonly Case[] = [
  ...commands.flatMap(({ name, args }) => (['SIGTERM', 'SIGINT'] as const).map((signal) => ({ name, args, signal, dns: 'answers' }))),
  { name: 'watch', args: quick, signal: 'SIGHUP', dns: 'answers' },
  ...commands.flatMap((command) => dead.map((each) => ({ ...command, ...each, signal: 'SIGTERM' as const }))),
  ...looks.map((command) => ({ ...command, dns: 'is silent', fault: { kind: 'silence' } as const, signal: 'SIGTERM' as const })),
];

describe.concurrent('a signal', () => {
  test.for(cases)('$signal ends `peerset $name` within a second, while DNS $dns', async ({ name, args, signal, fault }, { expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    for (const ordinal of [0, 2]) stage.set.pod(ordinal).setReady(false);
    if (fault !== undefined) stage.cluster.fault(fault);
    const given = args.map((each) => each.replace('FOLDER', folder.path));
    await using command = startCommand([...name.split(' '), ...stage.declared, ...given]);
    await expect.poll(() => stage.cluster.queries.length, { timeout: 30_000 }).toBeGreaterThan(0);
    // Beyond the first look, where there is more than one.
    const isUnderWay = (): boolean => stage.cluster.queries.length > 8;
    if (fault === undefined) await expect.poll(isUnderWay, { timeout: 30_000 }).toBe(true);
    const { code, stopMs } = await command.stop(signal);
    took.push(`${name} ${Math.round(stopMs)} ms`);
    expect({ code, said: command.stderr() }).toMatchObject({ code: 128 + constants.signals[signal] });
    expect(stopMs).toBeLessThan(LONGEST_MS);
  });
});

function startSidecar(fake: FakeReplicaSet, ordinal: number): StartedCommand {
  const [, port = ''] = fake.member(ordinal).localAddress.split(':');
  const dns = [fake.service.host, '--server', fake.cluster.servers.join(','), '--allow', '127.0.0.0/8', '--family', 'ipv4', ...quick];
  const declared = ['-s', 'color-ss', '-r', '3', '--replica-set', 'rs0', '--self', `color-ss-${ordinal}`];
  return startCommand(['mongo', 'sidecar', ...dns, ...declared, '--local-port', port, '--port', String(fake.port), '--interval', '250ms']);
}

describe.concurrent('a signal, beside mongod', () => {
  test('ends the sidecar of a set that is well', async ({ expect }) => {
    await using fake = await startFakeReplicaSet();
    await using sidecar = startSidecar(fake, 0);
    await sidecar.until((_stdout, stderr) => stderr.includes('"plan":"none"'));
    const { code, stopMs } = await sidecar.stop();
    took.push(`mongo sidecar beside a set ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    expect(fake.mutations).toEqual([]);
  });

  test('ends the sidecar in the middle of founding a set', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ isInitiated: false });
    const release = fake.holdQuorumChecks();
    await using sidecar = startSidecar(fake, 0);
    await expect.poll(() => fake.commands.some(({ name }) => name === 'replSetInitiate'), { timeout: 30_000 }).toBe(true);
    const { code, stopMs } = await sidecar.stop();
    release();
    took.push(`mongo sidecar, founding ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
  });
});
