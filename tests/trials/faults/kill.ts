import pg from 'pg';
import type { TrialDatabase } from '../database/trial-database.ts';
import { MARKER_NOTES } from '../world.ts';
import { epochsOf, noteCrash, untilElsewhere, untilRead } from './epochs.ts';
import { struck, type FaultContext, type Strike } from './fault.ts';

const UNDER_LOAD = 'kill -9 of PostgreSQL under load';
/** Another thing that must have happened: its transaction committed in the epoch after its own. */
const OVER_A_CRASH = 'a prepared transaction committed after a crash';
const PREPARED = 'over-a-crash';
const PREPARED_NOTE = '0000000a-0000-4000-8000-00000000fffe';
/** Transactions that are rolled back before a crash, so that their ids are handed out again after it. */
const BURNED = 200;
/** A heartbeat that commits at the wrong moment makes the ids durable: then there was no reuse, and it is tried again. */
const ATTEMPTS = 8;

const [ONE_SERVER, OTHER_SERVER] = ['kill -9 of a server', 'kill -9 of the other server'];
const AFTER_ROLLBACKS = {
  backend: 'kill -9 of a backend after rollbacks, ids reused',
  postmaster: 'kill -9 of PostgreSQL after rollbacks, ids reused',
};

/** kill -9 of servers. */
export const KILL_SERVER: Strike = {
  name: ONE_SERVER,
  place: 'under load',
  strike: (context) => killServer(context, 0, ONE_SERVER),
};
export const KILL_OTHER_SERVER: Strike = {
  name: OTHER_SERVER,
  place: 'under load',
  strike: (context) => killServer(context, 1, OTHER_SERVER),
};

/** kill -9 of PostgreSQL. What comes after rollbacks needs writers that stand still. */
export const CRASH_BACKEND: Strike = {
  name: AFTER_ROLLBACKS.backend,
  place: 'at rest',
  strike: (context) => crashWithReuse(context, 'backend'),
};
export const CRASH_POSTMASTER: Strike = {
  name: AFTER_ROLLBACKS.postmaster,
  place: 'at rest',
  strike: (context) => crashWithReuse(context, 'postmaster'),
};
export const CRASH_UNDER_LOAD: Strike = {
  name: UNDER_LOAD,
  also: [OVER_A_CRASH],
  place: 'under load',
  strike: crashUnderLoad,
};

async function killServer(context: FaultContext, index: number, name: string): Promise<void> {
  const { fleet } = context;
  const server = fleet.servers[index];
  if (server === undefined) return;
  const connected = fleet.clientsOf(server).length;
  const signal = await server.kill();
  await server.start();
  fleet.refresh();
  if (signal === 'SIGKILL') struck(context, name, { signal, connected });
}

async function crashUnderLoad(context: FaultContext): Promise<void> {
  const { database, fleet } = context;
  const before = epochsOf(fleet);
  await prepare(database);
  let open: () => void = () => undefined;
  context.holdWriters(new Promise<void>((resolve) => void (open = resolve)));
  try {
    const pid = await database.kill();
    await database.start();
    await noteCrash(context);
    struck(context, UNDER_LOAD, { pid });
  } finally {
    open();
  }
  await untilElsewhere(before);
  await database.query(`COMMIT PREPARED '${PREPARED}'`);
  struck(context, OVER_A_CRASH, { prepared: PREPARED });
}

/** A transaction of the epoch before, of which nobody may see anything until long after the crash. */
async function prepare(database: TrialDatabase): Promise<void> {
  await database.query(
    `BEGIN; INSERT INTO trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden)
       VALUES ('${PREPARED_NOTE}', 'ann', 'eve', 'green', 'public', 'prepared before the crash', '', '');
     UPDATE trial_notes SET team = 'red' WHERE id = '${PREPARED_NOTE}';
     PREPARE TRANSACTION '${PREPARED}'`,
  );
}

/**
 * The crash after which xids come again: nothing durable knows of a transaction that was rolled back after the last flush of the log,
 * but the servers have read positions beyond its id.
 */
async function crashWithReuse(context: FaultContext, victim: 'backend' | 'postmaster'): Promise<void> {
  const { database, fleet } = context;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = epochsOf(fleet);
    await database.query('UPDATE trial_notes SET body = $2, version = version + 1 WHERE id = ANY ($1::uuid[])', [
      MARKER_NOTES.map(({ id }) => id),
      `before crash ${attempt}`,
    ]);
    const { burned, kill } = await burnIds(database, victim);
    const seen = await untilRead(fleet.servers);
    await kill();
    await database.untilReady();
    await noteCrash(context);
    const [answer] = await database.query<{ next: string }>('SELECT pg_current_xact_id()::text AS next');
    const next = answer?.next ?? '';
    const reused = seen && BigInt(next) <= burned;
    const name = reused ? AFTER_ROLLBACKS[victim] : 'a crash without reuse';
    struck(context, name, { burned: burned.toString(), next, seen, attempt });
    if (reused) return;
    await untilElsewhere(before);
  }
}

/** Transactions that get ids and are rolled back, all at the server, so that hardly any time passes. */
async function burnIds(
  database: TrialDatabase,
  victim: 'backend' | 'postmaster',
): Promise<{ burned: bigint; kill: () => Promise<void> }> {
  const client = new pg.Client(database.connection);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ own: number; log: number }>(
    `SELECT pg_backend_pid() AS own, (SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter') AS log`,
  );
  const { own = 0, log = 0 } = rows[0] ?? {};
  // The log's writer would make the rollbacks durable within moments, and their ids would not come again.
  process.kill(log, 'SIGSTOP');
  await client.query(`DO $$ BEGIN FOR i IN 1..${BURNED} LOOP PERFORM pg_current_xact_id(); ROLLBACK; END LOOP; END $$`);
  await client.query('BEGIN');
  const last = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  await client.query('ROLLBACK');
  const kill = async (): Promise<void> => {
    if (victim === 'postmaster') {
      const dying = database.kill();
      process.kill(log, 'SIGKILL');
      await dying;
      await database.start();
    } else {
      const died = new Promise<void>((resolve) => client.once('end', () => resolve()));
      process.kill(own, 'SIGKILL');
      process.kill(log, 'SIGKILL');
      await died;
    }
    await client.end().catch(() => undefined);
  };
  return { burned: BigInt(last.rows[0]?.id ?? 0), kill };
}
