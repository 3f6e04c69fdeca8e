import type { ScopeKey } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import { defineRules, scopeQueries, type RuleSet, type ScopeTableRule } from '@elira/rules';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { board, noteDatabase, noteServer, owner, team, type NoteServer } from '../../fixture/notes.ts';
import { noteRules } from '../../fixture/note-rules.ts';
import { RawStream } from '../../fixture/raw-stream.ts';
import { rowsOfMany } from './rows-of-many.ts';

const PEOPLE = 60;
const MOST_ROWS = 200;
const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer | undefined;
let streams: RawStream[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  await sql.query(`
    CREATE TYPE mood AS ENUM ('fine', 'poison');
    CREATE FUNCTION mood_json(m mood) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
      IF m = 'poison' THEN RAISE EXCEPTION 'cannot be rendered'; END IF;
      RETURN to_json(m::text); END $$;
    CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood);
    ALTER TABLE note ALTER COLUMN secret TYPE mood USING NULL;`);
});
beforeEach(() =>
  sql.query(`DELETE FROM note; INSERT INTO note (id, owner, body, secret)
  SELECT 'n' || g, 'p' || g, 'of ' || g, 'fine' FROM generate_series(0, ${PEOPLE - 1}) g`),
);
afterEach(async () => {
  vi.restoreAllMocks();
  streams.splice(0).forEach((stream) => stream.close());
  await server?.stop();
});
afterAll(() => database?.drop());

/** All come in one moment, each with a scope of their own; resolves with the statements that read rows, and the most in one transaction. */
async function comeAll(
  scopes = (n: number): readonly ScopeKey[] => [owner(`p${n}`)],
): Promise<{ asked: readonly string[]; most: number }> {
  let here = 0;
  let open = (): void => {};
  const allHere = new Promise<void>((resolve) => (open = resolve));
  server = await noteServer(database.connection, {
    limits: { rowsPerScope: MOST_ROWS },
    onAuthorise: async () => {
      here += 1;
      if (here === PEOPLE) open();
      await allHere;
    },
  });
  const asked: string[] = [];
  let most = 0;
  const inTransaction = new Map<pg.Client, number>();
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function counted(this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { readonly text: string }];
    const text = typeof first === 'string' ? first : first.text;
    if (text.startsWith('BEGIN')) inTransaction.set(this, 0);
    if (text.includes('AS key')) {
      asked.push(text);
      const count = (inTransaction.get(this) ?? 0) + 1;
      inTransaction.set(this, count);
      most = Math.max(most, count);
    }
    return Reflect.apply(query, this, args);
  });
  const { url } = server;
  streams = Array.from({ length: PEOPLE }, (_, n) => new RawStream(url, scopes(n)));
  await expect.poll(() => streams.every((stream) => stream.cursor !== undefined || stream.closed)).toBe(true);
  return { asked, most };
}

const bodies = (n: number): unknown[] =>
  (streams[n]?.deltas ?? []).flatMap(({ put }) => (put?.['note'] ?? []).map(([, row]) => row['body']));

test('S15 what many people hold, each for themselves, is read by few statements, and each gets their own rows', async () => {
  const { asked } = await comeAll();
  for (let n = 0; n < PEOPLE; n += 1) expect(bodies(n)).toEqual([`of ${n}`]);
  expect(asked.length).toBeLessThan(PEOPLE / 4);
});

test('S15 one transaction reads by one statement, of however many kinds its scopes are', async () => {
  await sql.query(
    `INSERT INTO note (id, team, body) SELECT 't' || g, 't' || g, 'of team ' || g FROM generate_series(0, ${PEOPLE - 1}) g`,
  );
  const { most } = await comeAll((n) => [owner(`p${n}`), team(`t${n}`), board(`b${n}`)]);
  for (let n = 0; n < PEOPLE; n += 1) expect(bodies(n).toSorted()).toEqual([`of ${n}`, `of team ${n}`].toSorted());
  expect(most).toBe(1);
});

test('S15 scopes whose rules differ in a constant alone, or in nothing, each get their own rows', async () => {
  const [table] = noteRules.tables;
  if (table === undefined) throw new Error('there is no table');
  const scope = (name: string, entry: Omit<ScopeTableRule, 'table' | 'columns'>): RuleSet['scopes'][number] => ({
    name,
    audience: 'x',
    tables: [{ table: 'note', columns: ['body'], ...entry }],
  });
  const rules = defineRules({
    tables: [table],
    scopes: [
      scope('red', { when: { team: 'red' } }),
      scope('blue', { when: { team: 'blue' } }),
      scope('also-blue', { when: { team: 'blue' } }),
      scope('red-of', { by: 'owner', when: { team: 'red' } }),
      scope('blue-of', { by: 'owner', when: { team: 'blue' } }),
    ],
    grants: [],
    identities: [],
  });
  await sql.query(`INSERT INTO note (id, owner, team, body) VALUES ('r', 'ann', 'red', 'red'), ('b', 'ann', 'blue', 'blue')`);
  const wanted = {
    'red/x': ['r'],
    'blue/x': ['b'],
    'also-blue/x': ['b'],
    'red-of:ann/x': ['r'],
    'blue-of:ann/x': ['b'],
    'red-of:bob/x': [],
  };
  const queries = Object.keys(wanted).flatMap((key) => scopeQueries(rules, key as ScopeKey, MOST_ROWS));
  await sql.query('BEGIN');
  const found = await rowsOfMany(sql, queries, MOST_ROWS);
  await sql.query('ROLLBACK');
  expect(queries.map((one) => [...(found.get(one)?.keys() ?? ['?'])])).toEqual(Object.values(wanted));
});

test('S15 a row that cannot be rendered is set aside for its own reader, and nobody else notices', async () => {
  await sql.query(
    `UPDATE note SET secret = 'poison' WHERE id = 'n7'; INSERT INTO note (id, owner, body) VALUES ('m7', 'p7', 'beside it')`,
  );
  await comeAll();
  for (let n = 0; n < PEOPLE; n += 1) expect(bodies(n)).toEqual([n === 7 ? 'beside it' : `of ${n}`]);
  expect(server?.engine.metrics().rowsSetAside).toBe(1);
});

test('S15 a scope with too many rows is refused to its own reader, and nobody else notices', async () => {
  await sql.query(
    `INSERT INTO note (id, owner, body) SELECT 'm' || g, 'p7', 'one of many' FROM generate_series(1, ${MOST_ROWS}) g`,
  );
  await comeAll();
  for (let n = 0; n < PEOPLE; n += 1) if (n !== 7) expect(bodies(n)).toEqual([`of ${n}`]);
  expect(streams[7]?.named('goodbye').map(({ data }) => JSON.parse(data[0] ?? '') as unknown)).toMatchObject([
    { code: 'scope_too_large' },
  ]);
});
