import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage } from './stage.ts';
import { runCommand } from './start-command.ts';

interface Refusal {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly text: string;
}

describe.concurrent('what is wrong with the command line is told by name', () => {
  test.for<Refusal>([
    { args: ['watch', 'a.b'], env: { PEERSET_POLL_INTERVAL: 'soon' }, text: "from env 'PEERSET_POLL_INTERVAL'" },
    { args: ['watch', 'a.b'], env: { PEERSET_POLL_INTERVAL: '1ms' }, text: 'PEERSET_POLL_INTERVAL: 1 ms is refused' },
    { args: ['watch'], env: { PEERSET_SERVICE: 'Color_Svc' }, text: 'PEERSET_SERVICE: "Color_Svc" is refused' },
    { args: ['watch', 'a.b'], env: { PEERSET_SERVER: '10.0.0.10,nope' }, text: 'PEERSET_SERVER: "nope" is refused' },
    { args: ['watch', 'a.b'], env: { PEERSET_REPLICAS: 'three' }, text: "from env 'PEERSET_REPLICAS'" },
    { args: ['watch', 'a.b'], env: { PEERSET_REPLICAS_FILE: '/no/file' }, text: 'PEERSET_REPLICAS_FILE: ENOENT' },
    { args: ['watch', 'a.b'], env: { PEERSET_LISTEN: '9480' }, text: "from env 'PEERSET_LISTEN'" },
    { args: ['watch', 'a.b'], env: { PEERSET_LISTEN: ':0', PEERSET_READY: 'majority' }, text: 'PEERSET_READY: "majority" is refused' },
    { args: ['watch', 'a.b'], env: { PEERSET_WRITE: '/tmp', PEERSET_AS: 'json' }, text: 'PEERSET_WRITE: "/tmp" is refused' },
    { args: ['watch', 'a.b'], env: { PEERSET_EXEC: '/no/command' }, text: 'PEERSET_EXEC: "/no/command" is refused' },
    { args: ['wait', 'a.b'], env: { PEERSET_PEERS: 'all' }, text: "from env 'PEERSET_PEERS'" },
    { args: ['wait', 'a.b'], env: { PEERSET_WITH_SELF: 'yes' }, text: "from env 'PEERSET_WITH_SELF'" },
    { args: ['mongo', 'uri', 'a.b', '--with-self'], env: { PEERSET_SRV: '1' }, text: "value '1' from env 'PEERSET_SRV'" },
    { args: ['mongo', 'uri', 'a.b', '--max-hosts', '0'], text: '--max-hosts: 0 is refused' },
    { args: ['watch', 'a.b', '--write', '/tmp/x', '--as', 'mongo-uri', '--max-hosts', '0'], text: '--max-hosts: 0 is refused' },
    { args: ['mongo', 'uri', 'a.b'], env: { PEERSET_PASSWORD_FILE: '/no/file' }, text: 'PEERSET_PASSWORD_FILE: ENOENT' },
    { args: ['resolve', 'a.b'], env: { PEERSET_LOG_LEVEL: 'loud' }, text: "from env 'PEERSET_LOG_LEVEL'" },
    // The command line goes before, and is to blame then.
    { args: ['watch', 'a.b', '--poll-interval', '2ms'], env: { PEERSET_POLL_INTERVAL: '5s' }, text: '--poll-interval: 2 ms is refused' },
    { args: ['watch', 'a.b', '--write'], text: "option '--write <file>' argument missing" },
    { args: ['watch', 'a.b', '--exec'], text: "option '--exec <command...>' argument missing" },
    { args: ['watch', 'a.b', '--exec-timeout', '5'], text: 'such as 500ms or 5s' },
    { args: ['watch', 'a.b', '--exec-timeout', '0', '--exec', 'true'], text: '--exec-timeout: 0 ms is refused' },
    { args: ['watch', 'a.b'], env: { PEERSET_EXEC: 'true', PEERSET_EXEC_TIMEOUT: '99999h' }, text: 'PEERSET_EXEC_TIMEOUT: 3' },
    { args: ['wait', 'a.b', '--timeout', '-1s'], text: 'such as 500ms or 5s' },
    { args: ['wait', 'a.b', '--stable', '1.0005s'], text: 'whole milliseconds' },
    { args: ['wait', 'a.b', '--stable', '1 s'], text: 'such as 500ms or 5s' },
    { args: ['resolve', 'a.b', '--replicas', '0x3'], text: 'must be a whole number' },
    { args: ['resolve', 'a.b', '--port', '0'], text: '--port: 0 is refused' },
    { args: ['resolve', 'a.b', '--format', 'yaml'], text: 'must be one of table, json' },
    { args: ['resolve', 'a.b', '--write', '/x'], text: "unknown option '--write'" },
    { args: ['mongo', 'sidecars'], text: 'unknown command' },
    { args: ['cassandra', 'seeds', 'a.b', '--cluster-state', 'new', '-s', 'x', '-r', '3'], text: '--self' },
    { args: ['cassandra', 'sidecar', 'a.b', '--get-seeds', 'x', '--write', '/tmp/x'], text: '--get-seeds: needs --reload' },
  ])('$args with $env', async ({ args, env = {}, text }, { expect }) => {
    const { code, stdout, stderr } = await runCommand(args, { env });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
  });

  test.for([
    { value: 'true', scheme: 'mongodb+srv://' },
    { value: 'false', scheme: 'mongodb://' },
  ])('a switch by its variable: $value', async ({ value, scheme }, { expect }) => {
    await using stage = await openStage();
    const { code, stdout } = await runCommand(['mongo', 'uri', ...stage.target], { env: { PEERSET_SRV: value } });
    expect([code, stdout.slice(0, scheme.length)]).toEqual([0, scheme]);
  });

  test('a variable that is set to nothing is not set', async ({ expect }) => {
    await using stage = await openStage();
    const env = { PEERSET_POLL_INTERVAL: '', PEERSET_REPLICAS: '', PEERSET_FORMAT: '' };
    const { code, stderr } = await runCommand(['resolve', ...stage.target], { env });
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe.concurrent('the completion script', () => {
  test.for([
    { line: 'peerset wa', want: ['wait', 'watch'] },
    { line: 'peerset mongo ', want: ['uri', 'sidecar'] },
    { line: 'peerset cassandra s', want: ['seeds', 'sidecar'] },
    { line: 'peerset watch color-svc --exec', want: ['--exec', '--exec-timeout'] },
    { line: 'peerset mongo uri color-svc --pass', want: ['--password-file'] },
    { line: 'peerset completion z', want: ['zsh'] },
    { line: 'peerset watch --last-known-file kno', want: ['known'] },
    { line: 'peerset nothing --', want: [] },
  ])('in bash, `$line` goes on with $want', async ({ line, want }, { expect }) => {
    await using folder = await temporaryFolder();
    const { stdout: script } = await runCommand(['completion', 'bash']);
    await writeFile(folder.file('completion.sh'), script);
    await writeFile(folder.file('known'), '');
    const words = line.split(' ');
    const code = `source ./completion.sh; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
complete -p peerset > complete; _peerset; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-uc', code], { cwd: folder.path });
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((each) => each !== '')).toEqual(want);
  });
});
