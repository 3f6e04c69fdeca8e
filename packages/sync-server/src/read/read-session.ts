import { createHash, randomUUID } from 'node:crypto';
import { parsePosition, type Position } from '@elira/protocol';
import type pg from 'pg';
import { readHead, readWindow, type ChangeWindow, type ReadRow, type WindowHead } from './change-window.ts';
import type { ReadStatements } from './read-statement.ts';
import { readCarefully } from './read-carefully.ts';
import { renderingCode, shapeCode, type SetAside } from './render-rows.ts';

/** What identifies the history that positions belong to. */
export type Identity = {
  /** Hash of incarnation, database, timeline, system and the meaning of the rules: positions compare within one epoch only. */
  readonly epoch: string;
  readonly incarnation: string;
  readonly timeline: string;
  /** This connection's entry in the log of starts. */
  readonly start: string;
  readonly signingKey: string;
};

/** A window too large to be read: which tables changed in it. */
export type Overflow = { readonly to: Position; readonly head: WindowHead; readonly tables: readonly number[] };

/** Of the hash, enough to tell histories of one installation apart. */
const EPOCH_BYTES = 8;
const OVERFLOW_NAME = 'elira-overflow';

/**
 * Makes a connected session ready to read: a new incarnation where there is none, an entry in the log of starts. `previous` is what the
 * connection before was told, if any: when the database does not know its start, it is not the one that was left (a folder copied back),
 * and a new incarnation begins.
 */
export async function openHistory(
  client: pg.Client,
  options: { readonly server: string; readonly meaning: string; readonly previous: Identity | undefined },
): Promise<{ identity: Identity; sameHistory: boolean }> {
  const { previous } = options;
  const known = await client.query<{ known: boolean }>('SELECT EXISTS (SELECT FROM sync.start WHERE id = $1::uuid) AS known', [
    previous?.start ?? null,
  ]);
  const sameHistory = previous === undefined || known.rows[0]?.known === true;
  if (sameHistory) await client.query('SELECT sync.establish()');
  else await client.query('SELECT sync.begin_anew($1::uuid)', [previous.incarnation]);
  const start = randomUUID();
  await client.query('SELECT sync.log_start($1::uuid, $2)', [start, options.server]);
  const { rows } = await client.query<{ incarnation: string; timeline: string; place: string; signing_key: string }>(
    `SELECT i.id AS incarnation, left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline,
       concat_ws('/', i.database_oid, i.table_oid, i.system_identifier) AS place, s.signing_key
     FROM sync.incarnation i, sync.state s`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the incarnation vanished while the session was opened');
  const epoch = createHash('sha256')
    .update([row.incarnation, row.place, row.timeline, options.meaning].join('\n'))
    .digest()
    .subarray(0, EPOCH_BYTES)
    .toString('base64url');
  return {
    identity: { epoch, incarnation: row.incarnation, timeline: row.timeline, start, signingKey: row.signing_key },
    sameHistory,
  };
}

/** Guesses at the tables that changed, before a read takes all. */
const MOST_GUESSES = 2;

/**
 * The window from `from` to now, or what overflowed. A row that cannot be rendered is set aside; everything else goes on.
 * `likely`: tables that may have changed. Right, and it is one cheap statement; wrong, and another is made.
 */
export async function readChanges(
  client: pg.ClientBase,
  statements: ReadStatements,
  from: Position,
  onSetAside: SetAside,
  likely: ReadonlySet<number> = NO_TABLES,
): Promise<ChangeWindow | Overflow> {
  const values = [from.xmax.toString(), from.xip.map(String)];
  const window = await readGuessing(client, statements, values, onSetAside, likely);
  if (window.changes.length <= statements.changeLimit) return window;
  const overflow = await client.query<[string, string, number[]]>({
    name: OVERFLOW_NAME,
    text: statements.overflow,
    values,
    rowMode: 'array',
  });
  const [row] = overflow.rows;
  if (row === undefined) throw new Error('the overflow statement returned no row');
  return { to: parsePosition(row[0]), head: readHead(row[1]), tables: row[2] };
}

const NO_TABLES: ReadonlySet<number> = new Set();

/** Each attempt is a window of its own, to a later snapshot than the one before: what counts is the last. */
async function readGuessing(
  client: pg.ClientBase,
  statements: ReadStatements,
  values: unknown[],
  onSetAside: SetAside,
  likely: ReadonlySet<number>,
): Promise<ChangeWindow> {
  let wanted = likely;
  for (let attempt = 1; ; attempt += 1) {
    const everything = attempt > MOST_GUESSES;
    const { name, text, covers } = statements.windowOf(everything ? new Set(statements.tables.map(idOf)) : wanted);
    try {
      const { rows } = await client.query<string[]>({ name, text, values, rowMode: 'array' });
      const window = readWindow(rows as unknown as readonly ReadRow[]);
      const changed = new Set(window.changes.map(({ tableId }) => tableId));
      const known = statements.tables.map(idOf).filter((id) => changed.has(id));
      if (window.changes.length > statements.changeLimit || known.every((id) => covers.has(id))) return window;
      wanted = new Set(known);
    } catch (error) {
      if (renderingCode(error) === undefined && shapeCode(error) === undefined) throw error;
      return await readCarefully(client, statements, values, onSetAside);
    }
  }
}

function idOf({ table }: { readonly table: { readonly id: number } }): number {
  return table.id;
}

/** Those of `starts` (UUIDs) that the log of starts knows. */
export async function knownAmong(client: pg.ClientBase | pg.Pool, starts: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM sync.start WHERE id = ANY ($1::uuid[])', [starts]);
  return new Set(rows.map(({ id }) => id));
}
