import { defineRules } from '@elira/rules';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { captured, capturedBy } from '../../fixture/captured.ts';
import { one, positionNow, windowFrom } from '../../fixture/history.ts';
import { noteDatabase } from '../../fixture/notes.ts';
import { captureSql } from './capture-sql.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
beforeEach(async () => {
  await sql.query(`TRUNCATE note; DELETE FROM tick; INSERT INTO tick (id, board) VALUES (1, 'b'), (2, 'b');
    INSERT INTO note (id, owner, team, body) VALUES ('a', 'ann', 'red', 'one'), ('b', 'ann', NULL, 'two'), ('c', NULL, NULL, 'three')`);
});
afterAll(async () => await database?.drop());

const FORMS: readonly [form: string, statement: string, changes: readonly string[]][] = [
  ['INSERT of several rows', `INSERT INTO note (id) VALUES ('x'), ('y')`, ['I x', 'I y']],
  ['INSERT … SELECT', `INSERT INTO note (id) SELECT id || '2' FROM note`, ['I a2', 'I b2', 'I c2']],
  ['UPDATE of several rows', `UPDATE note SET body = body || '!' WHERE id <> 'c'`, ['U a', 'U b']],
  ['UPDATE … FROM', `UPDATE note n SET body = v.body FROM (VALUES ('b', 'new')) v (id, body) WHERE v.id = n.id`, ['U b']],
  [
    'DELETE … USING',
    `DELETE FROM note n USING note m WHERE m.id = 'a' AND n.owner = m.owner`,
    ['D a {ann,red,false}', 'D b {ann,NULL,false}'],
  ],
  [
    'ON CONFLICT DO UPDATE',
    `INSERT INTO note (id, body) VALUES ('a', 'new'), ('x', 'new') ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    ['I x', 'U a'],
  ],
  ['COPY', `COPY note (id, owner) FROM PROGRAM 'printf "x\\tann\\ny\\tbob\\n"'`, ['I x', 'I y']],
  [
    'MERGE',
    `MERGE INTO note n USING (VALUES ('a'), ('b'), ('x')) v (id) ON v.id = n.id WHEN MATCHED AND n.id = 'a' THEN DELETE
      WHEN MATCHED THEN UPDATE SET body = 'merged' WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id)`,
    ['D a {ann,red,false}', 'I x', 'U b'],
  ],
  [
    'several in one WITH',
    `WITH gone AS (DELETE FROM note WHERE id = 'a' RETURNING *), come AS (INSERT INTO note (id) VALUES ('x')) UPDATE note SET body = 'w' WHERE id = 'b'`,
    ['D a {ann,red,false}', 'I x', 'U b'],
  ],
  [
    'a statement in a function',
    `DO $$ BEGIN UPDATE note SET body = 'f' WHERE id = 'a'; EXECUTE 'DELETE FROM note WHERE id = ''b'''; END $$`,
    ['D b {ann,NULL,false}', 'U a'],
  ],
  [
    'UPDATE through a view',
    `CREATE TEMP VIEW mine AS SELECT * FROM note WHERE owner = 'ann'; UPDATE mine SET body = 'v'`,
    ['U a', 'U b'],
  ],
  ['the replica role', `SET LOCAL session_replication_role = replica; UPDATE note SET body = 'r' WHERE id = 'a'`, ['U a']],
  [
    'a prepared statement',
    `PREPARE change (text) AS DELETE FROM note WHERE id = $1; EXECUTE change('a'); DEALLOCATE change`,
    ['D a {ann,red,false}'],
  ],
  [
    'a cascade',
    `CREATE TABLE leader (name text PRIMARY KEY); INSERT INTO leader VALUES ('ann');
      ALTER TABLE note ADD FOREIGN KEY (owner) REFERENCES leader ON DELETE SET NULL; DELETE FROM leader`,
    ['U a {ann,red,false}', 'U b {ann,NULL,false}'],
  ],
  [
    'the cheap form',
    `UPDATE tick SET count = 1; INSERT INTO tick (id, board) VALUES (3, 'c'); DELETE FROM tick WHERE id = 2`,
    ['D 2 {b}', 'I 3', 'U 1', 'U 2'],
  ],
];

test.each(FORMS)('C1 %s writes one change row per changed row', async (_form, statement, changes) => {
  expect((await capturedBy(sql, statement)).toSorted()).toEqual(changes);
});

test('C1 what a savepoint takes back leaves no change row', async () => {
  expect(
    await capturedBy(
      sql,
      `UPDATE note SET body = 'k' WHERE id = 'a'; SAVEPOINT s; DELETE FROM note; ROLLBACK TO s; DELETE FROM note WHERE id = 'c'`,
    ),
  ).toEqual(['U a', 'D c {NULL,NULL,false}']);
});

test('C2 what changes no synchronised column, or no row at all, writes nothing', async () => {
  const quiet = [
    `UPDATE note SET unseen = unseen + 1`,
    `UPDATE note SET body = body, owner = owner, team = team, id = id`,
    `UPDATE note SET body = 'never' WHERE false`,
    `DELETE FROM note WHERE false`,
    `INSERT INTO note SELECT * FROM note WHERE false`,
    `INSERT INTO note (id) VALUES ('a') ON CONFLICT DO NOTHING`,
    `UPDATE tick SET count = 2 WHERE false`,
  ];
  for (const statement of quiet) expect(await capturedBy(sql, statement), statement).toEqual([]);
  expect(await capturedBy(sql, `UPDATE note SET unseen = 1, body = CASE WHEN id = 'a' THEN 'new' ELSE body END`)).toEqual([
    'U a',
  ]);
});

test('C2 values that are equal but read differently are changes', async () => {
  const rules = defineRules({
    tables: [{ id: 9, schema: 'public', name: 'price', key: { column: 'id', type: 'integer' }, routing: {}, capture: 'full' }],
    scopes: [
      { name: 'prices', audience: 'public', tables: [{ table: 'price', columns: ['amount', 'lasts', 'data', 'area'] }] },
    ],
  });
  await sql.query(`CREATE TABLE price (id integer PRIMARY KEY, amount numeric, lasts interval, data jsonb, area box);
    INSERT INTO price VALUES (1, 1.0, '1 day', '{"n": 1.0}', '(0,0),(1,4)')`);
  await sql.query(captureSql(rules));
  expect(await capturedBy(sql, 'UPDATE price SET amount = 1.0, data = data')).toEqual([]);
  for (const change of [`amount = 1.00`, `lasts = '24 hours'`, `data = '{"n": 1.00}'`, `area = '(0,0),(2,2)'`]) {
    expect(await capturedBy(sql, `UPDATE price SET ${change}`), change).toEqual(['U 1']);
  }
});

test('C3 a changed key is written as D and I, two rows that swap their keys as two updates', async () => {
  expect((await capturedBy(sql, `UPDATE note SET id = 'z' WHERE id = 'a'`)).toSorted()).toEqual(['D a {ann,red,false}', 'I z']);
  expect((await capturedBy(sql, `UPDATE note SET id = 'z', owner = 'bob' WHERE id = 'a'`)).toSorted()).toEqual([
    'D a {ann,red,false}',
    'I z',
  ]);
  await sql.query('ALTER TABLE note DROP CONSTRAINT note_pkey, ADD PRIMARY KEY (id) DEFERRABLE');
  const swap = `UPDATE note SET id = CASE id WHEN 'a' THEN 'b' ELSE 'a' END WHERE id IN ('a', 'b')`;
  expect((await capturedBy(sql, swap)).toSorted()).toEqual(['U a {ann,red,false}', 'U b {ann,NULL,false}']);
});

test('C4 was is the whole old routing tuple whenever any part of it changed, NULL or not, and always for D', async () => {
  const cases: readonly [statement: string, changes: readonly string[]][] = [
    [`UPDATE note SET owner = 'bob' WHERE id = 'a'`, ['U a {ann,red,false}']],
    [`UPDATE note SET team = NULL WHERE id = 'a'`, ['U a {ann,red,false}']],
    [`UPDATE note SET team = 'blue' WHERE id = 'b'`, ['U b {ann,NULL,false}']],
    [`UPDATE note SET is_public = true WHERE id = 'c'`, ['U c {NULL,NULL,false}']],
    [`UPDATE note SET body = 'x' WHERE id = 'c'`, ['U c']],
    [`UPDATE note SET owner = '' WHERE id = 'c'`, ['U c {NULL,NULL,false}']],
    [
      `UPDATE note SET owner = 'NULL', team = '{"quoted, and comma}' WHERE id = 'a'; DELETE FROM note WHERE id = 'a'`,
      ['U a {ann,red,false}', 'D a {"NULL","{\\"quoted, and comma}",false}'],
    ],
    [`DELETE FROM note WHERE id = 'c'`, ['D c {NULL,NULL,false}']],
  ];
  for (const [statement, changes] of cases) expect(await capturedBy(sql, statement), statement).toEqual(changes);
});

test('C9 in the cheap form key and routing columns cannot change, and an update that does not try is not hindered', async () => {
  await expect(sql.query(`UPDATE tick SET board = 'other'`)).rejects.toMatchObject({
    code: '23001',
    hint: expect.stringContaining('full form'),
  });
  await expect(sql.query('UPDATE tick SET id = id + 10')).rejects.toMatchObject({ code: '23001' });
  await expect(
    sql.query(`INSERT INTO tick (id, board) VALUES (1, 'c') ON CONFLICT (id) DO UPDATE SET board = excluded.board`),
  ).rejects.toMatchObject({ code: '23001' });
  await expect(
    sql.query(`SET LOCAL session_replication_role = replica; UPDATE tick SET board = 'other'`),
  ).rejects.toMatchObject({ code: '23001' });
  expect((await capturedBy(sql, `UPDATE tick SET board = board, id = id, count = 5`)).toSorted()).toEqual(['U 1', 'U 2']);
  expect(await one(sql, 'SELECT string_agg(board, $1) FROM tick', [','])).toBe('b,b');
});

test('C10 TRUNCATE and sync.touch write the change that reloads the table’s scopes', async () => {
  for (const [statement, table] of [
    ['TRUNCATE note', 1],
    ['TRUNCATE tick, note', 2],
    [`SELECT sync.touch('note')`, 1],
    [`SELECT sync.touch('public.tick')`, 2],
  ] as const) {
    const before = await positionNow(sql);
    await sql.query(statement);
    const { changes } = await windowFrom(sql, before);
    expect(changes, statement).toContainEqual(
      expect.objectContaining({ op: 'R', tableId: table, key: undefined, was: undefined }),
    );
  }
  await sql.query('BEGIN; CREATE TABLE other ()');
  await expect(sql.query(`SELECT sync.touch('other')`)).rejects.toMatchObject({
    hint: expect.stringContaining('elira sync:sql'),
  });
  await sql.query('ROLLBACK');
  expect(await captured(sql)).toEqual([]);
});
