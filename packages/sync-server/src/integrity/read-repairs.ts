import { Problem, type Position, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type pg from 'pg';
import { beginLocked } from '../read/begin-locked.ts';
import { readWindow, type ReadRow } from '../read/change-window.ts';
import type { Identity } from '../read/read-session.ts';
import type { ReadStatements } from '../read/read-statement.ts';
import { renderRows, type SetAside } from '../read/render-rows.ts';
import { tableChanges, type ScopeChanges } from '../route/scope-changes.ts';
import { changedInWindow } from './changed-since.ts';
import { isSame, without, type RowDifferences } from './row-differences.ts';

export type RepairOptions = {
  readonly pool: pg.Pool;
  readonly statements: ReadStatements;
  readonly router: ScopeRouter;
  readonly onSetAside: SetAside;
};

/**
 * What mends the differences of a scope: rows as they are and have been since `since`, and keys to drop. What changed in between is left
 * to the stream. One snapshot tells both what changed and how the rows are, so none is newer than what the client is known to hold.
 */
export async function readRepairs(
  { scope, since, differences }: { readonly scope: ScopeKey; readonly since: Position; readonly differences: RowDifferences },
  identity: Identity,
  options: RepairOptions,
): Promise<ScopeChanges> {
  const client = await options.pool.connect();
  let failure: Error | undefined;
  try {
    return await inSnapshot(client, { scope, since, differences }, identity, options);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('ROLLBACK').catch(() => {});
    throw failure;
  } finally {
    client.release(failure);
  }
}

async function inSnapshot(
  client: pg.ClientBase,
  { scope, since, differences }: { readonly scope: ScopeKey; readonly since: Position; readonly differences: RowDifferences },
  identity: Identity,
  { statements, router, onSetAside }: RepairOptions,
): Promise<ScopeChanges> {
  const repairs: ScopeChanges = new Map();
  const masks = statements.tables.filter(({ table }) => differences.wanted.has(table.name));
  await beginLocked(
    client,
    masks.map(({ table }) => table),
  );
  const { rows } = await client.query<string[]>({
    text: statements.keys,
    values: [since.xmax.toString(), since.xip.map(String)],
    rowMode: 'array',
  });
  const window = readWindow(rows as unknown as readonly ReadRow[]);
  const { incarnation, timeline, floor } = window.head;
  if (incarnation !== identity.incarnation || timeline !== identity.timeline) throw new Problem('epoch_changed');
  // The index does not say all that changed: nothing can be told apart from what the stream brings.
  const unknown = since.xmin < floor || window.changes.length > statements.changeLimit;
  const wrong = unknown ? undefined : without(differences, changedInWindow(window, router));
  if (wrong !== undefined && !isSame(wrong)) {
    for (const [table, keys] of wrong.surplus) for (const key of keys) tableChanges(repairs, table).drops.set(key, []);
    for (const mask of masks) {
      const { name, id } = mask.table;
      const states = await renderRows(client, mask, [...(wrong.wanted.get(name) ?? [])], onSetAside);
      for (const [key, { tuple, bodies }] of states) {
        const held = router.scopesOf(id, key, tuple).find((one) => one.scope === scope);
        const body = held === undefined ? undefined : bodies[held.mask];
        if (body !== undefined) tableChanges(repairs, name).puts.set(key, body);
      }
    }
  }
  await client.query('COMMIT');
  return repairs;
}
