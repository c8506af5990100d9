// Provides the CoreDNS binary that `npm run test:real` tests against: built once with Go, kept under node_modules/.cache.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const executable = process.platform === 'win32' ? 'coredns.exe' : 'coredns';

/** Pinned, because the conformance tests compare with what exactly this release answers. */
export const coreDnsVersion = '1.14.7';
/** What the `go` line of that release's go.mod asks for. */
const goVersion = '1.25';

/**
 * Returns `{ kind: 'ready', path }`, or `{ kind: 'skipped', reason }` where Go is absent and nothing was built before.
 * Rejects with a one-sentence message when the build fails, and with `signal.reason` when it is interrupted.
 */
export async function provideCoreDns(signal) {
  const cache = join(root, 'node_modules', '.cache', 'coredns');
  const path = join(cache, coreDnsVersion, executable);
  if (await isExecutable(path)) return { kind: 'ready', path };

  await mkdir(join(cache, coreDnsVersion), { recursive: true });
  const workFolder = await mkdtemp(join(cache, 'build-'));
  try {
    if (!(await build(workFolder, signal))) return { kind: 'skipped', reason: missingGo() };
    // The rename makes the binary appear whole or not at all, also when two runs build at the same time.
    await rename(join(workFolder, executable), path);
    return { kind: 'ready', path };
  } finally {
    await rm(workFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function isExecutable(path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** False where there is no Go. What Go prints goes to stderr: stdout is for results. */
async function build(workFolder, signal) {
  signal.throwIfAborted();
  const module = `github.com/coredns/coredns@v${coreDnsVersion}`;
  const go = spawn('go', ['install', module], {
    cwd: workFolder,
    // Go's own temporary files go where ours are removed, whatever ends it.
    env: { ...process.env, GOBIN: workFolder, GOTMPDIR: workFolder },
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const stop = () => go.kill('SIGINT');
  signal.addEventListener('abort', stop);
  try {
    const code = await new Promise((resolve, reject) => {
      go.on('spawn', () => console.error(`test:real: building CoreDNS ${coreDnsVersion} with Go, once; this takes a few minutes`));
      go.on('error', reject);
      go.on('close', resolve);
    });
    signal.throwIfAborted();
    if (code !== 0)
      throw new Error(`building CoreDNS failed: go install ${module} ended with exit code ${code}; its own words stand above`);
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function missingGo() {
  return (
    `the tests against real CoreDNS were skipped, because CoreDNS ${coreDnsVersion} is built with Go and there is no \`go\` on the PATH; ` +
    `install Go ${goVersion} or newer from https://go.dev/dl/ and run \`npm run test:real\` again`
  );
}
