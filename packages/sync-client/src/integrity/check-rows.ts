import {
  formatHash,
  hashRow,
  LIMITS,
  type IntegrityAnswer,
  type IntegrityRequest,
  type Row,
  type RowsQuestion,
  type ScopeKey,
} from '@elira/protocol';
import type { ClientProblem } from '../connect/client-problem.ts';
import type { RowStore, RowWrite } from '../store/row-store.ts';
import { digestOf, holdRows, rowsQuestion, sumsOf } from './held-digest.ts';
import { rowName, SeenRows } from './seen-rows.ts';

/** What a check found. `undefined` rows: it could not be made. */
export type CheckOutcome = { readonly rowsMended: number } | { readonly problem: ClientProblem | undefined };

export type Ask = (
  request: IntegrityRequest,
) => Promise<{ readonly answer: IntegrityAnswer } | { readonly problem: ClientProblem }>;

/** Rounds of one check: each mends so many rows at most, and the last finds nothing more. */
const MOST_ROUNDS = 20;

/**
 * integrity. In: a store, and a way to ask the server. Out: what was wrong with its rows is mended. The promise: a row is replaced only while it is
 * what was reported, and the stream has said nothing of it since; nothing else is touched, and the cursor stays.
 */
export async function checkRows(store: RowStore, ask: Ask): Promise<CheckOutcome> {
  let rowsMended = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const differing = await differingBuckets(store, ask);
    if (!('buckets' in differing)) return differing;
    if (differing.buckets.size === 0) break;
    const mended = await mendBuckets(store, differing.buckets, ask);
    if (typeof mended !== 'number') return mended;
    rowsMended += mended;
    // What differs now is on its way in the stream.
    if (mended === 0) break;
  }
  return { rowsMended };
}

/** By scope: of how many buckets, and which differ. */
type Differing = ReadonlyMap<ScopeKey, { readonly of: number; readonly buckets: readonly number[] }>;

async function differingBuckets(
  store: RowStore,
  ask: Ask,
): Promise<{ readonly buckets: Differing } | { readonly problem: ClientProblem | undefined }> {
  const held = holdRows(store);
  if (held === undefined) return { problem: undefined };
  const counts = new Map<string, number>();
  const digests: { scope: ScopeKey; sums: string[] }[] = [];
  for (const [scope, tables] of held.scopes) {
    const sums = sumsOf(await digestOf(tables));
    counts.set(scope, sums.length);
    digests.push({ scope, sums });
  }
  const told = await ask({ cursor: held.cursor, digests });
  if ('problem' in told) return told;
  const buckets = new Map<ScopeKey, { of: number; buckets: readonly number[] }>();
  for (const one of told.answer.differ) {
    const of = counts.get(one.scope);
    if (of !== undefined) buckets.set(one.scope as ScopeKey, { of, buckets: one.buckets.filter((bucket) => bucket < of) });
  }
  return { buckets };
}

async function mendBuckets(
  store: RowStore,
  differing: Differing,
  ask: Ask,
): Promise<number | { readonly problem: ClientProblem | undefined }> {
  const seen = new SeenRows();
  const unwatch = store.witness(seen.note);
  try {
    const held = holdRows(
      store,
      [...differing.keys()].filter((scope) => store.holds(scope)),
    );
    if (held === undefined) return { problem: undefined };
    const questions: RowsQuestion[] = [];
    let mostRows: number = LIMITS.rowsPerCheck;
    for (const [scope, tables] of held.scopes) {
      const wanted = differing.get(scope);
      if (wanted === undefined) continue;
      const question = rowsQuestion(scope, await digestOf(tables), { ...wanted, mostRows });
      mostRows -= question.rows.length;
      questions.push(question);
    }
    const told = await ask({ cursor: held.cursor, rows: questions });
    if ('problem' in told) return told;
    const writes = writesOf(told.answer, questions, seen, store);
    if (writes.length > 0) store.mend(writes);
    return writes.length;
  } finally {
    unwatch();
  }
}

/** What of an answer holds still. */
function writesOf(
  { deltas }: IntegrityAnswer,
  questions: readonly RowsQuestion[],
  seen: SeenRows,
  store: RowStore,
): RowWrite[] {
  const reported = new Map(
    questions.flatMap(({ scope, rows }) => rows.map(([table, key, hash]) => [rowName(scope, table, key), hash] as const)),
  );
  const scopes = new Map(questions.map(({ scope }) => [scope, store.dump(scope as ScopeKey)]));
  const isAsReported = (scope: ScopeKey, table: string, key: string): boolean => {
    if (seen.has(scope, table, key) || !store.holds(scope)) return false;
    const row = scopes.get(scope)?.get(table)?.get(key);
    return (row === undefined ? undefined : formatHash(hashRow(table, key, row))) === reported.get(rowName(scope, table, key));
  };
  const writes: RowWrite[] = [];
  const write = (scope: ScopeKey, table: string, key: string, row: Row | undefined): void => {
    if (isAsReported(scope, table, key)) writes.push({ scope, table, key, row });
  };
  for (const { scope, put = {}, drop = {} } of deltas) {
    for (const [table, keys] of Object.entries(drop)) for (const key of keys) write(scope, table, key, undefined);
    for (const [table, rows] of Object.entries(put)) for (const [key, row] of rows) write(scope, table, key, row);
  }
  return writes;
}
