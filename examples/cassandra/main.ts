import { initSeeds } from './init-seeds.ts';
import { startSidecar } from './sidecar.ts';

// The program of the containers `seeds` and `sidecar` in manifest.yaml.
const say = (line: string): void => console.log(line);
const [role] = process.argv.slice(2);
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort(new Error(name)));

if (role === 'init') {
  await initSeeds(process.env, say, { signal: ending.signal });
} else if (role === 'sidecar') {
  const sidecar = startSidecar(process.env, say);
  ending.signal.addEventListener('abort', () => void sidecar[Symbol.asyncDispose]());
} else {
  throw new Error('say init or sidecar');
}
