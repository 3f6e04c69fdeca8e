import type { Row } from '@elira/protocol';

/** What is laid over a table: rows by key, `null` where a row is hidden. */
export type Layer = ReadonlyMap<string, Row | null>;

/** A table with a layer over it, without copying either: rows of the table in their order, then those that the layer adds. */
export class LaidOverRows implements ReadonlyMap<string, Row> {
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #layer: Layer;

  constructor(rows: ReadonlyMap<string, Row>, layer: Layer) {
    this.#rows = rows;
    this.#layer = layer;
  }

  get size(): number {
    let { size } = this.#rows;
    for (const [key, row] of this.#layer) size += Number(row !== null) - Number(this.#rows.has(key));
    return size;
  }

  get(key: string): Row | undefined {
    const laid = this.#layer.get(key);
    return laid === undefined ? this.#rows.get(key) : (laid ?? undefined);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  forEach(call: (row: Row, key: string, map: ReadonlyMap<string, Row>) => void): void {
    for (const [key, row] of this) call(row, key, this);
  }

  *entries(): Generator<[string, Row], undefined> {
    for (const [key, row] of this.#rows) {
      const laid = this.#layer.get(key);
      if (laid !== null) yield [key, laid ?? row];
    }
    for (const [key, row] of this.#layer) if (row !== null && !this.#rows.has(key)) yield [key, row];
    return undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this) yield key;
    return undefined;
  }

  *values(): Generator<Row, undefined> {
    for (const [, row] of this) yield row;
    return undefined;
  }

  [Symbol.iterator](): Generator<[string, Row], undefined> {
    return this.entries();
  }
}
