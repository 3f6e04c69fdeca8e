import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { scratchDatabase } from '@elira/testkit';
import { readConfig } from '../config.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { startServer } from '../start-server.ts';

const SOON = { timeout: 15_000, interval: 50 };
const course = '01930000-0000-7000-8000-00000000c001';

test('O3 a row that was set aside shows as an error, without what is in it, until it is mended', async () => {
  const [database, folder] = await Promise.all([scratchDatabase('poison'), mkdtemp(join(tmpdir(), 'elira-poison-'))]);
  await prepareDatabase(database.connection, () => undefined);
  const first = await database.client();
  // A type whose rendering raises for one value, for the reader alone: what any cast of an application's own may do.
  await first.query(`
    CREATE TYPE wording AS ENUM ('Tides', 'poison', 'mended');
    CREATE FUNCTION wording_json(w wording) RETURNS json LANGUAGE plpgsql STABLE AS $$ BEGIN
      IF w = 'poison' AND current_user = 'elira_reader' THEN RAISE EXCEPTION 'no json for SECRET-WORD'; END IF;
      RETURN to_json(w::text); END $$;
    CREATE CAST (wording AS json) WITH FUNCTION wording_json(wording);
    GRANT EXECUTE ON FUNCTION wording_json(wording) TO PUBLIC;
    ALTER TABLE courses ALTER COLUMN title TYPE wording USING 'Tides';`);
  const serve = async (): Promise<Awaited<ReturnType<typeof startServer>>> =>
    await startServer(
      readConfig({ PORT: '0', ELIRA_DATA: folder, DATABASE_URL: database.url, NODE_ENV: 'test' }),
      pino({ level: 'silent' }),
      () => undefined,
    );
  let server = await serve();
  const sql = await database.client();
  const words = async (): Promise<string> => {
    const { rows } = await sql.query<{ words: string }>(
      `SELECT concat_ws(', ', s.status, c.sync_status, s.error_message) AS words FROM sync_status s JOIN courses c ON c.id = s.entity_id`,
    );
    return rows[0]?.words ?? 'none';
  };
  const failed = 'failed, error, A row of courses cannot be shown (SQLSTATE P0001).';

  await sql.query(`INSERT INTO courses (id, title, description) VALUES ($1, 'Tides', 'Water')`, [course]);
  await expect.poll(words, SOON).toBe('success, synced');
  await sql.query(`UPDATE courses SET title = 'poison' WHERE id = $1`, [course]);
  await expect.poll(words, SOON).toBe(failed);
  await sql.query(`INSERT INTO modules (course_id, title, position) VALUES ($1, 'One', 'a0')`, [course]);
  expect(await words()).toBe('pending, pending');
  await expect.poll(words, SOON).toBe(failed);
  await server.stop();
  server = await serve();
  await sql.query(`UPDATE courses SET title = 'mended' WHERE id = $1`, [course]);
  await expect.poll(words, SOON).toBe('success, synced');
  await server.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});
