import { bucketOf, formatHash, hashRow, type RowHash } from './row-hash.ts';

/** Most buckets of one scope's digest; a power of two. */
export const MOST_BUCKETS = 1024;
/** Rows for which a bucket is worth its sixteen digits. */
const ROWS_PER_BUCKET = 16;

/** One row of a digest. */
export type DigestRow = { readonly table: string; readonly key: string; readonly hash: RowHash };

/**
 * The rows of one scope in numbers: in each bucket the sum of the hashes of its rows, whatever their order. Two digests of the same rows
 * are equal, and where they differ they say in which bucket.
 */
export class Digest {
  readonly #high = new Uint32Array(MOST_BUCKETS);
  readonly #low = new Uint32Array(MOST_BUCKETS);
  readonly #rows = new Map<number, DigestRow[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(table: string, key: string, row: object): void {
    const hash = hashRow(table, key, row);
    const bucket = bucketOf(table, key, MOST_BUCKETS);
    // What is above 32 bits falls away.
    this.#high[bucket] = (this.#high[bucket] ?? 0) + hash.high;
    this.#low[bucket] = (this.#low[bucket] ?? 0) + hash.low;
    const rows = this.#rows.get(bucket);
    if (rows === undefined) this.#rows.set(bucket, [{ table, key, hash }]);
    else rows.push({ table, key, hash });
    this.#size += 1;
  }

  /** The sums of `buckets` buckets (a power of two, at most `MOST_BUCKETS`). */
  sums(buckets: number): string[] {
    const sums = Array.from({ length: buckets }, () => ({ high: 0, low: 0 }));
    for (let bucket = 0; bucket < MOST_BUCKETS; bucket += 1) {
      const sum = sums[bucket & (buckets - 1)];
      if (sum === undefined) continue;
      sum.high = (sum.high + (this.#high[bucket] ?? 0)) >>> 0;
      sum.low = (sum.low + (this.#low[bucket] ?? 0)) >>> 0;
    }
    return sums.map(formatHash);
  }

  /** The rows of one of `buckets` buckets. */
  rowsOf(bucket: number, buckets: number): DigestRow[] {
    const found: DigestRow[] = [];
    for (let one = bucket; one < MOST_BUCKETS; one += buckets) found.push(...(this.#rows.get(one) ?? []));
    return found;
  }
}

/** How many buckets so many rows are worth. */
export function bucketsFor(rows: number): number {
  let buckets = 1;
  while (buckets < MOST_BUCKETS && buckets * ROWS_PER_BUCKET < rows) buckets *= 2;
  return buckets;
}

/** Whether `value` is a number of buckets. */
export function isBucketCount(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_BUCKETS && (value & (value - 1)) === 0
  );
}
