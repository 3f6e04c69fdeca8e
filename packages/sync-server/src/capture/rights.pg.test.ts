import { randomBytes } from 'node:crypto';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capturedBy } from '../../fixture/captured.ts';
import { one } from '../../fixture/history.ts';
import { noteDatabase } from '../../fixture/notes.ts';

const writer = `writer_${randomBytes(4).toString('hex')}`;
const stranger = `stranger_${randomBytes(4).toString('hex')}`;
let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  await sql.query(`CREATE ROLE ${writer}; CREATE ROLE ${stranger};
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON note, tick TO ${writer}; GRANT CREATE ON SCHEMA public TO ${writer}`);
});
afterAll(async () => {
  await sql?.query(`RESET ROLE; DROP OWNED BY ${writer}, ${stranger}; DROP ROLE ${writer}, ${stranger}`);
  await database?.drop();
});

/** Runs statements as `role`, in a transaction that is rolled back, after `before` as the owner. */
async function as(role: string, statement: string, before = 'SELECT'): Promise<void> {
  await sql.query(`BEGIN; ${before}; SET LOCAL ROLE ${role}`);
  try {
    await sql.query(statement);
  } finally {
    await sql.query('ROLLBACK');
  }
}

const WRITES = `INSERT INTO note (id, owner) VALUES ('a', 'x'), ('b', 'y'); UPDATE note SET owner = 'z' WHERE id LIKE 'a'; DELETE FROM note WHERE id LIKE 'b';
  INSERT INTO tick (id, board) VALUES (1, 'b'); UPDATE tick SET count = 2; DELETE FROM tick`;

test('C11 who may write to a table needs no right on the change index', async () => {
  const changes = ['I a', 'I b', 'U 1', 'U a {x,NULL,false}', 'D b {y,NULL,false}', 'I 1', 'D 1 {b}'].toSorted();
  expect((await capturedBy(sql, `SET LOCAL ROLE ${writer}; ${WRITES}; RESET ROLE`)).toSorted()).toEqual(changes);
  expect(await capturedBy(sql, `SET LOCAL ROLE ${writer}; TRUNCATE note; RESET ROLE`)).toEqual(['R']);
  await expect(as(stranger, `INSERT INTO note (id) VALUES ('s')`)).rejects.toMatchObject({ code: '42501' });
});

test('C11 and cannot read, write or call any of it', async () => {
  const relations = await sql.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'sync'::regnamespace AND relkind IN ('r', 'p')`,
  );
  expect(relations.rows.length).toBeGreaterThan(8);
  for (const { name } of relations.rows) {
    for (const statement of [
      `TABLE ${name}`,
      `DELETE FROM ${name}`,
      `INSERT INTO ${name} DEFAULT VALUES`,
      `TRUNCATE ${name}`,
    ]) {
      await expect(as(writer, statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  }
  await expect(as(writer, `SELECT nextval('sync.change_seq')`)).rejects.toMatchObject({ code: '42501' });
  const callable = await sql.query<{ name: string }>(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = 'sync'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')`,
    [writer],
  );
  expect(callable.rows).toEqual([]);
  // Even where the schema itself is opened, by mistake or to make a trigger of one's own.
  const opened = `GRANT USAGE ON SCHEMA sync TO ${writer}`;
  for (const statement of [
    'SELECT sync.reload(1::smallint)',
    'TABLE sync.change',
    `CREATE TABLE mine (id text); CREATE TRIGGER t AFTER TRUNCATE ON mine FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('1')`,
    `CREATE TABLE mine (id text); CREATE TRIGGER t AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_note_insert()`,
  ]) {
    await expect(as(writer, statement, opened), statement).rejects.toMatchObject({ code: '42501' });
  }
});

test('C11 capture resolves no name that a user has put in its way', async () => {
  // With the functions' path left to the session, each of these would be found before PostgreSQL's own.
  const traps = `
    CREATE SCHEMA trap;
    CREATE TABLE trap.hits (what text);
    CREATE FUNCTION trap.pg_current_xact_id() RETURNS xid8 LANGUAGE sql AS $$ INSERT INTO trap.hits VALUES ('xid'); SELECT '1'::xid8 $$;
    CREATE FUNCTION trap.pg_trigger_depth() RETURNS integer LANGUAGE sql AS $$ INSERT INTO trap.hits VALUES ('depth'); SELECT 1 $$;
    CREATE FUNCTION trap.equal(text, text) RETURNS boolean LANGUAGE sql AS $$ INSERT INTO trap.hits VALUES ('equal'); SELECT true $$;
    CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equal);
    CREATE TEMP TABLE change (xid xid8); CREATE TEMP TABLE state (bucket_shift integer); CREATE TEMP TABLE note_shadow (id text);
    GRANT ALL ON SCHEMA trap TO PUBLIC; GRANT ALL ON trap.hits TO PUBLIC; SET LOCAL search_path = trap, pg_temp, public, pg_catalog`;
  await sql.query(`BEGIN; ${traps}; SET LOCAL ROLE ${writer}; ${WRITES}; RESET ROLE`);
  expect(await one(sql, 'SELECT count(*) FROM trap.hits')).toBe('0');
  const captured = await one(
    sql,
    `SELECT count(*) FROM sync.change WHERE xid = pg_catalog.pg_current_xact_id() AND depth = 1 AND table_id IN (1, 2)`,
  );
  await sql.query('ROLLBACK');
  expect(captured).toBe('7');
});
