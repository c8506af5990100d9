import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Interrupted } from '../src/exit-codes.ts';
import { run } from '../src/run.ts';
import { openStage } from './e2e/stage.ts';

/** How long something may take on a machine that is busy. */
const PATIENCE = { timeout: 20_000 };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerset-run-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A stream that keeps what is written to it, as a pipe does or as a terminal of 100 columns. */
function output(isTTY: boolean): { stream: PassThrough & { isTTY?: boolean; columns?: number; rows?: number }; text: () => string } {
  let text = '';
  const stream = Object.assign(new PassThrough(), isTTY ? { isTTY, columns: 100, rows: 24 } : {});
  stream.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  return { stream, text: () => text };
}

/** Runs a command line in this process. */
function start(args: readonly string[], { env = {}, isTerminal = false }: { env?: Record<string, string>; isTerminal?: boolean } = {}) {
  const [stdout, stderr] = [output(isTerminal), output(false)];
  const [shutdown, stdoutGone] = [new AbortController(), new AbortController()];
  const io = { stdout: stdout.stream, stderr: stderr.stream, env, shutdown: shutdown.signal, stdoutGone: stdoutGone.signal };
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    stop: () => shutdown.abort(new Interrupted('SIGTERM')),
    leave: () => stdoutGone.abort(),
    code: run(args, io, '1.2.3'),
  };
}

async function ran(args: readonly string[], options?: { env?: Record<string, string>; isTerminal?: boolean }) {
  const started = start(args, options);
  const code = await started.code;
  return { code, stdout: started.stdout(), stderr: started.stderr() };
}

const quick = ['--poll-interval', '250ms', '--settling-interval', '100ms'];

describe('on a terminal', () => {
  test('resolve prints a table', async () => {
    await using stage = await openStage();
    const { code, stdout } = await ran(['resolve', ...stage.declared], { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^NAME +ORDINAL +ADDRESSES +PORT +STATE$/);
    expect(stdout).toContain('color-ss-2');
  });

  test('watch shows a live view, logs above it, and leaves the last state', async () => {
    await using stage = await openStage();
    const watching = start(['watch', ...stage.declared, ...quick], { isTerminal: true, env: { TERM: 'xterm' } });
    await expect.poll(() => watching.stdout(), PATIENCE).toContain('next look in');
    watching.stop();
    expect(await watching.code).toBe(143);
    expect(watching.stdout()).toContain('color-ss-2');
  });
});

describe('in a pipe', () => {
  test('watch ends with 0 when its reader has gone and there is nothing else to do', async () => {
    await using stage = await openStage();
    const watching = start(['watch', ...stage.target, ...quick]);
    await expect.poll(() => watching.stdout(), PATIENCE).toContain('\n');
    watching.leave();
    expect(await watching.code).toBe(0);
  });

  test('watch goes on without its reader while it keeps a file', async () => {
    await using stage = await openStage();
    const file = join(folder, 'peers.json');
    const watching = start(['watch', ...stage.declared, ...quick, '--write', file, '--as', 'json']);
    await expect.poll(() => watching.stdout(), PATIENCE).toContain('\n');
    watching.leave();
    stage.set.pod(1).restart();
    await expect.poll(async () => await readFile(file, 'utf8').catch(() => ''), PATIENCE).toContain(String(stage.set.pod(1).addresses[0]));
    watching.stop();
    expect(await watching.code).toBe(143);
  });

  test('watch follows the number of replicas in a file', async () => {
    await using stage = await openStage();
    const file = join(folder, 'replicas');
    await writeFile(file, '3\n');
    const watching = start(['watch', ...stage.target, ...quick, '--stateful-set', 'color-ss', '--replicas-file', file]);
    await expect.poll(() => watching.stdout(), PATIENCE).toContain('"color-ss-2"');
    await writeFile(file, 'many\n');
    await expect.poll(() => watching.stderr(), PATIENCE).toContain('must hold a whole number');
    await writeFile(file, '4\n');
    await expect.poll(() => watching.stdout(), PATIENCE).toContain('"missing":["color-ss-3"]');
    watching.stop();
    expect(await watching.code).toBe(143);
    const changes = watching
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(changes.map(({ missing }) => missing)).toEqual([[], ['color-ss-3']]);
  });

  test('a log is JSON with level, time and message', async () => {
    await using stage = await openStage();
    const watching = start(['watch', ...stage.target, ...quick]);
    await expect.poll(() => watching.stderr(), PATIENCE).toContain('settling');
    watching.stop();
    await watching.code;
    const [first] = watching
      .stderr()
      .split('\n')
      .map((line) => line && JSON.parse(line));
    expect(first).toMatchObject({ level: 'info', phase: 'settling', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  });

  test('a log of text is a line with time, level and message', async () => {
    await using stage = await openStage();
    const watching = start(['watch', ...stage.target, ...quick, '--log-format', 'text']);
    await expect
      .poll(() => watching.stderr(), PATIENCE)
      .toMatch(/^\d\d:\d\d:\d\d info the list of peers is settling phase=settling peers=\d$/m);
    watching.stop();
    await watching.code;
  });
});

describe('mongo uri', () => {
  test('a srv string names the Service and its port', async () => {
    await using stage = await openStage();
    const { code, stdout } = await ran([
      'mongo',
      'uri',
      ...stage.target,
      '--srv',
      '--port-name',
      'db',
      '--uri-option',
      'tls=false',
      '--replica-set',
      'rs0',
    ]);
    expect([code, stdout]).toEqual([0, 'mongodb+srv://color-svc.default.svc.cluster.local/?replicaSet=rs0&tls=false&srvServiceName=db\n']);
  });

  test('secrets are hidden with --redact', async () => {
    await using stage = await openStage();
    await writeFile(join(folder, 'password'), 's3cret\n');
    const login = ['--username', 'app', '--password-file', join(folder, 'password'), '--redact'];
    const { code, stdout } = await ran(['mongo', 'uri', ...stage.declared, '--replica-set', 'rs0', ...login]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('s3cret');
  });

  test.each([
    { name: 'two passwords', args: ['--password-file', '/nowhere'], env: { PEERSET_PASSWORD: 's3cret' }, text: 'give one of them' },
    { name: 'a file that is not there', args: ['--password-file', '/nowhere'], env: {}, text: '--password-file: ENOENT' },
    { name: 'an option without a name', args: ['--uri-option', 's3cret'], env: {}, text: '--uri-option: must be name=value' },
    { name: 'an option that is none', args: ['--uri-option', 'retryWrite=true'], env: {}, text: 'there is no such option' },
    { name: 'a secret as an option', args: ['--uri-option', 'proxyPassword=s3cret'], env: {}, text: 'is a secret' },
    { name: 'options that contradict each other', args: ['--uri-option', 'directConnection=true'], env: {}, text: 'directConnection' },
  ])('refused: $name', async ({ args, env, text }) => {
    await using stage = await openStage();
    const { code, stdout, stderr } = await ran(['mongo', 'uri', ...stage.declared, ...args], { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('s3cret');
  });
});

/** What a ConfigMap says of so many nodes of one rack. */
function clusterText(replicas: number): string {
  return `datacenter: dc1\nclusterState: existing\nracks: [{ name: a, statefulSet: color-ss, replicas: ${replicas} }]\n`;
}

describe('cassandra seeds', () => {
  const state = ['--cluster-state', 'existing', '--data-dir', '/nowhere', '--cql-port', 'none'];

  test('waits until the node may start, and edits a cassandra.yaml', async () => {
    await using stage = await openStage({}, { publishNotReadyAddresses: true });
    const [template, file] = [join(folder, 'template.yaml'), join(folder, 'cassandra.yaml')];
    await writeFile(
      template,
      'cluster_name: a # ours\nseed_provider:\n  - class_name: org.apache.cassandra.locator.SimpleSeedProvider\n    parameters:\n      - seeds: "127.0.0.1"\n',
    );
    const args = ['--wait', '--as', 'yaml', '--edit', '--template', template, '--write', file, ...quick];
    for (const ordinal of [0, 1, 2]) stage.set.pod(ordinal).restart({ downMs: 3_600_000 });
    const waiting = start(['cassandra', 'seeds', ...stage.declared, ...state, ...args], { env: { POD_NAME: 'color-ss-2' } });
    await expect.poll(() => waiting.stderr(), { timeout: 20_000 }).toContain('"mode":"wait"');
    for (const ordinal of [0, 1, 2]) stage.set.pod(ordinal).restart();
    expect(await waiting.code).toBe(0);
    expect(waiting.stderr()).toContain('"mode":"join"');
    expect(await readFile(file, 'utf8')).toMatch(/cluster_name: a # ours[\s\S]*seeds: "color-ss-0\.color-svc/);
  });

  test('a cluster file is read again while the node waits, and joins are kept apart by who serves CQL', async () => {
    await using stage = await openStage({ addresses: 'loopback' }, { publishNotReadyAddresses: true });
    const file = join(folder, 'cluster.yaml');
    await writeFile(file, clusterText(2));
    const cql = createServer().listen(0, stage.set.pod(0).addresses[0]);
    await once(cql, 'listening');
    const { port } = cql.address() as AddressInfo;
    const flags = [
      '--cluster-file',
      file,
      '--data-dir',
      '/nowhere',
      '--cql-port',
      String(port),
      '--allow',
      '127.0.0.0/8',
      '--wait',
      '--as',
      'list',
      ...quick,
    ];
    const waiting = start(['cassandra', 'seeds', ...stage.target, ...flags], { env: { POD_NAME: 'color-ss-1' } });
    expect(await waiting.code).toBe(0);
    expect(waiting.stdout()).toBe('color-ss-0.color-svc.default.svc.cluster.local\n');
    const third = start(['cassandra', 'seeds', ...stage.target, ...flags], { env: { POD_NAME: 'color-ss-2' } });
    expect(await third.code).toBe(2);
    await writeFile(file, clusterText(3));
    const again = start(['cassandra', 'seeds', ...stage.target, ...flags], { env: { POD_NAME: 'color-ss-2' } });
    await expect.poll(() => again.stderr(), PATIENCE).toContain('"waitingFor":["color-ss-1"]');
    const second = createServer().listen(port, stage.set.pod(1).addresses[0]);
    expect(await again.code).toBe(0);
    expect(again.stdout()).toContain('color-ss-1');
    for (const each of [cql, second]) each.close();
  });

  test('a founder that has lost its disk waits until the operator says that there is a cluster', async () => {
    await using stage = await openStage({ addresses: 'loopback' }, { publishNotReadyAddresses: true });
    const file = join(folder, 'cluster.yaml');
    await writeFile(file, clusterText(3).replace('existing', 'new'));
    const cql = createServer().listen(0, stage.set.pod(1).addresses[0]);
    await once(cql, 'listening');
    const { port } = cql.address() as AddressInfo;
    const flags = ['--cluster-file', file, '--data-dir', '/nowhere', '--cql-port', String(port), '--allow', '127.0.0.0/8', '--wait'];
    const env = { POD_NAME: 'color-ss-0', POD_IP: stage.set.pod(0).addresses[0] ?? '' };
    const waiting = start(['cassandra', 'seeds', ...stage.target, ...flags, ...quick], { env });
    await expect.poll(() => waiting.stderr(), PATIENCE).toContain('"mode":"replace-suspected"');
    await writeFile(file, clusterText(3).replace('new', 'existing'));
    expect(await waiting.code).toBe(0);
    expect(waiting.stdout()).toMatch(/^color-ss-1\.[^,]+,color-ss-2\.[^,]+\n$/);
    cql.close();
  });

  test('several StatefulSets, a rack each', async () => {
    await using stage = await openStage();
    const other = stage.service.statefulSet('tone-ss', { replicas: 2 });
    const sets = ['name=color-ss,replicas=3,datacenter=dc1,rack=a', 'name=tone-ss,replicas=2,datacenter=dc1,rack=b'];
    const flags = ['--bootstrapped', 'true', '--cql-port', 'none', '--cluster-state', 'existing', '--as', 'list'];
    const env = { POD_NAME: other.pod(1).name };
    const { code, stdout } = await ran(['cassandra', 'seeds', ...stage.target, ...sets.flatMap((each) => ['--node-set', each]), ...flags], {
      env,
    });
    expect([code, stdout]).toEqual([
      0,
      ['color-ss-0', 'tone-ss-0', 'color-ss-1'].map((name) => `${name}.color-svc.default.svc.cluster.local\n`).join(''),
    ]);
  });

  test.each([
    { name: 'no cluster state', args: [], text: '--cluster-state' },
    { name: 'no nodes', args: ['--cluster-state', 'new'], text: '--node-set' },
    { name: 'a template without a file to edit', args: ['--cluster-state', 'new', '--template', '/x'], text: '--template: needs --edit' },
    {
      name: 'two sayings of who is in the ring',
      args: ['--cluster-state', 'new', '--stateful-set', 'color-ss', '--replicas', '3', '--joined', 'a', '--cql-port', '9042'],
      text: '--joined and --cql-port',
    },
    { name: 'two sayings of the cluster', args: ['--cluster-state', 'new', '--cluster-file', '/x'], text: 'give one of them' },
    { name: 'a cluster file that is not there', args: ['--cluster-file', '/nowhere/x'], text: '--cluster-file: ENOENT' },
    {
      name: 'a CQL port that is none',
      args: ['--cluster-state', 'new', '--cql-port', '70000'],
      text: "argument '70000' is invalid. must be a port, 1..65535, or none",
    },
    { name: 'editing nothing', args: ['--cluster-state', 'new', '--edit'], text: '--edit: needs' },
  ])('refused: $name', async ({ args, text }) => {
    await using stage = await openStage();
    const { code, stderr } = await ran(['cassandra', 'seeds', ...stage.target, ...args], { env: { POD_NAME: 'color-ss-0' } });
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});

describe('cassandra sidecar', () => {
  test('keeps the file true, and has the node reload it', async () => {
    await using stage = await openStage({}, { publishNotReadyAddresses: true });
    const [file, reloads] = [join(folder, 'seeds'), join(folder, 'reloads')];
    const reload = join(folder, 'reload.sh');
    await writeFile(reload, `#!/bin/sh\ncat ${file} >> ${reloads}; echo >> ${reloads}\n`, { mode: 0o755 });
    const flags = [
      '--cluster-state',
      'existing',
      '--bootstrapped',
      'true',
      '--cql-port',
      'none',
      '--addressing',
      'ip',
      '--write',
      file,
      '--reload',
      reload,
      '--reload-delay',
      '100ms',
    ];
    const running = start(['cassandra', 'sidecar', ...stage.declared, ...quick, ...flags], { env: { POD_NAME: 'color-ss-0' } });
    await expect.poll(async () => await readFile(file, 'utf8').catch(() => ''), PATIENCE).toContain(String(stage.set.pod(2).addresses[0]));
    stage.set.pod(2).restart();
    await expect
      .poll(async () => await readFile(reloads, 'utf8').catch(() => ''), PATIENCE)
      .toContain(String(stage.set.pod(2).addresses[0]));
    await expect.poll(() => running.stderr(), PATIENCE).toContain('reload: unchecked');
    running.stop();
    expect(await running.code).toBe(143);
  });
});

describe('help', () => {
  test.each([
    { args: ['--help'], text: 'Commands:' },
    { args: ['mongo', '--help'], text: 'sidecar' },
    { args: ['help', 'cassandra'], text: 'seeds' },
    { args: ['wait', '--help'], text: 'Exit codes:' },
    { args: ['--version'], text: '1.2.3' },
    { args: ['completion', 'zsh'], text: '#compdef peerset' },
  ])('$args', async ({ args, text }) => {
    const { code, stdout, stderr } = await ran(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(text);
  });

  test.each([['mongo'], ['mongo', 'url'], ['help', 'nothing']])('%s %s: usage', async (...args) => {
    const { code, stderr } = await ran(args.filter((arg) => arg !== undefined));
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
  });
});
