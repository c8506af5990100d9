import { playCassandra } from './play.ts';

// `npm run example:cassandra | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));
await playCassandra((line) => process.stdout.write(`${line}\n`));
