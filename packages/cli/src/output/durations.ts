const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something has been so, at a glance: `12s`, `3m 4s`, `2h`, `5d`. */
export function ageText(ageMs: number): string {
  const ms = Math.max(0, ageMs);
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)}d`;
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
  if (ms < MINUTE_MS) return `${seconds}s`;
  const minutes = `${Math.floor(ms / MINUTE_MS)}m`;
  return seconds === 0 ? minutes : `${minutes} ${seconds}s`;
}

/** A short time, to a tenth of a second: `0.4 s`; from a minute on as an age. */
export function secondsText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  return ms >= MINUTE_MS ? ageText(ms) : `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
}

/** A time that something took: `2 ms`, from a second on `1.2 s`. */
export function tookText(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  return ms < SECOND_MS ? `${Math.round(ms)} ms` : secondsText(ms);
}
