import { expect, test, vi } from 'vitest';
import { runSidecar } from '../readme-reconciler-example.ts';

test('the sidecar of README.md begins, and ends when it is told to', async () => {
  vi.stubEnv('POD_NAME', 'color-ss-1');
  vi.stubEnv('POD_NAMESPACE', 'default');
  const ending = new AbortController();
  const running = runSidecar(3, ending.signal);
  ending.abort();
  await expect(running).resolves.toBeUndefined();
  vi.unstubAllEnvs();
});

test('it refuses a pod of another StatefulSet', async () => {
  vi.stubEnv('POD_NAME', 'other-1');
  vi.stubEnv('POD_NAMESPACE', 'default');
  await expect(runSidecar(3, AbortSignal.abort())).rejects.toThrow('podName: "other-1" is refused');
  vi.unstubAllEnvs();
});
