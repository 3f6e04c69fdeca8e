/** Comers a second above which they are a crowd, and how many may come at once before they are. */
const CALM_PER_SECOND = 100;
const AT_ONCE = 20;
/** Milliseconds without anybody after which a crowd has gathered, for how long it gathers at most, and how many are let in together at most: their greeting holds up the event loop. */
const QUIET_MS = 10;
const LONGEST_MS = 100;
const MOST_TOGETHER = 250;

/**
 * Where those wait for one another who come in a crowd, as after a restart: what is looked up for each of them (session, memberships, a
 * start) is then asked for by all in the same moment, and is one statement. Who comes alone does not wait.
 */
export class Arrivals {
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Comers of late, who are forgotten at the calm rate. */
  #level = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Resolves when whoever came at `now` (`performance.now()`) may come in. */
  async turn(now: number): Promise<void> {
    this.#level = Math.max(0, this.#level - ((now - this.#lastAt) / 1000) * CALM_PER_SECOND) + 1;
    this.#lastAt = now;
    if (this.#level <= AT_ONCE) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length >= MOST_TOGETHER) this.#letIn();
      else if (this.#timer === undefined) this.#gather(0, LONGEST_MS);
    });
  }

  /** `before`: how many waited when it was last looked at. */
  #gather(before: number, leftMs: number): void {
    if (this.#waiting.length === before || leftMs <= 0) this.#letIn();
    else this.#timer = setTimeout((count: number) => this.#gather(count, leftMs - QUIET_MS), QUIET_MS, this.#waiting.length);
  }

  #letIn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = this.#waiting;
    this.#waiting = [];
    for (const enter of all) enter();
  }
}
