#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Interrupted } from './exit-codes.ts';
import { lastWords } from './last-words.ts';
import { neverWait } from './never-wait.ts';

/** Whatever is left after that is left. */
const LONGEST_SHUTDOWN_MS = 900;

const shutdown = new AbortController();
const stdoutGone = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const interrupted = new Interrupted(signal);
    if (shutdown.signal.aborted) process.exit(interrupted.exitCode);
    shutdown.abort(interrupted);
    setTimeout(() => process.exit(interrupted.exitCode), LONGEST_SHUTDOWN_MS).unref();
  });
}
// Who reads only the first lines closes the pipe.
process.stdout.on('error', (error) => stdoutGone.abort(error));
process.stderr.on('error', () => {});
neverWait(process.stdout);
neverWait(process.stderr);

// Kubelet sets variables for each Service of the namespace; those of a Service called peerset look like flags.
if (/^(?:tcp|udp|sctp):\/\//.test(process.env['PEERSET_PORT'] ?? '')) delete process.env['PEERSET_PORT'];
// A variable that is set to nothing is not set: manifests often have such.
for (const [name, value] of Object.entries(process.env)) if (name.startsWith('PEERSET_') && value === '') delete process.env[name];

// Loaded when signals are listened to: as the first process of a container it would miss one that comes before.
const { run } = await import('./run.ts');
const { version } = Object(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
const { stdout, stderr, env } = process;
const io = { stdout, stderr, env, shutdown: shutdown.signal, stdoutGone: stdoutGone.signal };
const exitCode = await run(process.argv.slice(2), io, String(version));
await lastWords(io);
process.exit(exitCode);
