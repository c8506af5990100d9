#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from './exit-codes.ts';

/** A reader that is slow gets so long for the rest. */
const LAST_WORDS_MS = 200;
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

// Kubelet sets variables for each Service of the namespace; those of a Service called peerset look like flags.
if (/^(?:tcp|udp|sctp):\/\//.test(process.env['PEERSET_PORT'] ?? '')) delete process.env['PEERSET_PORT'];
// A variable that is set to nothing is not set: manifests often have such.
for (const [name, value] of Object.entries(process.env)) if (name.startsWith('PEERSET_') && value === '') delete process.env[name];

// Loaded when signals are listened to: as the first process of a container it would miss one that comes before.
const { run } = await import('./run.ts');
const { version } = Object(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
const { stdout, stderr, env } = process;
const exitCode = await run(
  process.argv.slice(2),
  { stdout, stderr, env, shutdown: shutdown.signal, stdoutGone: stdoutGone.signal },
  String(version),
);
const unread = [...(stdoutGone.signal.aborted ? [] : [stdout]), stderr].filter(({ writableLength }) => writableLength > 0);
await Promise.race([Promise.all(unread.map((stream) => once(stream, 'drain').catch(() => {}))), sleep(LAST_WORDS_MS)]);
process.exit(exitCode);
