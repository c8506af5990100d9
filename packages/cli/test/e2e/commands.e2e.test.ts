import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStage } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerset-cli-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const hosts = [0, 1, 2].map((ordinal) => `color-ss-${ordinal}.color-svc.default.svc.cluster.local`);

describe('peerset resolve', () => {
  test('prints a line of JSON for each peer into a pipe', async () => {
    await using stage = await openStage();
    const { code, stdout, stderr } = await runCommand(['resolve', ...stage.target]);
    expect([code, stderr]).toEqual([0, '']);
    const peers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(peers).toEqual(
      hosts.map((host, ordinal) => ({
        name: `color-ss-${ordinal}`,
        ordinal,
        host,
        addresses: stage.set.pod(ordinal).addresses,
        port: 27_017,
      })),
    );
  });

  test.each([
    { format: 'hosts', want: `${hosts.join('\n')}\n` },
    { format: 'names', want: 'color-ss-0\ncolor-ss-1\ncolor-ss-2\n' },
    { format: 'host-ports', want: `${hosts.map((host) => `${host}:27017`).join('\n')}\n` },
  ])('--format $format', async ({ format, want }) => {
    await using stage = await openStage();
    const { code, stdout } = await runCommand(['resolve', ...stage.target, '--format', format]);
    expect([code, stdout]).toEqual([0, want]);
  });

  test('ends with 1, and says why, where nobody is', async () => {
    await using stage = await openStage();
    const { code, stdout, stderr } = await runCommand(['resolve', 'colour-svc.default', ...stage.dns]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('colour-svc.default.svc.cluster.local');
    expect(stderr).toContain('kubectl');
  });

  test('takes all of it from variables', async () => {
    await using stage = await openStage();
    const env = {
      PEERSET_SERVICE: 'color-svc',
      PEERSET_NAMESPACE: 'default',
      PEERSET_SERVER: stage.cluster.servers.join(','),
      PEERSET_FORMAT: 'names',
    };
    // What kubelet sets for a Service called peerset is no port.
    const { code, stdout } = await runCommand(['resolve'], { env: { ...env, PEERSET_PORT: 'tcp://10.96.0.7:80', PEERSET_FAMILY: '' } });
    expect([code, stdout]).toEqual([0, 'color-ss-0\ncolor-ss-1\ncolor-ss-2\n']);
  });
});

describe('peerset wait', () => {
  test('ends with 0 when the declared peers are there', async () => {
    await using stage = await openStage();
    stage.set.pod(2).setReady(false);
    const waiting = startCommand(['wait', ...stage.declared, '--format', 'names', '--timeout', '20s']);
    await waiting.until((_stdout, stderr) => stderr.includes('color-ss-2'));
    stage.set.pod(2).setReady(true);
    const { code, stdout } = await waiting.ended;
    expect([code, stdout]).toEqual([0, 'color-ss-0\ncolor-ss-1\ncolor-ss-2\n']);
  });

  test('ends with 3, and says what is missing, when the time is up', async () => {
    await using stage = await openStage();
    stage.set.pod(2).setReady(false);
    const { code, stdout, stderr } = await runCommand(['wait', ...stage.declared, '--timeout', '500ms']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/missing: color-ss-2/);
  });
});

describe('peerset watch', () => {
  test('prints a line for each change into a pipe, and ends on SIGTERM', async () => {
    await using stage = await openStage();
    const watching = startCommand(['watch', ...stage.declared, '--poll-interval', '250ms', '--settling-interval', '100ms']);
    await watching.until((stdout) => stdout.includes('\n'));
    stage.set.pod(1).restart();
    await watching.until((stdout) => stdout.split('\n').length > 2);
    watching.child.kill('SIGTERM');
    const { code, stdout } = await watching.ended;
    const changes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(143);
    expect(changes[0].joined.map(({ name }: { name: string }) => name)).toEqual(['color-ss-0', 'color-ss-1', 'color-ss-2']);
    expect(changes.at(-1).moved.map(({ name, addresses }: { name: string; addresses: string[] }) => [name, addresses])).toEqual([
      ['color-ss-1', stage.set.pod(1).addresses],
    ]);
  });

  test('keeps files and serves endpoints', async () => {
    await using stage = await openStage();
    const [uri, list] = [join(folder, 'uri'), join(folder, 'hosts')];
    await writeFile(join(folder, 'password'), 's3cret\n');
    const files = ['--write', uri, '--as', 'mongo-uri', '--write', list, '--as', 'hosts', '--listen', '127.0.0.1:0'];
    const login = ['--replica-set', 'rs0', '--username', 'app', '--password-file', join(folder, 'password')];
    const watching = startCommand(['watch', ...stage.declared, ...files, ...login]);
    await watching.until((stdout, stderr) => stdout.includes('\n') && stderr.includes('http://127.0.0.1'));
    const { url } = JSON.parse(
      watching
        .stderr()
        .split('\n')
        .find((line) => line.includes('http://')) ?? '',
    );
    const ready = await fetch(`${url}/readyz`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    await expect.poll(async () => await readFile(list, 'utf8').catch(() => ''), { timeout: 30_000 }).toBe(`${hosts.join('\n')}\n`);
    await expect
      .poll(async () => await readFile(uri, 'utf8').catch(() => ''), { timeout: 30_000 })
      .toContain('mongodb://app:s3cret@color-ss-0');
    watching.child.kill('SIGTERM');
    const { code, stdout, stderr } = await watching.ended;
    expect([code, ready.status]).toEqual([143, 200]);
    expect(metrics).toMatch(/^peerset_peers 3$/m);
    expect((await stat(uri)).mode & 0o777).toBe(0o600);
    expect(`${stdout}${stderr}${metrics}`).not.toContain('s3cret');
  });

  test('runs a command for each change, with the change on its standard input', async () => {
    await using stage = await openStage();
    const watching = startCommand(['watch', ...stage.declared, '--exec', 'sh', '-c', 'cat; echo; echo "peers $PEERSET_PEERS"']);
    await watching.until((_stdout, stderr) => stderr.includes('peers color-ss-0,color-ss-1,color-ss-2'));
    watching.child.kill('SIGINT');
    expect((await watching.ended).code).toBe(130);
  });
});

describe('peerset mongo uri', () => {
  test('prints the connection string', async () => {
    await using stage = await openStage();
    const flags = ['--replica-set', 'rs0', '--database', 'app', '--username', 'app', '--uri-option', 'retryWrites=false'];
    const { code, stdout, stderr } = await runCommand(['mongo', 'uri', ...stage.declared, ...flags], { env: { PEERSET_PASSWORD: 'p@ss' } });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      `mongodb://app:p%40ss@${hosts.map((host) => `${host}:27017`).join(',')}/app?replicaSet=rs0&authSource=admin&retryWrites=false\n`,
    );
  });

  test('takes no password as an argument', async () => {
    await using stage = await openStage();
    const { code, stderr } = await runCommand(['mongo', 'uri', ...stage.target, '--password', 'p@ss']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--password'");
    expect(stderr).not.toContain('p@ss');
  });
});

describe('peerset cassandra seeds', () => {
  const flags = ['--cluster-state', 'new', '--data-dir', '/nowhere', '--cql-port', 'none'];

  test('gives the founder itself, by its address', async () => {
    await using stage = await openStage({}, { publishNotReadyAddresses: true });
    const env = { POD_NAME: 'color-ss-0', POD_IP: String(stage.set.pod(0).addresses[0]) };
    for (const ordinal of [1, 2]) stage.set.pod(ordinal).restart({ downMs: 60_000 });
    const { code, stdout } = await runCommand(['cassandra', 'seeds', ...stage.declared, ...flags], { env });
    expect([code, stdout]).toEqual([0, `${env.POD_IP}\n`]);
  });

  test('ends with 3 while a node must not start', async () => {
    await using stage = await openStage();
    for (const ordinal of [0, 1, 2]) stage.set.pod(ordinal).setReady(false);
    const { code, stdout, stderr } = await runCommand(['cassandra', 'seeds', ...stage.declared, ...flags], {
      env: { POD_NAME: 'color-ss-1' },
    });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('must not start yet');
  });
});

describe('peerset doctor', () => {
  test('finds nothing wrong, and ends with 0', async () => {
    await using stage = await openStage();
    const { code, stdout } = await runCommand(['doctor', ...stage.declared]);
    expect(stdout).toContain('ok');
    expect(code).toBe(0);
  });

  test('names what is wrong, with its remedy, and ends with 1', async () => {
    await using stage = await openStage();
    const { code, stdout } = await runCommand(['doctor', 'colour-svc.default', ...stage.dns, '--json']);
    const { healthy, findings } = JSON.parse(stdout);
    expect([code, healthy, findings[0].code]).toEqual([1, false, 'NO_SUCH_SERVICE_OR_NONE_READY']);
    expect(findings[0].remedy).toContain('kubectl');
  });
});

describe('the command line', () => {
  test.each([
    { args: [], code: 2, text: 'Usage: peerset' },
    { args: ['--version'], code: 0, text: '0.1.0' },
    { args: ['help', 'watch'], code: 0, text: '--exec' },
    { args: ['wathc'], code: 2, text: 'Did you mean watch' },
    { args: ['wait', 'color-svc.default', '--peer', '3'], code: 2, text: 'Did you mean --peers' },
    { args: ['wait', 'color-svc.default', '--peers'], code: 2, text: 'argument missing' },
    { args: ['wait', 'color-svc.default', '--peers', 'all'], code: 2, text: 'declared' },
    { args: ['wait', 'color-svc.default', '--timeout', '5'], code: 2, text: 'such as 500ms or 5s' },
    { args: ['wait', 'color-svc.default', '--poll-interval', '1ms'], code: 2, text: '--poll-interval: 1 ms is refused' },
    { args: ['resolve', 'color_svc.default'], code: 2, text: 'service' },
    { args: ['resolve'], code: 2, text: 'PEERSET_SERVICE' },
    { args: ['resolve', 'a.b', 'c'], code: 2, text: 'too many arguments' },
    { args: ['watch', 'a.b', '--write', '/tmp'], code: 2, text: '--as' },
    { args: ['watch', 'a.b', '--write', '/tmp', '--as', 'json'], code: 2, text: '--write: "/tmp" is refused, must be a file' },
    { args: ['watch', 'a.b', '--exec', 'no-such-command-here'], code: 2, text: 'no-such-command-here' },
    { args: ['watch', 'a.b', '--listen', '9480'], code: 2, text: '127.0.0.1:9480' },
    { args: ['watch', 'a.b', '--listen', '127.0.0.1:0', '--ready', 'declared'], code: 2, text: '--ready: "declared" is refused' },
    { args: ['cassandra', 'seeds', 'a.b'], code: 2, text: '--cluster-state' },
    { args: ['mongo', 'sidecar', 'a.b'], code: 2, text: '--replica-set' },
    { args: ['completion', 'fish'], code: 2, text: 'bash, zsh' },
    { args: ['completion', 'bash'], code: 0, text: 'complete -F _peerset peerset' },
  ])('$args: $code', async ({ args, code, text }) => {
    const ended = await runCommand(args);
    expect({ code: ended.code, hasText: `${ended.stdout}${ended.stderr}`.includes(text), said: ended.stderr }).toMatchObject({
      code,
      hasText: true,
    });
  });
});
