import { execFile, spawnSync } from 'node:child_process';
import { chown, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { besides, struck, type Strike } from '../fault.ts';

const NAME = 'the disk is full';
const SPACE = 'trial_small';
const DISK_FULL = '53100';
const BOARD = 'full';
const SIZE = '24m';
const CHUNK_BYTES = 64 * 1024;
const HELD_MS = 3_000;
/** Rows that somebody wants to write, in so many statements. */
const ATTEMPTS = 60;
const ROWS_AT_ONCE = 500;

const run = promisify(execFile);

/**
 * The tables that mutations write to, and one of the trial's own, lie on a small disk of their own, which is filled to the last byte. Where the
 * system lets us mount none, nothing is struck, and the trial says so.
 */
export const FULL_DISK: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet } = context;
    const disk = await mountDisk(database.cluster.dataFolder).catch((error: unknown) => {
      context.say(
        `no small disk can be mounted here, which takes root: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    if (disk === undefined) return;
    const sql = new pg.Client(database.connection);
    await sql.connect();
    try {
      await sql.query(`CREATE TABLESPACE ${SPACE} LOCATION '${disk.space}'`);
      for (const table of TABLES) await moveTable(sql, table, SPACE);
      const before = await Promise.all(fleet.servers.map((server) => server.polls()));
      const bytes = await fill(disk.filler);
      const refused = await writeUntilRefused(sql);
      await sleep(HELD_MS);
      const polls = await Promise.all(fleet.servers.map((server) => server.polls()));
      besides(
        context,
        NAME,
        'readers go on',
        polls.every((count, index) => count > (before[index] ?? 0)),
        { before, polls },
      );
      if (refused === DISK_FULL) struck(context, NAME, { bytes, refused });
    } finally {
      await rm(disk.filler, { force: true });
      for (const table of TABLES) await moveTable(sql, table, 'pg_default');
      await sql.query('DELETE FROM trial_bulk WHERE board = $1', [BOARD]);
      await sql.query(`DROP TABLESPACE IF EXISTS ${SPACE}`).catch(() => undefined);
      await sql.end();
      await disk.unmount();
    }
  },
};

const TABLES = ['trial_bulk', 'trial_deeds', 'trial_slates'];

async function mountDisk(dataFolder: string): Promise<{ space: string; filler: string; unmount: () => Promise<void> }> {
  const owner = await stat(dataFolder);
  const folder = join(dataFolder, '..', 'small-disk');
  await mkdir(folder, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
  // Also when the trial is interrupted: nothing else could remove the folder then.
  const atExit = (): void => void spawnSync('umount', ['-l', folder]);
  process.once('exit', atExit);
  const space = join(folder, 'space');
  await mkdir(space);
  await chown(space, owner.uid, owner.gid);
  return {
    space,
    filler: join(folder, 'filler'),
    unmount: async () => {
      process.off('exit', atExit);
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

async function moveTable(sql: pg.Client, table: string, space: string): Promise<void> {
  await sql.query(`ALTER TABLE ${table} SET TABLESPACE ${space}`);
}

/** To the last byte. Returns how many there were. */
async function fill(path: string): Promise<number> {
  const file = await open(path, 'w');
  let bytes = 0;
  try {
    for (let chunk = CHUNK_BYTES; chunk >= 1;) {
      const written = await file.write(Buffer.alloc(chunk)).then(
        ({ bytesWritten }) => bytesWritten,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 0;
          throw error;
        },
      );
      bytes += written;
      if (written < chunk) chunk = Math.floor(chunk / 2);
    }
  } finally {
    await file.close();
  }
  return bytes;
}

/** What PostgreSQL says when it finds no room for a row any more. */
async function writeUntilRefused(sql: pg.Client): Promise<string | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await sql.query(`INSERT INTO trial_bulk (id, board) SELECT $1::integer + g, $2 FROM generate_series(1, $3::integer) g`, [
        attempt * ROWS_AT_ONCE,
        BOARD,
        ROWS_AT_ONCE,
      ]);
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.code;
      throw error;
    }
  }
  return undefined;
}
