import { makeScopeRouter } from '@elira/rules';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { captured } from '../../fixture/captured.ts';
import { one, positionNow, windowFrom } from '../../fixture/history.ts';
import { noteDatabase, noteRules } from '../../fixture/notes.ts';
import { routeWindow } from '../route/route-window.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
beforeEach(async () => {
  await sql.query(`ROLLBACK; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; CREATE TABLE app.log (line text);
    TRUNCATE note; DELETE FROM tick; INSERT INTO note (id, owner, team) VALUES ('n', 'a', 'red'), ('m', 'a', 'red')`);
});
afterAll(async () => await database?.drop());

/** A trigger on `table` that runs `statement`. */
const runs = (statement: string, on: string): string => `
  CREATE FUNCTION app.react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF pg_trigger_depth() = 1 THEN ${statement}; END IF; RETURN NULL; END $$;
  CREATE TRIGGER react ${on} EXECUTE FUNCTION app.react()`;

const MOVING: readonly [what: string, trigger: string, statement: string][] = [
  [
    'moves the row on',
    runs(`IF NEW.owner = 'b' THEN UPDATE note SET owner = 'c' WHERE id = NEW.id; END IF`, 'AFTER UPDATE ON note FOR EACH ROW'),
    `UPDATE note SET owner = 'b' WHERE id = 'n'`,
  ],
  [
    'moves the row it inserted',
    runs(`UPDATE note SET owner = 'c' WHERE id = NEW.id`, 'AFTER INSERT ON note FOR EACH ROW'),
    `INSERT INTO note (id, owner) VALUES ('x', 'b')`,
  ],
  [
    'deletes the row it moved',
    runs(`DELETE FROM note WHERE id = NEW.id AND NEW.owner = 'b'`, 'AFTER UPDATE ON note FOR EACH ROW'),
    `UPDATE note SET owner = 'b' WHERE id = 'n'`,
  ],
  [
    'inserts the row again that it deleted',
    runs(`INSERT INTO note (id, owner) VALUES (OLD.id, 'c')`, 'AFTER DELETE ON note FOR EACH ROW'),
    `DELETE FROM note WHERE id = 'n'`,
  ],
  [
    'moves it through another table',
    `${runs(`INSERT INTO app.log VALUES (NEW.id)`, 'AFTER UPDATE OF owner ON note FOR EACH ROW')};
      CREATE FUNCTION app.further() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE note SET team = 'blue' WHERE id = NEW.line; RETURN NULL; END $$;
      CREATE TRIGGER further AFTER INSERT ON app.log FOR EACH ROW EXECUTE FUNCTION app.further()`,
    `UPDATE note SET owner = 'b' WHERE id = 'n'`,
  ],
  [
    'moves one row of several',
    runs(`UPDATE note SET owner = 'c' WHERE id = 'm' AND owner = 'b'`, 'AFTER UPDATE ON note FOR EACH STATEMENT'),
    `UPDATE note SET owner = 'b'`,
  ],
];

test.each(MOVING)(
  'C5 a trigger that %s raises under sync.strict, and otherwise reloads the scopes',
  async (_what, trigger, statement) => {
    await sql.query(`BEGIN; ${trigger}; SET LOCAL sync.strict = on`);
    await expect(sql.query(statement)).rejects.toMatchObject({
      message: expect.stringContaining('a trigger moved a row'),
      hint: expect.stringContaining('BEFORE ROW'),
    });
    await sql.query('ROLLBACK');
    await sql.query(`BEGIN; ${trigger}`);
    await sql.query(statement);
    expect(await captured(sql)).toContain('R');
    await sql.query('ROLLBACK');
  },
);

const HARMLESS: readonly [what: string, trigger: string, statement: string][] = [
  [
    'fills another table',
    runs(
      `INSERT INTO tick (id, board) VALUES (1, NEW.owner) ON CONFLICT (id) DO UPDATE SET count = tick.count + 1`,
      'AFTER UPDATE ON note FOR EACH ROW',
    ),
    `UPDATE note SET owner = 'b'`,
  ],
  [
    'changes other columns of the row',
    runs(`UPDATE note SET version = version + 1 WHERE id = NEW.id AND version = 1`, 'AFTER UPDATE ON note FOR EACH ROW'),
    `UPDATE note SET owner = 'b'`,
  ],
  [
    'moves another row',
    runs(`UPDATE note SET owner = 'c' WHERE id = 'm' AND owner = 'a' AND NEW.id = 'n'`, 'AFTER UPDATE ON note FOR EACH ROW'),
    `UPDATE note SET owner = 'b' WHERE id = 'n'`,
  ],
  [
    'moves the row itself, before it is written',
    `CREATE FUNCTION app.react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.team := 'blue'; RETURN NEW; END $$;
    CREATE TRIGGER react BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION app.react()`,
    `UPDATE note SET owner = 'b'`,
  ],
  [
    'moves a row whose content alone the statement changes',
    runs(`UPDATE note SET owner = 'c' WHERE owner = 'a'`, 'AFTER UPDATE ON note FOR EACH STATEMENT'),
    `UPDATE note SET body = 'x'`,
  ],
  [
    'cascades',
    `CREATE TABLE app.team (name text PRIMARY KEY); INSERT INTO app.team VALUES ('red');
    ALTER TABLE note ADD FOREIGN KEY (team) REFERENCES app.team ON UPDATE CASCADE ON DELETE CASCADE`,
    `UPDATE app.team SET name = 'blue'; DELETE FROM app.team`,
  ],
];

test.each(HARMLESS)('C5 a trigger that %s is left alone', async (_what, trigger, statement) => {
  await sql.query(`BEGIN; ${trigger}; SET LOCAL sync.strict = on`);
  await sql.query(statement);
  const changes = await captured(sql);
  await sql.query('ROLLBACK');
  expect(changes.length).toBeGreaterThan(1);
  expect(changes).not.toContain('R');
});

test('C5 what the reload stands for: told in reverse, the changes would name the wrong scope', async () => {
  await sql.query(MOVING[0]?.[1] ?? '');
  const before = await positionNow(sql);
  await sql.query(MOVING[0]?.[2] ?? '');
  const routed = routeWindow(await windowFrom(sql, before), makeScopeRouter(noteRules));
  const left = [...routed.scopes].filter(([, tables]) => tables.get('note')?.drops.has('n')).map(([scope]) => scope);
  expect(left).toEqual(['owner:b/private']);
  expect(routed.reload).toEqual(new Set([1]));
});

test('C5 a savepoint that takes the inner statement back takes its mark back too', async () => {
  await sql.query(`BEGIN; ${MOVING[0]?.[1]}; SET LOCAL sync.strict = on; SAVEPOINT s`);
  await expect(sql.query(MOVING[0]?.[2] ?? '')).rejects.toThrow('a trigger moved a row');
  await sql.query(`ROLLBACK TO s; UPDATE note SET owner = 'd' WHERE id = 'n'; UPDATE note SET owner = 'e' WHERE id = 'n'`);
  expect(await captured(sql)).toEqual(['U n {a,red,false}', 'U n {d,red,false}']);
  await sql.query('ROLLBACK');
});

test('C5 a trigger that writes once for each row costs the same for each: what was captured before is not read again', async () => {
  const each = 'AFTER INSERT ON note FOR EACH ROW';
  await sql.query(`BEGIN; ${runs(`INSERT INTO tick (id, board) VALUES (NEW.version, 'b')`, each)}`);
  await sql.query(`INSERT INTO note (id, version) SELECT 'n' || g, g FROM generate_series(1, 300) g`);
  const read = `SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables WHERE schemaname = 'sync' AND relname LIKE 'change%'`;
  const rows = Number(await one(sql, read));
  expect((await captured(sql)).length).toBe(600);
  await sql.query('ROLLBACK');
  expect(rows).toBeLessThan(600);
});
