/** Who waits for a head that a read of a certain number, or a later one, leads to. */
export class HeadWaiters {
  #waiting: { readonly from: number; readonly resolve: () => void }[] = [];

  /** Resolves when read number `from` has been taken in, or its history has ended. */
  until(from: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ from, resolve }));
  }

  /** Read number `ended` has been taken in; infinite: nobody need wait any more. */
  call(ended: number): void {
    const all = this.#waiting;
    this.#waiting = all.filter(({ from }) => from > ended);
    for (const { from, resolve } of all) if (from <= ended) resolve();
  }
}
