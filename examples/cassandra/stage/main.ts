import { endOnSignals } from '../../stage/start-program.ts';
import { playCassandra } from './play.ts';

/** Longer than a driver pauses between two attempts to connect, which ends one that was shut down meanwhile. */
const LINGER_MS = 15_000;

endOnSignals();
// `npm run example:cassandra | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));
await playCassandra((line) => process.stdout.write(`${line}\n`));

// Everything is closed, so the process ends by itself.
setTimeout(() => {
  process.stderr.write(`still running ${LINGER_MS / 1_000} s after the end: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit(1);
}, LINGER_MS).unref();
