import type { SharedStep } from './tab-message.ts';

/** Most steps, and most rows in them, that a leader keeps for those who come back. */
export const HISTORY = { steps: 128, rows: 2000 } as const;

type Past = { readonly from: string | undefined; readonly step: SharedStep; readonly rows: number };

/** The last steps of a leader: what leads a follower on that stands at one of their cursors. Older ones come as a whole state. */
export class StepHistory {
  readonly #steps: Past[] = [];
  #rows = 0;

  /** `from`: the cursor before the step. */
  add(from: string | undefined, step: SharedStep): void {
    const rows = rowsOf(step);
    this.#steps.push({ from, step, rows });
    this.#rows += rows;
    while (this.#steps.length > HISTORY.steps || this.#rows > HISTORY.rows) this.#rows -= this.#steps.shift()?.rows ?? 0;
  }

  /** The steps since that cursor was left for the last time; undefined where they are not known any more. */
  since(cursor: string): readonly SharedStep[] | undefined {
    const at = this.#steps.findLastIndex(({ from }) => from === cursor);
    return at < 0 ? undefined : this.#steps.slice(at).map(({ step }) => step);
  }

  clear(): void {
    this.#steps.length = 0;
    this.#rows = 0;
  }
}

function rowsOf(step: SharedStep): number {
  if (step.kind === 'withdraw') return 0;
  const lists = step.batch.deltas.flatMap(({ put = {} }) => Object.values(put));
  return lists.reduce((sum, pairs) => sum + pairs.length, 0);
}
