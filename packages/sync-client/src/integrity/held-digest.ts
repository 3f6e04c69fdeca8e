import { bucketsFor, Digest, formatHash, type Row, type RowsQuestion, type ScopeKey } from '@elira/protocol';
import type { RowStore } from '../store/row-store.ts';

/** The rows of a store at one moment, and the cursor that says what they should be. */
export type HeldRows = {
  readonly cursor: string;
  readonly scopes: ReadonlyMap<ScopeKey, ReadonlyMap<string, ReadonlyMap<string, Row>>>;
};

/** Rows that are hashed before others get their turn. */
const SLICE_ROWS = 200;

/** Rows are never altered in place, so what is taken here stays as it is. Undefined while the rows are at no cursor. */
export function holdRows(store: RowStore, scopes: readonly ScopeKey[] = store.scopes()): HeldRows | undefined {
  const { cursor } = store;
  if (cursor === undefined) return undefined;
  return { cursor, scopes: new Map(scopes.map((scope) => [scope, store.dump(scope) ?? new Map()])) };
}

export async function digestOf(tables: ReadonlyMap<string, ReadonlyMap<string, Row>>): Promise<Digest> {
  const digest = new Digest();
  for (const [table, rows] of tables) {
    for (const [key, row] of rows) {
      digest.add(table, key, row);
      if (digest.size % SLICE_ROWS === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  }
  return digest;
}

/** The sums of a scope, in as many buckets as its rows are worth. */
export function sumsOf(digest: Digest): string[] {
  return digest.sums(bucketsFor(digest.size));
}

/** All that is held in some buckets; of more than `mostRows` rows, only the first buckets. */
export function rowsQuestion(
  scope: string,
  digest: Digest,
  { of, buckets, mostRows }: { readonly of: number; readonly buckets: readonly number[]; readonly mostRows: number },
): RowsQuestion {
  const asked: number[] = [];
  const rows: RowsQuestion['rows'][number][] = [];
  for (const bucket of buckets) {
    const held = digest.rowsOf(bucket, of);
    if (rows.length + held.length > mostRows) break;
    asked.push(bucket);
    rows.push(...held.map(({ table, key, hash }) => [table, key, formatHash(hash)] as const));
  }
  return { scope, of, buckets: asked, rows };
}
