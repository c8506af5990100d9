// `npm run test:replica-set`: 100,000 ticks. `PEERSET_SEED=7` plays one history, `PEERSET_ROUNDS=20000` as many ticks.
import { play } from './history.ts';
import { judge, tellHistory } from './report.ts';

/** More failures than this teach nothing new. */
const ENOUGH_FAILURES = 5;

const seed = process.env['PEERSET_SEED'];
if (seed === undefined) playTicks(Number(process.env['PEERSET_ROUNDS'] ?? 100_000));
else {
  const played = play(Number(seed));
  console.log(
    `${tellHistory(played)}\n${played.broken.length === 0 ? 1 : 0} passed, ${played.broken.length === 0 ? 0 : 1} failed, 0 skipped`,
  );
  process.exitCode = played.broken.length === 0 ? 0 : 1;
}

function playTicks(wanted: number): void {
  const played = [];
  const startedAtMs = performance.now();
  let [ticks, failures] = [0, 0];
  for (let each = 1; ticks < wanted && failures < ENOUGH_FAILURES; each += 1) {
    const history = play(each);
    played.push(history);
    ticks += history.ticks;
    failures += history.broken.length === 0 ? 0 : 1;
  }
  const ticksPerSecond = (ticks * 1_000) / (performance.now() - startedAtMs);
  const { lines, failed, passed } = judge(played, ticksPerSecond);
  console.log(`${lines.join('\n')}\n\n${passed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
