import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteDatabase, noteServer, owner, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const lines: string[] = [];
const note = (fields: object, message: string): void => void lines.push(JSON.stringify({ ...fields, message }));

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  // A type whose rendering as JSON raises for one value: what any cast of an application's own may do.
  await sql.query(`
    CREATE TYPE mood AS ENUM ('fine', 'new', 'newer', 'mended', 'poison');
    CREATE FUNCTION mood_json(m mood) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
      IF m = 'poison' THEN RAISE EXCEPTION 'no json for SECRET-WORD'; END IF;
      RETURN to_json(m::text); END $$;
    CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood);
    ALTER TABLE note ALTER COLUMN secret TYPE mood USING NULL;`);
  server = await noteServer(database.connection, { log: { info: note, warn: note, error: note } });
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

const shown = (stream: RawStream): Record<string, unknown> => {
  const rows = new Map<string, unknown>();
  for (const delta of stream.deltas) {
    if (delta.reset === true) rows.clear();
    for (const key of delta.drop?.['note'] ?? []) rows.delete(key);
    for (const [key, row] of delta.put?.['note'] ?? []) rows.set(key, row['secret']);
  }
  return Object.fromEntries(rows);
};

test('R6 a row that cannot be rendered is set aside, everything else goes on, and it comes back when mended', async () => {
  await sql.query(`INSERT INTO note (id, owner, secret) SELECT 'n' || g, 'ann', 'fine'::mood FROM generate_series(1, 3) g`);
  const stream = new RawStream(server.url, [owner('ann')]);
  await expect.poll(() => shown(stream)).toEqual({ n1: 'fine', n2: 'fine', n3: 'fine' });

  await sql.query(`UPDATE note SET secret = (CASE id WHEN 'n2' THEN 'poison' ELSE 'new' END)::mood`);
  await expect.poll(() => shown(stream)).toEqual({ n1: 'new', n3: 'new' });
  expect(server.engine.metrics().rowsSetAside).toBe(1);

  await sql.query(`UPDATE note SET secret = 'newer'::mood WHERE id = 'n3'`);
  await expect.poll(() => shown(stream)).toEqual({ n1: 'new', n3: 'newer' });
  const late = new RawStream(server.url, [owner('ann')]);
  await expect.poll(() => shown(late)).toEqual({ n1: 'new', n3: 'newer' });

  await sql.query(`UPDATE note SET secret = 'mended'::mood WHERE id = 'n2'`);
  await expect.poll(() => [shown(stream), shown(late)]).toEqual(Array(2).fill({ n1: 'new', n2: 'mended', n3: 'newer' }));
  expect(server.engine.health().fresh).toBe(true);
  const log = lines.join('\n');
  expect(log).toContain('"code":"P0001"');
  expect(log).not.toContain('SECRET-WORD');
  stream.close();
  late.close();
});
