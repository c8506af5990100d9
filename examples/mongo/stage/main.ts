import { endOnSignals } from '../../stage/start-program.ts';
import { playMongo } from './play.ts';

endOnSignals();
// `npm run example:mongo | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));
await playMongo((line) => process.stdout.write(`${line}\n`));
