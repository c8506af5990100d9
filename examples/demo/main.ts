import { paintFor } from './paint.ts';
import { runDemo } from './run-demo.ts';

const interruption = new AbortController();
// Once: who presses Ctrl-C again does not want to wait for a clean end.
process.once('SIGINT', () => interruption.abort());
// `npm run demo | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));

const { exitCode } = await runDemo({
  write: (text) => process.stdout.write(text),
  paint: paintFor(process.stdout, process.env),
  signal: interruption.signal,
});
process.exitCode = exitCode;
