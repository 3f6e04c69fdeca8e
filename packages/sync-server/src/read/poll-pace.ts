/** Milliseconds between reads while something happens. */
export const BUSY_MS = 25;
/** Milliseconds between reads at most, when nothing happens and the listener is proven alive. */
export const IDLE_MS = 250;
/** Milliseconds for which a change keeps the reader busy. */
const BUSY_FOR_MS = 1_000;

/**
 * How long to wait before the next read. Polling is the backstop of the doorbell: slow only when the doorbell has been heard
 * lately and nothing has happened. Pure; all times in milliseconds.
 */
export function nextPollDelay(state: {
  readonly sinceChange: number;
  readonly listenerAlive: boolean;
  readonly previousDelay: number;
}): number {
  if (!state.listenerAlive || state.sinceChange < BUSY_FOR_MS) return BUSY_MS;
  return Math.min(IDLE_MS, Math.max(BUSY_MS, state.previousDelay * 2));
}
