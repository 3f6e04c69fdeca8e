import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { TrialClient } from './clients/trial-client.ts';
import { sqlFile, type TrialDatabase } from './database/trial-database.ts';
import type { HistoryFile, OracleRow } from './history.ts';
import { CLIENT_PEOPLE } from './people.ts';
import type { TrialViewer } from './viewers.ts';
import { MARKER_NOTES, MARKER_TICKS, slateOf } from './world.ts';

/** Longest time until every client has passed, in milliseconds (I11 promises 10 s at p99; a shared machine gets some more). */
const PATIENCE_MS = 30_000;
const LOOK_MS = 10;

/**
 * Nobody writes any more: a marker goes into every scope, and when a client shows it, it shows everything before it. Then the oracle
 * selects and the stores are read. Returns the milliseconds until the last client had passed.
 */
export async function barrier(options: {
  readonly number: number;
  readonly name: string;
  readonly database: TrialDatabase;
  readonly clients: readonly TrialClient[];
  readonly history: HistoryFile;
}): Promise<{ passed: boolean; milliseconds: number }> {
  const { number, name, database, clients, history } = options;
  const began = performance.now();
  await mark(database, number);
  const banned = new Set((await database.query<{ id: string }>('SELECT id FROM users WHERE banned')).map(({ id }) => id));
  const late = await waitFor(clients, number, banned);
  for (const client of late) {
    history.write({ kind: 'stalled', number, client: client.viewer.name, detail: client.standing() });
  }
  const milliseconds = Math.round(performance.now() - began);
  const people = clients.filter(({ viewer, signedOut }) => viewer.user !== undefined && !signedOut);
  const { oracle, visible } = await database.inSnapshot(async (sql) => ({
    oracle: (await sql.query<OracleRow>(sqlFile('oracle-rows.sql'))).rows,
    visible: await selectAs(sql, people),
  }));
  history.write({
    kind: 'barrier',
    number,
    name,
    oracle,
    visible,
    stores: clients.map((client) => ({ client: client.viewer.name, scopes: client.stored() })),
  });
  return { passed: late.length === 0, milliseconds };
}

export async function mark(database: TrialDatabase, number: number): Promise<void> {
  await database.query(
    `WITH notes AS (UPDATE trial_notes SET body = $1, version = version + 1 WHERE id = ANY ($2::uuid[]) RETURNING 1),
     people AS (INSERT INTO trial_slates (id, user_id, seq) SELECT m.id, m.person, $3 FROM unnest($5::uuid[], $6::text[]) m (id, person)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq RETURNING 1)
     UPDATE trial_ticks SET count = $3, version = version + 1 WHERE id = ANY ($4::uuid[])`,
    markerValues(number),
  );
}

/** The same while others write: rows that somebody holds are passed over. */
export async function markInPassing(database: TrialDatabase, number: number): Promise<void> {
  await database.query(sqlFile('set-markers.sql'), markerValues(number));
}

function markerValues(number: number): unknown[] {
  return [
    `barrier ${number}`,
    MARKER_NOTES.map(({ id }) => id),
    number,
    MARKER_TICKS.map(({ id }) => id),
    CLIENT_PEOPLE.map(slateOf),
    CLIENT_PEOPLE,
  ];
}

/** The keys that row-level security shows each of them. */
export async function selectAs(
  sql: pg.Client,
  clients: readonly { readonly viewer: Pick<TrialViewer, 'name' | 'user'> }[],
): Promise<{ client: string; keys: Record<string, string[]> }[]> {
  const visible = [];
  for (const { viewer } of clients) {
    await sql.query(`SELECT set_config('elira.user_id', $1, true)`, [viewer.user]);
    await sql.query('SET LOCAL ROLE elira_app');
    const { rows } = await sql.query<{ visible: Record<string, string[]> }>(sqlFile('oracle-rls.sql'));
    await sql.query('SET LOCAL ROLE NONE');
    visible.push({ client: viewer.name, keys: rows[0]?.visible ?? {} });
  }
  return visible;
}

async function waitFor(clients: readonly TrialClient[], number: number, banned: ReadonlySet<string>): Promise<TrialClient[]> {
  const deadline = Date.now() + PATIENCE_MS;
  let late = [...clients];
  while (late.length > 0 && Date.now() < deadline) {
    await sleep(LOOK_MS);
    late = late.filter((client) => !client.passed(number, banned));
  }
  return late;
}
