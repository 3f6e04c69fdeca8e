import type { Row } from '@elira/protocol';

type Laid = { readonly id: string; readonly seq: number; answeredAt: number | undefined };

/**
 * Milliseconds by which rows must be fresher than an answer to hold what it was about: the way of a batch to its client is not counted in
 * its freshness, and here a server may be held still for a while.
 */
const FRESHER_MS = 3_000;

/**
 * What a device shows of its slates: the rows, with what it has written laid over them until the rows have it. That falls when the entry
 * of the ledger comes with the rows, when it is refused, or when the rows are surely fresher than the answer. No more than the rule that
 * the protocol gives to clients; whether the server's part of it is true is what the trial asks (I10).
 */
export class ShownSlates {
  readonly #laid = new Map<string, Laid[]>();

  write(slate: string, id: string, seq: number): void {
    this.#laid.set(slate, [...(this.#laid.get(slate) ?? []), { id, seq, answeredAt: undefined }]);
  }

  answered(id: string, applied: boolean, now: number): void {
    for (const [slate, laid] of this.#laid) {
      for (const one of laid) if (one.id === id) one.answeredAt ??= now;
      if (!applied)
        this.#laid.set(
          slate,
          laid.filter((one) => one.id !== id),
        );
    }
  }

  /** The rows have moved. */
  settle(ledger: ReadonlyMap<string, Row>, freshAt: number | undefined): void {
    const isThere = ({ id, answeredAt }: Laid): boolean =>
      ledger.has(id) || (answeredAt !== undefined && freshAt !== undefined && freshAt > answeredAt + FRESHER_MS);
    for (const [slate, laid] of this.#laid)
      this.#laid.set(
        slate,
        laid.filter((one) => !isThere(one)),
      );
  }

  /** What is to be seen of a slate; undefined where nothing is. */
  of(slate: string, rows: ReadonlyMap<string, Row>): number | undefined {
    const laid = this.#laid.get(slate)?.at(-1)?.seq;
    const seq = laid ?? rows.get(slate)?.['seq'];
    return typeof seq === 'number' ? seq : undefined;
  }
}
