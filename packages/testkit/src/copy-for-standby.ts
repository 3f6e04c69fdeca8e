import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { copyDataFolder } from './copy-data-folder.ts';

/**
 * Copies the files of a running cluster between backup start and stop: what is started on `to` with a `primary_conninfo` is a hot standby.
 * `client` is a superuser of the running one.
 */
export async function copyForStandby(client: pg.Client, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ old: boolean }>("SELECT current_setting('server_version_num')::int < 150000 AS old");
  const old = rows[0]?.old === true;
  await client.query(old ? "SELECT pg_start_backup('standby', true, false)" : "SELECT pg_backup_start('standby', true)");
  await copyDataFolder(from, to, new Set(['postmaster.pid', 'postmaster.opts']));
  const stopped = await client.query<{ labelfile: string }>(
    `SELECT labelfile FROM ${old ? 'pg_stop_backup(false, false)' : 'pg_backup_stop(false)'}`,
  );
  await addFile(to, 'backup_label', stopped.rows[0]?.labelfile ?? '');
  await addFile(to, 'standby.signal', '');
}

async function addFile(dataFolder: string, name: string, text: string): Promise<void> {
  const path = join(dataFolder, name);
  await writeFile(path, text);
  const owner = await stat(dataFolder);
  if (process.getuid?.() === 0) await chown(path, owner.uid, owner.gid);
}
