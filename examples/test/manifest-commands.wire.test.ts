import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { startCluster } from '@peerset/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { Interrupted } from '../../packages/cli/src/exit-codes.ts';
import { run } from '../../packages/cli/src/run.ts';
import { containersOf, environmentOf, examplesWithManifest, manifestObjects, podsOf } from '../stage/manifest.ts';
import type { Container, KubernetesObject, PodSpec } from '../stage/manifest.ts';

interface PeersetContainer {
  readonly name: string;
  readonly container: Container;
  readonly pod: PodSpec;
  readonly objects: readonly KubernetesObject[];
}

/** Everything in a manifest that runs the command. */
const all: readonly PeersetContainer[] = examplesWithManifest().flatMap((example) => {
  const objects = manifestObjects(example);
  return podsOf(objects).flatMap(({ name, spec }) =>
    containersOf(spec)
      .filter(({ command }) => command?.[0] === 'peerset')
      .map((container) => ({ name: `${example}: ${name}: ${container.name}`, container, pod: spec, objects })),
  );
});

/** The init container that mongo/README.md shows: what its shell runs. */
function shownInReadme(): PeersetContainer {
  const readme = readFileSync(new URL('../mongo/README.md', import.meta.url), 'utf8');
  const { initContainers }: { initContainers: readonly Container[] } = parse(/```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '');
  const [container = { name: 'none' }] = initContainers;
  const args = /; peerset (.*) > /.exec(container.args?.join(' ') ?? '')?.[1]?.split(' ') ?? [];
  const pod: PodSpec = { containers: [], volumes: [{ name: 'app-password', secret: { secretName: 'color-app' } }] };
  return { name: 'mongo: README.md: uri', container: { ...container, command: ['peerset'], args }, pod, objects: [] };
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerset-manifest-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Runs what a container runs, with its volumes in a folder, until it asks DNS, which then says nothing, and ends it. */
async function runIn(given: PeersetContainer, moreArgs: readonly string[] = []) {
  const { container } = given;
  await mountVolumes(given);
  const mountPaths = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  const mounted = new RegExp(`(?<=^|=)(?:${mountPaths.join('|')})(?=/|$)`);
  const here = (text: string): string => text.replace(mounted, (path) => join(folder, path));
  await using cluster = await startCluster();
  cluster.fault({ kind: 'silence' });
  const args = [...(container.command ?? []).slice(1), ...(container.args ?? [])]
    .map(here)
    .map((arg) => arg.replace(/^--listen=.*/, '--listen=127.0.0.1:0'));
  const facts = { 'metadata.name': 'color-ss-0', 'metadata.namespace': 'default', 'status.podIP': '198.18.0.1' };
  const env = Object.fromEntries(Object.entries(environmentOf(container, facts)).map(([name, value]) => [name, here(value)]));
  // What a pod knows about itself is read from the process; its namespace would stand in resolv.conf.
  vi.stubEnv('POD_NAMESPACE', 'default');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const [shutdown, stdoutGone] = [new AbortController(), new AbortController()];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdout, stderr, env, shutdown: shutdown.signal, stdoutGone: stdoutGone.signal };
  let hasEnded = false;
  const code = run([...args, '--server', cluster.servers.join(), ...moreArgs], io, '0.1.0').finally(() => {
    hasEnded = true;
  });
  await expect.poll(() => hasEnded || cluster.queries.length > 0, { timeout: 20_000 }).toBe(true);
  shutdown.abort(new Interrupted('SIGTERM'));
  return { code: await code, stderr: String(stderr.read() ?? '') };
}

async function mountVolumes({ container, pod, objects }: PeersetContainer): Promise<void> {
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    await mkdir(join(folder, mountPath), { recursive: true });
    const volume = pod.volumes?.find((each) => each.name === name);
    const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume?.configMap?.name);
    const data = volume?.secret === undefined ? (map?.data ?? {}) : { password: 's3cret\n' };
    for (const [file, text] of Object.entries(data)) await writeFile(join(folder, mountPath, file), text);
  }
}

test('there are containers that run the command', () => {
  expect(all.map(({ name }) => name)).toContain('mongo: StatefulSet color-ss: sidecar');
});

describe.each([...all, shownInReadme()])('$name', (given) => {
  test('is understood by the command, and runs until it is stopped', async () => {
    expect(await runIn(given)).toMatchObject({ code: 143 });
  });

  test('would not be, with a flag that does not exist', async () => {
    const { code, stderr } = await runIn(given, ['--no-such-flag']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--no-such-flag')]);
  });
});
