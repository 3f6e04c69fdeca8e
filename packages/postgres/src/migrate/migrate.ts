import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ClientConfig } from 'pg';
import { readMigrations } from './migration-files.ts';
import type { Migration } from './migration-files.ts';
import { MigrationFailure } from './migration-failure.ts';
import { planMigrations } from './plan-migrations.ts';
import type { AppliedMigration } from './plan-migrations.ts';

/*
 *   numbered files ─▶ compare with migration.applied ─▶ each pending one: BEGIN, its SQL, its row, COMMIT
 *
 * The promise: a file has run here whole and once, or not at all, however many servers start at the same moment.
 */

export type MigrateOptions = { readonly onProgress?: (line: string) => void };

/** Session lock of the one server that migrates this database: 'elira' in ASCII, read as a number. */
const LOCK_KEY = 435_610_546_785;
/** Attempts at one file while another database of the same cluster creates the same roles. */
const ATTEMPTS = 8;
const RETRY_MS = 50;

/**
 * Runs the files of `folders` which the database has not run yet, and tells their names. Needs a direct connection (no
 * transaction pooler), since it holds a session lock.
 * Throws `MigrationFailure`, and node-postgres' errors when the database is not to be reached.
 */
export async function migrate(
  connection: string | ClientConfig,
  folders: readonly string[],
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const onProgress = options.onProgress ?? ((): void => undefined);
  const files = await readMigrations(folders);
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await lock(client, onProgress);
    await client.query(await migrationTableSql());
    const pending = planMigrations(files, await readApplied(client));
    for (const migration of pending) {
      onProgress(`Migration ${migration.name}`);
      await applyWithRetry(client, migration);
    }
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/**
 * The files which the database has still to run, without running or creating anything: for a server that is not allowed to.
 * Throws `MigrationFailure` when files and history disagree.
 */
export async function pendingMigrations(client: pg.ClientBase, folders: readonly string[]): Promise<readonly string[]> {
  const files = await readMigrations(folders);
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('migration.applied') IS NOT NULL AS there");
  const applied = rows[0]?.there === true ? await readApplied(client) : [];
  return planMigrations(files, applied).map((migration) => migration.name);
}

async function lock(client: pg.Client, onProgress: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
  if (rows[0]?.locked === true) return;
  onProgress('Waiting for another server that is migrating this database');
  await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
}

async function migrationTableSql(): Promise<string> {
  return await readFile(new URL('../../sql/migration-table.sql', import.meta.url), 'utf8');
}

async function readApplied(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>('SELECT number, name, checksum FROM migration.applied ORDER BY number');
  return rows;
}

/** Roles belong to the cluster, our lock to the database: two databases that create the same role collide in the catalogue. */
const COLLISIONS = new Set(['42710', '23505', '40001', '40P01']);

function isCollision(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return (
    COLLISIONS.has(error.code ?? '') || (error.code === 'XX000' && /tuple concurrently (updated|deleted)/.test(error.message))
  );
}

async function applyWithRetry(client: pg.Client, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await apply(client, migration);
      return;
    } catch (error) {
      if (!isCollision(error) || attempt === ATTEMPTS) throw sqlFailure(migration, error);
      await sleep(RETRY_MS * attempt * (1 + Math.random()));
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    // What a file SETs is for that file alone.
    await client.query('RESET ROLE; RESET ALL');
    await client.query('INSERT INTO migration.applied (number, name, checksum) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function sqlFailure(migration: Migration, error: unknown): Error {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error : new Error(String(error));
  const at =
    error.position === undefined ? '' : ` at line ${migration.sql.slice(0, Number(error.position)).split('\n').length}`;
  const detail = error.detail === undefined ? '' : ` ${error.detail}`;
  return new MigrationFailure(
    'sql_failed',
    migration.path,
    `PostgreSQL refused it${at}: ${error.message} (SQLSTATE ${error.code ?? 'unknown'}).${detail}`,
    'Nothing of this file was kept.',
    { cause: error },
  );
}
