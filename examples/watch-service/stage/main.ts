import { endOnSignals } from '../../stage/start-program.ts';
import { playWatchService } from './play.ts';

endOnSignals();
// `npm run example:watch-service | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));
try {
  await playWatchService(new URL('../main.js', import.meta.url), (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stdout.write(`Not as promised. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
