import { setTimeout as sleep } from 'node:timers/promises';
import { SCRAP_IDS, TEAMS } from '../../world.ts';
import { copyIn, copyLine } from '../../writers/copy-in.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';

const [COPIED, CASCADED, DELETED, EMPTIED, REPLICA] = [
  'COPY of very many rows',
  'a DELETE that cascades to very many rows',
  'DELETE of very many rows',
  'TRUNCATE of very many rows',
  'writes under session_replication_role=replica',
];
const BOARD = 'many';
const PATIENCE_MS = 60_000;

/** Statements over very many rows, and one whose ordinary triggers do not fire: clients end up exactly right. */
export const MANY_ROWS: Strike = {
  name: COPIED,
  also: [CASCADED, DELETED, EMPTIED, REPLICA],
  place: 'in calm',
  strike: async (context) => {
    const { fleet, scale } = context;
    const rows = scale.hugeTransactionRows / 2;
    const probes = fleet.servers.map((server) => context.probe({ server, scope: `bulk:${BOARD}/probe` }));
    const shows = async (what: string, wanted: number): Promise<void> => {
      const shown = (): number[] => probes.map(({ sync }) => sync.store.rows('trial_bulk').size);
      const right = await until(() => shown().every((count) => count === wanted));
      besides(context, what, 'clients end up exactly right', right, { shown: shown(), wanted });
    };
    await until(() => probes.every(({ sync }) => sync.status === 'live'));
    await each(context, COPIED, async (sql) => {
      const lines = Array.from({ length: rows }, (_, at) => copyLine([String(at), BOARD, at % 2 === 0 || at < 2 ? null : '1']));
      await copyIn(sql, 'COPY trial_bulk (id, board, parent) FROM STDIN', lines.join(''));
      return rows;
    });
    await shows(COPIED, rows);
    // Of the odd rows each but the first hangs on it.
    const odd = await each(
      context,
      CASCADED,
      async (sql) => (await sql.query('DELETE FROM trial_bulk WHERE id = 1')).rowCount ?? 0,
    );
    const left = Math.ceil(rows / 2);
    await shows(CASCADED, left);
    const gone = await each(
      context,
      DELETED,
      async (sql) => (await sql.query('DELETE FROM trial_bulk WHERE id % 4 = 0')).rowCount ?? 0,
    );
    await shows(DELETED, left - gone);
    await each(context, EMPTIED, async (sql) => {
      await sql.query('TRUNCATE trial_bulk');
      return odd;
    });
    await shows(EMPTIED, 0);
    await each(context, REPLICA, (sql) => writeAsReplica(context, sql));
  },
};

/** Rows that the judge follows: capture and the trial's own record are fired always, or the next barrier would find it. */
async function writeAsReplica({ random }: FaultContext, sql: Sql): Promise<number> {
  await sql.query(`SET session_replication_role = replica`);
  let touched = 0;
  for (const id of SCRAP_IDS) {
    const written = await sql.query(
      `INSERT INTO trial_scraps (id, team, body) VALUES ($1, $2, 'as a replica') ON CONFLICT (id) DO UPDATE SET team = excluded.team, body = excluded.body`,
      [id, random.pick(TEAMS)],
    );
    touched += written.rowCount ?? 0;
  }
  await sql.query('DELETE FROM trial_scraps WHERE id = $1', [random.pick(SCRAP_IDS)]);
  await sql.query('RESET session_replication_role');
  return touched;
}

type Sql = Parameters<Parameters<FaultContext['database']['cluster']['asked']>[1]>[0];

/** Writes down that it happened where it touched something; returns how many rows. */
async function each(context: FaultContext, name: string, work: (sql: Sql) => Promise<number>): Promise<number> {
  const { database } = context;
  const rows = await database.cluster.asked(database.connection, work);
  if (rows > 0) struck(context, name, { rows });
  return rows;
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < deadline) await sleep(20);
  return holds();
}
