import { shiftDates } from './shifted-date.ts';

/**
 * A wall clock that jumps when its process is told to (SIGUSR2), for servers of the trial: an hour back, a day ahead, and to the true time
 * again. Imported before anything that may look at a clock.
 */
const HOUR_MS = 3_600_000;
const OFFSETS_MS = [-HOUR_MS, 24 * HOUR_MS, 0];
let jumps = 0;
let offsetMs = 0;

shiftDates((trueNow) => trueNow + offsetMs);
process.on('SIGUSR2', () => {
  offsetMs = OFFSETS_MS[jumps % OFFSETS_MS.length] ?? 0;
  jumps += 1;
});
