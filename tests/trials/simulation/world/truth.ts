import type { History } from '../database/history.ts';
import type { Row } from '../database/model-row.ts';
import type { Snapshot } from '../database/snapshot.ts';

/**
 * The oracle: which rows are in which scope, and what its readers get of them, said by hand. Shares nothing with the rules of the
 * simulation nor with the packages that read them.
 */
type Part = {
  readonly table: string;
  readonly isIn: (row: Row, parameter: string) => boolean;
  readonly shows: (row: Row) => object;
};

const SCOPES: Readonly<Record<string, readonly Part[]>> = {
  owner: [
    {
      table: 'note',
      isIn: ({ owner }, parameter) => owner === parameter,
      shows: ({ id, owner, team, body, secret, version }) => ({ id, owner, team, body, secret, version }),
    },
  ],
  team: [
    {
      table: 'note',
      isIn: ({ team }, parameter) => team === parameter,
      shows: ({ id, owner, body, version }) => ({ id, owner, body, version }),
    },
  ],
  notes: [{ table: 'note', isIn: (row) => row['is_public'] === true, shows: ({ id, body }) => ({ id, body }) }],
  note: [
    {
      table: 'note',
      isIn: ({ id }, parameter) => id === parameter,
      shows: ({ id, version, ...row }) => ({ id, isPublic: row['is_public'], version }),
    },
  ],
  board: [
    {
      table: 'tick',
      isIn: ({ board }, parameter) => board === parameter,
      shows: ({ id, board, count }) => ({ id: String(id), board, count: String(count) }),
    },
  ],
  me: [
    { table: 'mutations', isIn: (row, parameter) => row['user_id'] === parameter, shows: ({ id, status }) => ({ id, status }) },
    {
      table: 'slate',
      isIn: (row, parameter) => row['user_id'] === parameter,
      shows: ({ id, seq, writes }) => ({ id, seq, writes }),
    },
  ],
};

/** Whether a row stands in a scope. */
export function isInScope(scope: string, table: string, row: Row): boolean {
  const { parts, parameter } = partsOf(scope);
  return parts.some((part) => part.table === table && part.isIn(row, parameter));
}

/** The rows of a scope, each as canonical JSON, by `table/key`. */
export function truthOf(history: History, snapshot: Snapshot, scope: string): ReadonlyMap<string, string> {
  const { parts, parameter } = partsOf(scope);
  const rows = new Map<string, string>();
  for (const { table, isIn, shows } of parts) {
    for (const [key, row] of history.rowsAt(table, snapshot))
      if (isIn(row, parameter)) rows.set(`${table}/${key}`, canonical(shows(row)));
  }
  return rows;
}

export function canonical(row: object): string {
  let text = texts.get(row);
  if (text === undefined) texts.set(row, (text = JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))));
  return text;
}

/** Rows never change: each is written once. */
const texts = new WeakMap<object, string>();

function partsOf(scope: string): { readonly parts: readonly Part[]; readonly parameter: string } {
  const [, name = '', parameter = ''] = /^([a-z]+)(?::([^/]+))?\//.exec(scope) ?? [];
  const parts = SCOPES[name];
  if (parts === undefined) throw new Error(`the oracle knows no scope ${scope}`);
  return { parts, parameter };
}
