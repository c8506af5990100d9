import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { startFakeReplicaSet } from '../../../mongo-adapter/test/support/fake-set/fake-replica-set.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';

const SECRET = 's3cr3t-0f-many';
const login = ['--replica-set', 'rs0', '--username', 'app'];

describe.concurrent('a secret', () => {
  test.for([
    { name: 'of PEERSET_PASSWORD', args: [], env: { PEERSET_PASSWORD: SECRET } },
    { name: 'of --password-file', args: ['--password-file', 'FOLDER/password'], env: {} },
    { name: 'among the options of the string, by a variable', args: [], env: { PEERSET_EXTRA_URI_OPTION: `token=${SECRET}` } },
  ])('$name is in the file of --write, and nowhere else', async ({ args, env }, { expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await writeFile(folder.file('password'), SECRET);
    const given = [...login, ...args].map((each) => each.replace('FOLDER', folder.path));
    const work = ['--write', folder.file('uri'), '--as', 'mongo-uri', '--listen', '127.0.0.1:0', '--log-level', 'debug'];
    await using watching = startCommand(
      ['watch', ...stage.declared, ...quick, ...given, ...work, '--exec', 'sh', '-c', 'env > "$DIR/env"; cat; env'],
      { env: { ...env, DIR: folder.path } },
    );
    await watching.until((stdout, stderr) => stdout.includes('\n') && stderr.includes('http:') && stderr.includes('hook sh done'));
    const url = /http:[^"]+/.exec(watching.stderr())?.[0] ?? '';
    await expect.poll(async () => await readFile(folder.file('uri'), 'utf8').catch(() => ''), { timeout: 30_000 }).toContain(SECRET);
    const served = await Promise.all(
      ['metrics', 'peers', 'readyz', 'none'].map(async (path) => await (await fetch(`${url}/${path}`)).text()),
    );
    const { code, stdout, stderr } = await watching.stop();
    expect(code).toBe(143);
    const environment = await readFile(folder.file('env'), 'utf8');
    expect(environment).toContain('PEERSET_PEERS=color-ss-0,color-ss-1,color-ss-2');
    expect(environment).not.toMatch(/PASSWORD|URI_OPTION/);
    expect([stdout, stderr, environment, ...served].filter((text) => text.includes(SECRET))).toEqual([]);
  });

  test('is in the string that is printed, unless it is to be hidden', async ({ expect }) => {
    await using stage = await openStage();
    const env = { PEERSET_PASSWORD: SECRET };
    const [plain, hidden] = await Promise.all(
      [[], ['--redact']].map((flags) => runCommand(['mongo', 'uri', ...stage.declared, ...login, ...flags], { env })),
    );
    expect([plain?.stdout.includes(SECRET), plain?.stderr]).toEqual([true, '']);
    expect(hidden?.stdout).toMatch(/^mongodb:\/\/[^\n]*color-ss-0[^\n]*\n$/);
    expect(`${hidden?.stdout}${hidden?.stderr}`).not.toContain(SECRET);
  });

  test('that a replica set refuses is in no line of the log', async ({ expect }) => {
    await using fake = await startFakeReplicaSet({ credentials: { username: 'app', password: 'another' } });
    const [, port = ''] = fake.member(0).localAddress.split(':');
    const dns = [fake.service.host, '--server', fake.cluster.servers.join(','), '--allow', '127.0.0.0/8', '--family', 'ipv4', ...quick];
    const set = ['-s', 'color-ss', '-r', '4', '--self', 'color-ss-0', ...login, '--local-port', port, '--port', String(fake.port)];
    await using sidecar = startCommand(['mongo', 'sidecar', ...dns, ...set, '--interval', '250ms', '--log-level', 'debug'], {
      env: { PEERSET_PASSWORD: SECRET },
    });
    await expect.poll(() => fake.commands.filter(({ name }) => name.startsWith('sasl')).length, { timeout: 30_000 }).toBeGreaterThan(2);
    const { code, stdout, stderr } = await sidecar.stop();
    expect(code).toBe(143);
    expect(`${stdout}${stderr}`).not.toContain(SECRET);
  });

  test.for<{ name: string; args: readonly string[]; env?: Readonly<Record<string, string>> }>([
    { name: 'as a flag that is not there', args: ['resolve', 'a.b', `--password=${SECRET}`] },
    { name: 'as a flag of one letter', args: ['resolve', 'a.b', `-x${SECRET}`] },
    {
      name: 'as an option that must not hold it',
      args: ['mongo', 'uri', 'a.b', '--uri-option', `tlsCertificateKeyFilePassword=${SECRET}`],
    },
    { name: 'as an option without a name', args: ['mongo', 'uri', 'a.b', '--uri-option', SECRET] },
    { name: 'as an option that is not there', args: ['mongo', 'uri', 'a.b', '--uri-option', `passwort=${SECRET}`] },
    { name: 'as one argument too many', args: ['mongo', 'uri', 'a.b', SECRET] },
    { name: 'as an extra option that is none', args: ['mongo', 'uri', 'a.b', '--extra-uri-option', `proxyPassword=${SECRET}`] },
    { name: 'with a line end', args: ['mongo', 'uri', 'a.b', '--username', 'app'], env: { PEERSET_PASSWORD: `${SECRET}\n` } },
  ])('given $name is not repeated', async ({ args, env = {} }, { expect }) => {
    const { code, stdout, stderr } = await runCommand(args, { env });
    expect({ code, hasSecret: `${stdout}${stderr}`.includes(SECRET), stderr }).toMatchObject({ code: 2, hasSecret: false });
  });
});
