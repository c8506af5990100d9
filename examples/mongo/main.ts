import { startSidecar } from './sidecar.ts';

// The program of the container `sidecar` in manifest.yaml.
const sidecar = startSidecar(process.env, (line) => console.log(line));
const end = (): void => void sidecar[Symbol.asyncDispose]();
process.once('SIGTERM', end);
process.once('SIGINT', end);
