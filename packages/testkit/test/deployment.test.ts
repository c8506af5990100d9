import { describe, expect, test } from 'vitest';
import { createWorld, type DeploymentOptions, virtualClock } from '../src/index.ts';
import { ask, valuesOf } from './ask.ts';

function setUp(options: DeploymentOptions = {}) {
  const clock = virtualClock();
  const world = createWorld({ clock });
  const service = world.headlessService('app-svc');
  const deployment = service.deployment('app', { replicas: 3, ...options });
  return { clock, world, service, deployment, inDns: () => valuesOf(ask(world, service.host, 'A')) };
}

describe('a Deployment', () => {
  test('runs pods whose names share a hash', () => {
    const { deployment, inDns } = setUp();
    const hash = /^app-([b-z2-9]{9})-[b-z2-9]{5}$/;
    const hashes = deployment.pods.map(({ name }) => hash.exec(name)?.[1]);
    expect(hashes[0]).toBeDefined();
    expect(new Set(hashes).size).toBe(1);
    expect(new Set(deployment.pods.map(({ name }) => name)).size).toBe(3);
    expect(inDns()).toHaveLength(3);
  });

  test('creates all pods at once', async () => {
    const { clock, deployment, inDns } = setUp({ readyAfterMs: 100 });
    expect(deployment.pods).toHaveLength(3);
    expect(inDns()).toEqual([]);
    await clock.advance(100);
    expect(inDns()).toHaveLength(3);
  });

  test('removes unready pods first, then the youngest', () => {
    const { deployment } = setUp();
    const [first, second, third] = deployment.pods;
    first?.setReady(false);
    deployment.scale(2);
    expect(deployment.pods).toEqual([second, third]);
    deployment.scale(1);
    expect(deployment.pods).toEqual([second]);
    expect(deployment.replicas).toBe(1);
  });

  test('does not count on pods that are going', async () => {
    const { clock, deployment, inDns } = setUp({ terminationMs: 100 });
    deployment.scale(1);
    deployment.scale(3);
    expect(deployment.pods).toHaveLength(5);
    expect(inDns()).toHaveLength(3);
    await clock.advance(100);
    expect(deployment.pods).toHaveLength(3);
  });

  test('restarts its pods one at a time', async () => {
    const { clock, deployment, inDns } = setUp();
    const before = inDns();
    const roll = deployment.rollingRestart({ downMs: 10 });
    expect(inDns()).toHaveLength(2);
    await clock.advance(30);
    await roll;
    expect(inDns().some((address) => before.includes(address))).toBe(false);
  });

  test('deletes all its pods, and its name may be used again', () => {
    const { deployment, service, inDns } = setUp();
    deployment.delete();
    deployment.delete();
    expect(inDns()).toEqual([]);
    expect(deployment.pods).toEqual([]);
    expect(() => deployment.scale(1)).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    expect(() => deployment.rollingRestart()).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    expect(service.deployment('app', { replicas: 1 }).pods).toHaveLength(1);
  });

  test('makes no names in DNS but dashed ones', () => {
    const { world, service, deployment } = setUp();
    expect(ask(world, `${deployment.pods[0]?.name}.${service.host}`, 'A').rcode).toBe('NXDOMAIN');
  });
});
