/** Does several things at a time out of a list, and stands still when told to. */
export class Lanes<T> {
  readonly #left: T[];
  readonly #work: (one: T) => Promise<void>;
  readonly #lanes: Promise<void>;
  #working = 0;
  #open: () => void = () => undefined;
  #gate: Promise<void> = Promise.resolve();
  #quiet: (() => void)[] = [];

  constructor(all: readonly T[], lanes: number, work: (one: T) => Promise<void>) {
    [this.#left, this.#work] = [[...all], work];
    this.#lanes = Promise.all(Array.from({ length: lanes }, () => this.#lane())).then(() => undefined);
  }

  /** Resolves when nothing is under way; nothing begins until `resume`. */
  async pause(): Promise<void> {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
    if (this.#working > 0) await new Promise<void>((resolve) => this.#quiet.push(resolve));
  }

  resume(): void {
    this.#open();
  }

  /** Resolves when everything has been done. */
  get done(): Promise<void> {
    return this.#lanes;
  }

  async #lane(): Promise<void> {
    for (;;) {
      await this.#gate;
      const one = this.#left.shift();
      if (one === undefined) return;
      this.#working += 1;
      try {
        await this.#work(one);
      } finally {
        this.#working -= 1;
        if (this.#working === 0) for (const told of this.#quiet.splice(0)) told();
      }
    }
  }
}
