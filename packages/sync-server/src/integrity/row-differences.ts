import { parseHash, type Digest, type RowsQuestion } from '@elira/protocol';

/** What of some buckets is different, by table. */
export type RowDifferences = {
  /** Keys that are here and not there, or otherwise. */
  readonly wanted: Map<string, Set<string>>;
  /** Keys that are there and not here. */
  readonly surplus: Map<string, Set<string>>;
};

/** Compares what a client holds in some buckets with the digest. Pure. */
export function rowDifferences(digest: Digest, { of, buckets, rows }: RowsQuestion): RowDifferences {
  const reported = new Map(
    rows.map(([table, key, hash]) => [JSON.stringify([table, key]), { table, key, hash: parseHash(hash) }]),
  );
  const found: RowDifferences = { wanted: new Map(), surplus: new Map() };
  for (const { table, key, hash } of new Set(buckets.flatMap((bucket) => digest.rowsOf(bucket, of)))) {
    const id = JSON.stringify([table, key]);
    const theirs = reported.get(id)?.hash;
    reported.delete(id);
    if (theirs?.high !== hash.high || theirs.low !== hash.low) add(found.wanted, table, key);
  }
  for (const { table, key } of reported.values()) add(found.surplus, table, key);
  return found;
}

/** Leaves out the keys that `isOut` names. */
export function without(differences: RowDifferences, isOut: (table: string, key: string) => boolean): RowDifferences {
  const rest = (of: RowDifferences['wanted']): RowDifferences['wanted'] => {
    const left: RowDifferences['wanted'] = new Map();
    for (const [table, keys] of of) for (const key of keys) if (!isOut(table, key)) add(left, table, key);
    return left;
  };
  return { wanted: rest(differences.wanted), surplus: rest(differences.surplus) };
}

/** Of both kinds together, at most so many. */
export function atMost({ wanted, surplus }: RowDifferences, most: number): RowDifferences {
  let left = most;
  const some = (of: RowDifferences['wanted']): RowDifferences['wanted'] => {
    const taken: RowDifferences['wanted'] = new Map();
    for (const [table, keys] of of) {
      for (const key of keys) {
        if (left === 0) return taken;
        left -= 1;
        add(taken, table, key);
      }
    }
    return taken;
  };
  return { wanted: some(wanted), surplus: some(surplus) };
}

export function isSame({ wanted, surplus }: RowDifferences): boolean {
  return wanted.size === 0 && surplus.size === 0;
}

function add(tables: Map<string, Set<string>>, table: string, key: string): void {
  const keys = tables.get(table);
  if (keys === undefined) tables.set(table, new Set([key]));
  else keys.add(key);
}
