import { LIMITS } from '@elira/protocol';
import type { RuleSet } from '@elira/rules';
import { SyncClient } from '@elira/sync-client';
import type { ScratchDatabase } from '@elira/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { capturedBy } from '../../fixture/captured.ts';
import { one, positionNow, windowFrom } from '../../fixture/history.ts';
import { noteDatabase, noteRules, noteServer, owner, silentLog } from '../../fixture/notes.ts';
import { captureSql } from './capture-sql.ts';
import { makeUpkeep } from './upkeep.ts';
import { verifyCapture } from './verify-capture.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
afterEach(() => vi.useRealTimers());
afterAll(async () => await database?.drop());

const [note, tick] = noteRules.tables;
const withNote = (change: object): RuleSet => ({
  ...noteRules,
  tables: noteRules.tables.map((table) => (table === note ? { ...table, ...change } : table)),
});

/** Faults after `damage`, which is taken back. */
async function faultsAfter(damage: string, rules: RuleSet = noteRules): Promise<string[]> {
  await sql.query('BEGIN');
  try {
    await sql.query(damage);
    const faults = await verifyCapture(sql, rules);
    for (const { remedy } of faults) expect(remedy).toMatch(/\w{4,}.*[.;]$/);
    return faults.map(({ table, fault }) => `${table}: ${fault}`);
  } finally {
    await sql.query('ROLLBACK');
  }
}

test('C8 a database as the migration leaves it has no fault', async () => {
  expect(await verifyCapture(sql, noteRules)).toEqual([]);
});

const REPLACE_BY_PARTITIONED = `DROP TABLE note; CREATE TABLE note (id text PRIMARY KEY, owner text, team text, is_public boolean, body text, secret text, version integer)`;
const DAMAGE: readonly [what: string, damage: string, faults: readonly string[]][] = [
  ['a trigger is missing', 'DROP TRIGGER sync_capture_delete ON note', ['public.note: trigger sync_capture_delete is missing']],
  [
    'a trigger is disabled',
    'ALTER TABLE note DISABLE TRIGGER sync_capture_insert',
    ['public.note: trigger sync_capture_insert is not enabled ALWAYS'],
  ],
  [
    'triggers are demoted',
    'ALTER TABLE tick DISABLE TRIGGER ALL; ALTER TABLE tick ENABLE TRIGGER ALL',
    ['insert', 'update', 'delete', 'truncate']
      .map((event) => `public.tick: trigger sync_capture_${event} is not enabled ALWAYS`)
      .concat('public.tick: trigger sync_hold_routing is not enabled ALWAYS'),
  ],
  [
    'a function is altered',
    `CREATE OR REPLACE FUNCTION sync.capture_note_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NULL; END'`,
    ['public.note: trigger sync_capture_update runs another function than the rules need'],
  ],
  [
    'a function lost its rights',
    'ALTER FUNCTION sync.capture_note_insert() SECURITY INVOKER',
    ['public.note: trigger sync_capture_insert runs another function than the rules need'],
  ],
  [
    'a function lost its search path',
    'ALTER FUNCTION sync.capture_note_insert() RESET search_path',
    ['public.note: trigger sync_capture_insert runs another function than the rules need'],
  ],
  [
    'a trigger got a condition',
    `CREATE OR REPLACE TRIGGER sync_capture_insert AFTER INSERT ON note REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN (false)
      EXECUTE FUNCTION sync.capture_note_insert(); ALTER TABLE note ENABLE ALWAYS TRIGGER sync_capture_insert`,
    ['public.note: trigger sync_capture_insert fires otherwise than the rules need'],
  ],
  [
    'a trigger fires on something else',
    `DROP TRIGGER sync_capture_truncate ON note; CREATE TRIGGER sync_capture_truncate AFTER DELETE ON note FOR EACH STATEMENT
      EXECUTE FUNCTION sync.capture_truncate('1'); ALTER TABLE note ENABLE ALWAYS TRIGGER sync_capture_truncate`,
    ['public.note: trigger sync_capture_truncate fires otherwise than the rules need'],
  ],
  ['a routing column is gone', 'ALTER TABLE note DROP COLUMN team', ['public.note: column team does not exist']],
  ['a shown column is gone', 'ALTER TABLE note DROP COLUMN body', ['public.note: column body does not exist']],
  ['the table is gone', 'DROP TABLE note', ['public.note: the table does not exist']],
  [
    'the table bears another number',
    `UPDATE sync.captured_table SET table_id = 7 WHERE table_id = 1`,
    ['public.note: the database knows it by another number (7)'],
  ],
  [
    'the key is not unique',
    'ALTER TABLE note DROP CONSTRAINT note_pkey',
    ['public.note: the key id has no unique index of its own'],
  ],
  [
    'a column is of type json',
    'ALTER TABLE note ALTER body TYPE json USING NULL',
    ['public.note: column body is of type json, which may carry raw line ends'],
  ],
  [
    'the table has an heir',
    'CREATE TABLE heir () INHERITS (note)',
    ['public.note: its heirs are written without its triggers'],
  ],
  [
    'the table is a partition',
    `ALTER TABLE tick RENAME TO old_tick; CREATE TABLE all_ticks (LIKE old_tick INCLUDING ALL) PARTITION BY LIST (id); DROP TABLE old_tick;
      CREATE TABLE tick PARTITION OF all_ticks DEFAULT; ${captureSql({ ...noteRules, tables: noteRules.tables.slice(1) }).replaceAll(/ REFERENCING[^F]*/g, ' ')}`,
    expect.arrayContaining(['public.tick: it is written through its parent, which fires none of its triggers']),
  ],
  [
    'the table is partitioned',
    `${REPLACE_BY_PARTITIONED} PARTITION BY LIST (id)`,
    expect.arrayContaining(['public.note: it is not an ordinary table']),
  ],
  [
    'the table is a view',
    `ALTER TABLE note RENAME TO real_note; CREATE VIEW note AS SELECT * FROM real_note`,
    expect.arrayContaining(['public.note: it is not an ordinary table']),
  ],
];

test.each(DAMAGE)('C8 it is noticed when %s', async (_what, damage, faults) => {
  expect(await faultsAfter(damage)).toEqual(faults);
});

test('C8 a virtual generated column is refused wherever capture would have to read it', async () => {
  const version = Number(await one(sql, `SELECT current_setting('server_version_num')`));
  if (version < 180_000) return;
  const virtual = (table: string, column: string): string =>
    `ALTER TABLE ${table} DROP COLUMN ${column}; ALTER TABLE ${table} ADD COLUMN ${column} text GENERATED ALWAYS AS ('v' || id) VIRTUAL`;
  expect(await faultsAfter(virtual('note', 'team'))).toEqual([
    'public.note: column team is a virtual generated column, which triggers cannot read',
  ]);
  expect(await faultsAfter(virtual('note', 'body'))).toEqual([
    'public.note: column body is a virtual generated column, which triggers cannot read',
  ]);
  expect(await faultsAfter(virtual('tick', 'count'))).toEqual([]);
});

test('C8 rules that ask for more than the triggers give are noticed', async () => {
  expect(await faultsAfter('SELECT', withNote({ routing: { ...note?.routing, version: 'integer' } }))).toEqual([
    'public.note: trigger sync_capture_update runs another function than the rules need',
    'public.note: trigger sync_capture_delete runs another function than the rules need',
  ]);
  expect(await faultsAfter('SELECT', withNote({ capture: 'cheap' }))).toContain(
    'public.note: trigger sync_hold_routing is missing',
  );
});

test('C8 what captureSql makes of other rules has no fault, and lets go of what the cheap form held', async () => {
  const rules: RuleSet = {
    ...noteRules,
    tables: noteRules.tables.map((table) => ({ ...table, capture: table === tick ? 'full' : 'cheap' })),
  };
  expect(await faultsAfter(captureSql(rules), rules)).toEqual([]);
  const moved = `INSERT INTO tick (id, board) VALUES (1, 'b'); ${captureSql(rules)}; UPDATE tick SET board = 'c'`;
  expect(await capturedBy(sql, moved)).toContain('U 1 {b}');
});

test('C9 a trigger that could change key or routing columns behind the statement is refused in the cheap form', async () => {
  const relabel = `CREATE FUNCTION relabel() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.id := NEW.id; RETURN NEW; END $$;`;
  const on = (table: string, timing: string): string =>
    `${relabel} CREATE TRIGGER relabel ${timing} ON ${table} FOR EACH ROW EXECUTE FUNCTION relabel()`;
  expect(await faultsAfter(on('tick', 'BEFORE INSERT OR UPDATE'))).toEqual([
    'public.tick: trigger relabel may change key or routing columns, which the cheap form does not look at',
  ]);
  for (const harmless of [on('tick', 'BEFORE INSERT'), on('tick', 'AFTER UPDATE'), on('note', 'BEFORE UPDATE')]) {
    expect(await faultsAfter(harmless)).toEqual([]);
  }
});

test('C8 a server refuses to start on a fault, and names the remedy', async () => {
  await sql.query('ALTER TABLE note DISABLE TRIGGER sync_capture_update');
  try {
    await expect(noteServer(database.connection)).rejects.toMatchObject({
      code: 'capture_incomplete',
      detail: expect.stringContaining('ENABLE ALWAYS TRIGGER sync_capture_update'),
    });
  } finally {
    await sql.query('ALTER TABLE note ENABLE ALWAYS TRIGGER sync_capture_update');
  }
});

test('C8 a table is touched when a fault is found and when it is mended, and what went by unnoticed arrives', async () => {
  const server = await noteServer(database.connection);
  const client = new SyncClient({ url: `${server.url}/`, headers: { 'x-scopes': owner('ann') } });
  client.start();
  const bodies = (): unknown[] =>
    client
      .table('note')
      .all()
      .map((row) => row['body']);
  const pool = new pg.Pool({ ...database.connection, max: 2 });
  const found: number[] = [];
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const upkeep = makeUpkeep({
    pool,
    limits: LIMITS,
    log: silentLog,
    verify: () => verifyCapture(pool, noteRules),
    onFaults: (faults) => found.push(faults.length),
    beat: () => Promise.resolve(),
    heartbeat: () => {},
  });
  upkeep.start();
  const touches = async (since: Awaited<ReturnType<typeof positionNow>>): Promise<number> =>
    (await windowFrom(sql, since)).changes.filter(({ op, tableId }) => op === 'R' && tableId === 1).length;
  /** One round of upkeep. */
  const round = async (): Promise<void> => {
    const before = found.length;
    vi.advanceTimersByTime(30_000);
    await vi.waitUntil(() => found.length > before, { timeout: 10_000 });
  };
  try {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'first')`);
    await expect.poll(bodies).toEqual(['first']);
    await round();
    const start = await positionNow(sql);
    await sql.query(`ALTER TABLE note DISABLE TRIGGER sync_capture_update; UPDATE note SET body = 'unnoticed'`);
    expect(bodies()).toEqual(['first']);
    await round();
    await expect.poll(() => touches(start)).toBe(1);
    await expect.poll(bodies).toEqual(['unnoticed']);
    await sql.query(`UPDATE note SET body = 'again'`);
    await round();
    expect(await touches(start), 'once, not with every round').toBe(1);
    await sql.query(`ALTER TABLE note ENABLE ALWAYS TRIGGER sync_capture_update`);
    await round();
    await expect.poll(() => touches(start)).toBe(2);
    await expect.poll(bodies).toEqual(['again']);
    expect(found).toEqual([0, 1, 1, 0]);
  } finally {
    await upkeep.stop();
    client.stop();
    await server.stop();
    await pool.end();
  }
});
