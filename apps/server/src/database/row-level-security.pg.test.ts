import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scratchDatabase, throwawayCluster, type ScratchDatabase } from '@elira/testkit';
import type { Viewer } from '../viewer.ts';
import { openAppPool, type AppPool } from './app-pool.ts';
import { asRole } from './connection.ts';
import { prepareDatabase } from './prepare-database.ts';
import { requireRestrictedRoles } from './require-restricted-roles.ts';

const quiet = (): void => undefined;
const ANONYMOUS: Viewer = { kind: 'anonymous' };
const OPERATOR: Viewer = { kind: 'operator' };
const DENIED = '42501';
let database: ScratchDatabase;
let owner: pg.Client;
let pool: AppPool;
const open: pg.Client[] = [];

beforeAll(async () => {
  database = await scratchDatabase('rls');
  await prepareDatabase(database.connection, quiet);
  owner = await database.client();
  await owner.query(
    `INSERT INTO courses (title, description, is_published) SELECT 'course ' || i, 'text', i % 2 = 0 FROM generate_series(1, 40) i`,
  );
  await owner.query(`UPDATE courses SET title = title || ', edited' WHERE title LIKE '%0'`);
  pool = openAppPool(database.connection);
});
afterEach(() => Promise.all(open.splice(0).map((client) => client.end())));
afterAll(async () => {
  await pool.close();
  await database.drop();
});

async function clientAs(role: 'elira_app' | 'elira_reader' | 'elira_flush' | 'elira_auth' | 'elira_owner'): Promise<pg.Client> {
  const client = new pg.Client(asRole(database.connection, role));
  await client.connect();
  open.push(client);
  return client;
}

async function count(viewer: Viewer, table: string): Promise<number> {
  return await pool.as(viewer, async (client) => (await client.query(`SELECT FROM ${table}`)).rowCount ?? -1);
}

test('V1 anonymous sees the published rows alone, the operator everything', async () => {
  expect([
    await count(ANONYMOUS, 'courses'),
    await count(ANONYMOUS, 'published_courses'),
    await count(ANONYMOUS, 'course_versions'),
  ]).toEqual([0, 20, 0]);
  expect([
    await count(OPERATOR, 'courses'),
    await count(OPERATOR, 'published_courses'),
    await count(OPERATOR, 'course_versions'),
  ]).toEqual([40, 20, 20]);
});

test("V1 the operator's setting ends with the transaction", async () => {
  for (let i = 0; i < 20; i += 1) {
    await pool.as(OPERATOR, (client) => client.query('SELECT FROM courses'));
    expect(await count(ANONYMOUS, 'courses')).toBe(0);
  }
  await expect(pool.as(OPERATOR, (client) => client.query('SELECT 1 / 0'))).rejects.toThrow();
  expect(await count(ANONYMOUS, 'courses')).toBe(0);
});

test.each([
  'INSERT INTO courses (title, description) VALUES (1, 2)',
  "INSERT INTO courses (title, description, is_published) VALUES ('a', 'b', true)",
  'UPDATE courses SET is_draft = false',
  "UPDATE courses SET sync_status = 'synced'",
  'DELETE FROM courses',
  'TRUNCATE courses CASCADE',
  "INSERT INTO modules (course_id, title) SELECT id, 'x' FROM courses",
  'DELETE FROM lessons',
  'UPDATE enrollments SET progress = 100',
  'INSERT INTO enrollments (user_id, course_id) VALUES (1, uuid_v7())',
  'UPDATE lesson_progress SET completed_at = now()',
  'INSERT INTO course_people (course_id) VALUES (uuid_v7())',
  "INSERT INTO course_authors (course_id, user_id) SELECT id, 'me' FROM courses",
  'UPDATE published_lessons SET title = title',
  'DELETE FROM revisions',
  'SELECT FROM course_edits',
  'SELECT ban_reason FROM users',
  'SELECT FROM lessons_to_publish',
  'SELECT publish_content(ARRAY(SELECT id FROM courses))',
  'SELECT refresh_progress(ARRAY[uuid_v7()], true)',
  'SELECT enroll(id) FROM published_courses',
  'SELECT complete_lesson(uuid_v7(), true)',
  "INSERT INTO published_courses SELECT id, 'x', 'x', 1, now(), now() FROM courses",
  'UPDATE published_courses SET title = title',
  'DELETE FROM course_versions',
  'SELECT unpublish_courses(ARRAY(SELECT id FROM published_courses))',
  'SELECT * FROM sync.change',
  "INSERT INTO sync.change (xid, bucket, table_id, depth, op) VALUES ('1', 0, 1, 1, 'R')",
  "SELECT sync.touch('courses')",
  'SELECT sync.establish()',
  'SET ROLE elira_owner',
  'ALTER TABLE courses DISABLE TRIGGER ALL',
  'CREATE TABLE public.mine (id int)',
])('V1 the application may not: %s', async (sql) => {
  const client = await clientAs('elira_app');
  // SET ROLE asks who logged in, and that is a superuser in this cluster: the application never sends it.
  if (sql === 'SET ROLE elira_owner') await client.query('SET SESSION AUTHORIZATION elira_app');
  await client.query("BEGIN; SET LOCAL elira.operator = 'on'");
  await expect(client.query(sql)).rejects.toMatchObject({ code: DENIED });
});

test.each([ANONYMOUS, OPERATOR, { kind: 'user', id: 'unknown', sessionId: 'x', role: 'admin' } satisfies Viewer])(
  'V1 where $kind may write in principle, it reaches no row',
  async (viewer) => {
    for (const sql of [
      "UPDATE courses SET title = 'x', is_published = false",
      'UPDATE lessons SET title = title',
      'DELETE FROM course_authors',
    ])
      expect(await pool.as(viewer, async (client) => (await client.query(sql)).rowCount), sql).toBe(0);
    const publish = pool.as(viewer, (client) => client.query('SELECT publish_course(id) FROM published_courses'));
    await expect(publish).rejects.toMatchObject({ code: 'P0002' });
  },
);

test('V2 the reader sees every synchronised row, and writes nothing', async () => {
  const reader = await clientAs('elira_reader');
  expect((await reader.query('SELECT FROM courses')).rowCount).toBe(40);
  expect((await reader.query('SELECT FROM published_courses')).rowCount).toBe(20);
  for (const sql of [
    'SELECT FROM course_versions',
    'UPDATE courses SET title = title',
    'DELETE FROM published_courses',
    "INSERT INTO sync.change (xid, bucket, table_id, depth, op) VALUES ('1', 0, 1, 1, 'R')",
    'DELETE FROM sync.change',
    'UPDATE sync.state SET floor = floor',
    'TRUNCATE sync.change_0',
    'SELECT publish_course(id) FROM courses',
  ]) {
    await expect(reader.query(sql), sql).rejects.toMatchObject({ code: DENIED });
  }
});

test('V2 elira_flush has no rights on any table yet', async () => {
  const client = await clientAs('elira_flush');
  const { rows } = await client.query(`
    SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'sync') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND (CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE')
        ELSE has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE') END)`);
  expect(rows).toEqual([]);
});

test.each([
  'SELECT token FROM sessions',
  'SELECT * FROM sessions',
  'SELECT FROM accounts',
  'SELECT FROM verifications',
  "UPDATE users SET role = 'admin'",
])('V2 the reader may not: %s', async (sql) => {
  await expect((await clientAs('elira_reader')).query(sql)).rejects.toMatchObject({ code: DENIED });
});

test.each(['sessions', 'accounts', 'verifications'])('V1 the application may not touch %s', async (table) => {
  const client = await clientAs('elira_app');
  for (const sql of [`SELECT FROM ${table}`, `DELETE FROM ${table}`, `UPDATE ${table} SET id = id`]) {
    await expect(client.query(sql), sql).rejects.toMatchObject({ code: DENIED });
  }
});

test('V2 elira_auth has the tables of people and no other', async () => {
  const client = await clientAs('elira_auth');
  const { rows } = await client.query<{ name: string }>(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'sync') AND c.relkind IN ('r', 'p', 'v', 'm')
      AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'))
    ORDER BY 1`);
  expect(rows.map(({ name }) => name)).toEqual(['accounts', 'sessions', 'users', 'verifications']);
});

/** Tables without row-level security, forced, with a policy for their owner that lets everything through. */
async function unsecured(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; secure: boolean }>(`
    SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
      SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['elira_owner'::regrole::oid] AND p.polcmd = '*'
        AND pg_get_expr(p.polqual, c.oid) = 'true' AND pg_get_expr(p.polwithcheck, c.oid) = 'true') AS secure
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`);
  expect(rows.length).toBeGreaterThanOrEqual(25);
  return rows.filter(({ secure }) => !secure).map(({ name }) => name);
}

test('V3 every table has row-level security, forced, with a policy for its owner', async () => {
  expect(await unsecured()).toEqual([]);
});

test('V7 the policy of the owner, and that of elira_auth, is missed on each table', async () => {
  await owner.query(`INSERT INTO users (id, name, email) VALUES ('u', 'U', 'u@elira.example');
    INSERT INTO sessions (id, user_id, token, expires_at) VALUES ('s', 'u', 't', now());
    INSERT INTO accounts (id, user_id, account_id, provider_id) VALUES ('a', 'u', 'u', 'credential');
    INSERT INTO verifications (id, identifier, value, expires_at) VALUES ('v', 'i', 'v', now())`);
  const { rows } = await owner.query<{ table: string; name: string }>(
    "SELECT tablename AS table, policyname AS name FROM pg_policies WHERE schemaname = 'public' AND policyname IN ('owner_all', 'auth_all')",
  );
  expect(rows.length).toBeGreaterThanOrEqual(29);
  for (const { table, name } of rows) {
    await owner.query('BEGIN');
    const seen = async (): Promise<number | null> => {
      await owner.query('SET LOCAL ROLE elira_auth');
      const { rowCount } = await owner.query(`SELECT FROM ${table}`);
      await owner.query('RESET ROLE');
      return rowCount;
    };
    const missed = async (): Promise<unknown> => (name === 'owner_all' ? await unsecured() : await seen());
    expect(await missed(), `${name} on ${table}`).toEqual(name === 'owner_all' ? [] : 1);
    await owner.query(`DROP POLICY ${name} ON ${table}`);
    expect(await missed(), `${name} on ${table}`).toEqual(name === 'owner_all' ? [table] : 0);
    await owner.query('ROLLBACK');
  }
});

test('V3 the owner, who is no superuser, sees its rows and publishes', async () => {
  const client = await clientAs('elira_owner');
  await client.query('BEGIN');
  const { rowCount } = await client.query('UPDATE courses SET is_published = NOT is_published');
  expect(rowCount).toBe(40);
  expect((await client.query('SELECT FROM published_courses')).rowCount).toBe(20);
  await client.query('ROLLBACK');
});

test('V5 a role that would ignore row-level security is refused, with the SQL that mends it', async () => {
  const cluster = await throwawayCluster();
  try {
    await prepareDatabase(cluster.connection, quiet);
    const admin = await cluster.client();
    for (const [spoil, told] of [
      ['ALTER ROLE elira_app SUPERUSER', 'ALTER ROLE elira_app NOSUPERUSER;'],
      ['ALTER ROLE elira_app BYPASSRLS', 'ALTER ROLE elira_app NOBYPASSRLS;'],
      ['ALTER ROLE elira_reader BYPASSRLS', 'ALTER ROLE elira_reader NOBYPASSRLS;'],
      ['GRANT elira_owner TO elira_app', 'REVOKE elira_owner FROM elira_app;'],
    ] as const) {
      await admin.query(spoil);
      const refusal = await requireRestrictedRoles(cluster.connection).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'role_ignores_rls', detail: `Run: ${told}` });
      await admin.query(told);
      await requireRestrictedRoles(cluster.connection);
    }
  } finally {
    await cluster.remove();
  }
});
