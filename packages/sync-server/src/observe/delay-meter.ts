/**
 * How long it takes from a commit to the sockets, for what this process commits itself: from the moment its COMMIT had returned (`poke`)
 * until the batch of a read that began after that had been handed to all sockets concerned. No clock of another machine takes part, and it
 * never flatters: an earlier read may have brought the change already.
 */
export type DelaySummary = {
  /** Commits measured since the start. */
  readonly count: number;
  /** Their milliseconds in all. */
  readonly sum: number;
  /** Of the last 1,000; undefined before the first. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  /** Commits that took at most so many milliseconds, since the start. */
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
};

const KEPT = 1_000;
/** Commits that wait to be read; further ones are not measured. */
const MOST_WAITING = 10_000;
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

export class DelayMeter {
  #waiting: { readonly read: number; readonly at: number }[] = [];
  readonly #last: number[] = [];
  readonly #buckets = BOUNDS.map(() => 0);
  #count = 0;
  #sum = 0;

  /** Something was committed; `read` is the number of the first read that begins after now. */
  committed(read: number, now: number): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ read, at: now });
  }

  /** Read number `read` is with the sockets. */
  sent(read: number, now: number): void {
    let done = 0;
    while (done < this.#waiting.length && (this.#waiting[done]?.read ?? 0) <= read) done += 1;
    for (const { at } of this.#waiting.splice(0, done)) this.#note(now - at);
  }

  summary(): DelaySummary {
    const sorted = this.#last.toSorted((a, b) => a - b);
    const at = (share: number): number | undefined => sorted[Math.ceil(sorted.length * share) - 1];
    return {
      count: this.#count,
      sum: this.#sum,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      buckets: BOUNDS.map((atMost, index) => ({ atMost, count: this.#buckets[index] ?? 0 })),
    };
  }

  #note(milliseconds: number): void {
    this.#last[this.#count % KEPT] = milliseconds;
    this.#count += 1;
    this.#sum += milliseconds;
    BOUNDS.forEach((bound, index) => {
      if (milliseconds <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    });
  }
}
