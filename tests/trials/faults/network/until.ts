import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 10;

/** Milliseconds until it holds; undefined if it does not in time. */
export async function until(holds: () => boolean, patienceMs: number): Promise<number | undefined> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > patienceMs) return undefined;
    await sleep(LOOK_MS);
  }
  return Math.round(performance.now() - began);
}
