import { createHash } from 'node:crypto';

/** What was seen to be wrong: which promise, and what of it. */
export type Finding = { readonly rule: string; readonly what: string };

/** Lines kept for whoever looks at a failure. */
const LAST_LINES = 60;

/** Everything that was observed, in order: a hash of all of it, and the last lines. What is wrong is told to it as well. */
export class Journal {
  readonly findings: Finding[] = [];
  readonly #hash = createHash('sha256');
  readonly #last: string[] = [];
  readonly #now: () => number;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly counts = new Map<string, number>();
  lines = 0;

  constructor(now: () => number, onLine: ((line: string) => void) | undefined) {
    this.#now = now;
    this.#onLine = onLine;
  }

  note(who: string, what: string): void {
    const line = `${this.#now().toFixed(3)} ${who}: ${what}`;
    this.lines += 1;
    this.#hash.update(line).update('\n');
    this.#last.push(line);
    this.#onLine?.(line);
    if (this.#last.length > 2 * LAST_LINES) this.#last.splice(0, LAST_LINES);
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  fail(rule: string, what: string): void {
    this.findings.push({ rule, what });
    this.note(rule, what);
  }

  lastLines(): readonly string[] {
    return this.#last.slice(-LAST_LINES);
  }

  /** Ends it. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}
