import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startSidecar } from '../mongo/sidecar.ts';
import { playMongo } from '../mongo/stage/play.ts';

const replicasFile = fileURLToPath(new URL('replicas', import.meta.url));
const read = (file: string): string => readFileSync(new URL(`../mongo/${file}`, import.meta.url), 'utf8');

test('the mongo example founds, grows, fails over, moves and shrinks, and loses no write', async () => {
  const lines: string[] = [];
  await playMongo((line) => void lines.push(line));
  const steps = lines.flatMap((line) => /^\[ok\] ([^:]+):/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'founding',
    'writing',
    'scale-up',
    'fail-over',
    'full address change',
    'leaving the set',
    'scale-down',
    'the application',
  ]);
  expect(lines.filter((line) => line.includes(' move from '))).toHaveLength(5);
  // Founding, two added, two given a vote, two removed.
  expect(lines.at(-1)).toBe('[ok] 7 changes of the set, each by one sidecar, none forced');
});

test.each(['SERVICE', 'STATEFUL_SET', 'REPLICA_SET', 'REPLICAS_FILE'])('the sidecar says that %s is not set', (name) => {
  const environment = { SERVICE: 'color-svc.db', STATEFUL_SET: 'color-ss', REPLICA_SET: 'rs0', REPLICAS_FILE: replicasFile };
  expect(() => startSidecar({ ...environment, [name]: '' }, () => {})).toThrow(`${name} is not set`);
});

describe('manifest.yaml of the mongo example', () => {
  const manifest = read('manifest.yaml');
  test('names the Service first, publishes unready pods, starts them in parallel', () => {
    expect(manifest.indexOf('kind: Service')).toBeLessThan(manifest.indexOf('kind: StatefulSet'));
    expect(manifest).toContain('publishNotReadyAddresses: true');
    expect(manifest).toContain('podManagementPolicy: Parallel');
    expect(manifest).toContain('clusterIP: None');
  });

  test.each(['SERVICE', 'STATEFUL_SET', 'REPLICA_SET', 'REPLICAS_FILE', 'MONGO_USER', 'MONGO_PASSWORD_FILE', 'POD_NAME', 'POD_NAMESPACE'])(
    'gives the sidecar %s',
    (name) => {
      expect(manifest).toContain(`name: ${name}`);
    },
  );
});
