import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '@elira/protocol';
import pg from 'pg';
import { rotateRing } from '../../../../packages/sync-server/src/capture/rotate-ring.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';

const NAME = 'a transaction left open, and very many that overlap';
const TURNED = 'the change index is turned under an open transaction';
const BOARD = 'overlap';
/** Row of the one left open; those of the others follow. */
const OPEN_ROW = 1;
const FIRST_ROW = 1_000_000;
/** Rows that savepoints took back. */
const UNDONE = 1_000_000;
const FRESH_ROW = 900_000;
const OPEN_NOTE = '0000000a-0000-4000-8000-00000000fffd';
const CONNECTIONS = 6;
const PATIENCE_MS = 20_000;
/** Transaction ids of a leaf of the index. */
const LEAF = 1024;
/**
 * Leaves that have been written to before the transaction is opened. What is emptied under it must be older than it, those that overlap
 * fill two of the ring's four leaves, and it may be led on twice more.
 */
const LEAVES_BEFORE = 5;
const TURNS = 48;
/** Rounds in which nothing was emptied, most often because somebody was reading the leaf, after which the index is led on to its next. */
const TURNS_PER_LEAF = 16;
const NO_RETENTION = { retainedSeconds: 0, retainedChanges: 5_000_000, settleSeconds: 1 };

/** Nothing is skipped, nothing but their own rows waits for them, and no cursor grows beyond its limit. */
export const OVERLAPPING_TRANSACTIONS: Strike = {
  name: NAME,
  also: [TURNED],
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet, scale } = context;
    const probes = fleet.servers.map((server) => context.probe({ server, scope: `bulk:${BOARD}/probe` }));
    await until(() => probes.every(({ sync }) => sync.status === 'live'));
    const rows = (): number[][] => probes.map(({ sync }) => [...sync.store.rows('trial_bulk').keys()].map(Number));
    await burn(context, LEAVES_BEFORE * LEAF);
    const open = new pg.Client(database.connection);
    await open.connect();
    const since = Date.now();
    try {
      await open.query(
        `BEGIN; INSERT INTO trial_bulk (id, board) VALUES (${OPEN_ROW}, '${BOARD}'); SAVEPOINT kept;
         INSERT INTO trial_bulk (id, board) VALUES (${OPEN_ROW + 1}, '${BOARD}'); ROLLBACK TO SAVEPOINT kept;
         INSERT INTO trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden)
           VALUES ('${OPEN_NOTE}', 'ann', 'eve', 'green', 'public', 'written long before it is committed', '', '');
         RELEASE SAVEPOINT kept`,
      );
      const names = await prepareMany(context, scale.overlappingTransactions);
      const running = await runningIn(context);
      await database.query('INSERT INTO trial_bulk (id, board) VALUES ($1, $2)', [FRESH_ROW, BOARD]);
      const fresh = await until(() => rows().every((ids) => ids.includes(FRESH_ROW)));
      besides(context, NAME, 'nothing waits for them but their own rows', fresh, { shown: rows() });
      lookAtCursors(context, probes);
      const turned = await turn(context);
      const early = rows()
        .flat()
        .filter((id) => id !== FRESH_ROW);
      besides(context, NAME, 'nothing of them is shown before it is committed', early.length === 0, {
        early: early.slice(0, 10),
      });
      const kept = await decide(context, names);
      await sleep(Math.max(0, scale.openTransactionMs - (Date.now() - since)));
      await open.query('COMMIT');
      const wanted = [OPEN_ROW, FRESH_ROW, ...kept].toSorted((a, b) => a - b).join();
      const came = await until(() => rows().every((ids) => ids.toSorted((a, b) => a - b).join() === wanted));
      besides(context, NAME, 'every row of theirs comes when it is committed, and no other', came, {
        counts: rows().map(({ length }) => length),
      });
      if (turned && running >= scale.overlappingTransactions)
        struck(context, NAME, { running, openMs: Date.now() - since, kept: kept.length });
    } finally {
      await open.end();
    }
    await database.query('DELETE FROM trial_bulk WHERE board = $1', [BOARD]);
    await database.query('DELETE FROM trial_notes WHERE id = $1', [OPEN_NOTE]);
  },
};

/** Prepared transactions need no connection each: every one of them runs until it is decided. */
async function prepareMany({ database }: FaultContext, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, at) => `overlapping-${at}`);
  await share(database.connection, names, async (sql, name, at) => {
    const row = FIRST_ROW + at;
    await sql.query(
      `BEGIN; INSERT INTO trial_bulk (id, board) VALUES (${row}, '${BOARD}'); SAVEPOINT undone;
       INSERT INTO trial_bulk (id, board) VALUES (${row + UNDONE}, '${BOARD}'); ROLLBACK TO SAVEPOINT undone;
       PREPARE TRANSACTION '${name}'`,
    );
  });
  return names;
}

/** Every third is rolled back. Returns the rows of the others. */
async function decide({ database }: FaultContext, names: readonly string[]): Promise<number[]> {
  await share(database.connection, names, async (sql, name, at) => {
    await sql.query(`${at % 3 === 0 ? 'ROLLBACK' : 'COMMIT'} PREPARED '${name}'`);
  });
  return names.flatMap((_, at) => (at % 3 === 0 ? [] : [FIRST_ROW + at]));
}

async function share(
  connection: pg.ClientConfig,
  names: readonly string[],
  work: (sql: pg.Client, name: string, at: number) => Promise<void>,
): Promise<void> {
  const left = [...names.entries()];
  const one = async (): Promise<void> => {
    const sql = new pg.Client(connection);
    await sql.connect();
    try {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await work(sql, next[1], next[0]);
    } finally {
      await sql.end();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
}

async function runningIn({ database }: FaultContext): Promise<number> {
  const [row] = await database.query<{ running: string }>(
    'SELECT count(*) AS running FROM pg_snapshot_xip(pg_current_snapshot())',
  );
  return Number(row?.running ?? 0);
}

function lookAtCursors(context: FaultContext, probes: readonly ReturnType<FaultContext['probe']>[]): void {
  const lengths = [...context.fleet.clients, ...probes].map(({ sync }) => sync.cursor?.length ?? 0);
  const longest = Math.max(...lengths);
  besides(context, NAME, 'no cursor is longer than 1 KB', longest <= LIMITS.cursorBytes, { longest });
}

/** Uses up transaction ids, some of them for change rows of nobody's. */
async function burn({ database }: FaultContext, ids: number): Promise<void> {
  await database.query(
    `DO $$ BEGIN FOR i IN 1..${ids} LOOP
       PERFORM pg_current_xact_id();
       IF i % 50 = 0 THEN
         INSERT INTO trial_bulk (id, board) VALUES (-1, 'nobody');
         DELETE FROM trial_bulk WHERE id = -1;
         COMMIT;
       ELSE
         ROLLBACK;
       END IF;
     END LOOP; END $$`,
  );
}

/** Writers go on meanwhile; what the open transaction may still need stays. False: there was nothing to empty, or never without readers. */
async function turn(context: FaultContext): Promise<boolean> {
  const { database } = context;
  return await database.cluster.asked(database.connection, async (sql) => {
    for (let attempt = 1; attempt <= TURNS; attempt += 1) {
      const rotation = await rotateRing(sql, NO_RETENTION);
      if (rotation?.emptied !== undefined) {
        struck(context, TURNED, rotation);
        return true;
      }
      await sleep(NO_RETENTION.settleSeconds * 300);
      if (attempt % TURNS_PER_LEAF === 0) await burn(context, LEAF);
    }
    return false;
  });
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < deadline) await sleep(20);
  return holds();
}
