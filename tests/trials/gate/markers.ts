import { setTimeout as sleep } from 'node:timers/promises';
import { markInPassing } from '../barrier.ts';
import type { TrialDatabase } from '../database/trial-database.ts';
import { trueTime } from './segment.ts';

const EVERY_MS = 1_000;

/** Sets a marker every second while a leg is under way, by which it is seen how soon clients have healed. */
export class Markers {
  /** Of the last marker. They grow, and barriers count with them. */
  number = 0;
  readonly #database: TrialDatabase;
  readonly #onMarked: (number: number, began: number) => void;
  #running = true;
  #held = 0;
  #setting: Promise<void> = Promise.resolve();
  readonly #loop: Promise<void>;

  /** `onMarked`: what was committed before `began` lies before the marker. */
  constructor(database: TrialDatabase, onMarked: (number: number, began: number) => void) {
    [this.#database, this.#onMarked] = [database, onMarked];
    this.#loop = this.#run();
  }

  /** None is set until what it returns is called: at rest, and while the trial looks what a crash has left. */
  async hold(): Promise<() => void> {
    this.#held += 1;
    await this.#setting;
    return () => void (this.#held -= 1);
  }

  async close(): Promise<void> {
    this.#running = false;
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      if (this.#held === 0) {
        this.#setting = this.#set();
        await this.#setting;
      }
      await sleep(EVERY_MS);
    }
  }

  async #set(): Promise<void> {
    const [number, began] = [++this.number, trueTime()];
    // A database that is not there is one of the faults.
    const isSet = await markInPassing(this.#database, number).then(
      () => true,
      () => false,
    );
    if (isSet) this.#onMarked(number, began);
  }
}
