import { AsyncLocalStorage } from 'node:async_hooks';
import { shiftDates } from '../shifted-date.ts';

/**
 * A wall clock of its own for what runs in it, and for everything that this begins: in one process each client may have another day.
 */
export class WallClock {
  /** Milliseconds by which it goes ahead. */
  offsetMs = 0;

  run<T>(work: () => T): T {
    return clocks.run(this, work);
  }
}

const clocks = new AsyncLocalStorage<WallClock>();
shiftDates((trueNow) => trueNow + (clocks.getStore()?.offsetMs ?? 0));
