import { contains, LIMITS, type Position } from '@elira/protocol';
import { SyncClient } from '@elira/sync-client';
import type { ScratchDatabase } from '@elira/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { one, positionNow } from '../../fixture/history.ts';
import { board, MEMBER, NOTE, noteDatabase, noteRules, noteServer, owner, silentLog, TICK } from '../../fixture/notes.ts';
import { emptyMetrics } from '../observe/sync-metrics.ts';
import type { ChangeWindow } from './change-window.ts';
import { readChanges, type Overflow } from './read-session.ts';
import { readStatements } from './read-statement.ts';
import { createReader, type Reader } from './reader.ts';
import { sessionConfig } from './session-config.ts';

const LIMIT = 50;
let database: ScratchDatabase;
let sql: pg.Client;
const readers: Reader[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.stop()));
  await sql.query('TRUNCATE note; DELETE FROM tick');
});
afterAll(async () => await database?.drop());

type Heard = { readonly windows: (ChangeWindow | Overflow)[]; readonly epochs: string[]; starts: number; failures: number };

/** A running reader, slow on its own, and what it told. */
async function running(onWindow: (reader: Reader) => void = () => undefined): Promise<{ reader: Reader; heard: Heard }> {
  const heard: Heard = { windows: [], epochs: [], starts: 0, failures: 0 };
  const options = {
    config: sessionConfig(database.connection, 'reader', undefined),
    statements: readStatements(noteRules, LIMIT),
    limits: LIMITS,
    server: 'test',
    meaning: 'test',
    listenerAlive: () => true,
    patienceMs: 15_000,
    metrics: emptyMetrics(),
    log: silentLog,
    onSetAside: () => undefined,
  };
  const reader = createReader(options, {
    onEpoch: (_identity, _at, reason) => heard.epochs.push(reason),
    onStart: () => (heard.starts += 1),
    onWindow: (window) => {
      heard.windows.push(window);
      onWindow(reader);
    },
    onFailure: () => (heard.failures += 1),
  });
  readers.push(reader);
  reader.start();
  await expect.poll(() => reader.ended()).toBeGreaterThan(0);
  return { reader, heard };
}

test('R3 a window at the limit is read, one above it names the tables that changed', async () => {
  const statements = readStatements(noteRules, LIMIT);
  const read = async (from: Position): Promise<ChangeWindow | Overflow> =>
    await readChanges(sql, statements, from, () => {
      throw new Error('a row was set aside');
    });
  const before = await positionNow(sql);
  await sql.query(`INSERT INTO note (id) SELECT 'n' || g FROM generate_series(1, ${LIMIT}) g`);
  const full = await read(before);
  expect('changes' in full && [full.changes.length, full.states.size]).toEqual([LIMIT, LIMIT]);
  await sql.query(`INSERT INTO note (id) VALUES ('one more')`);
  const over = await read(before);
  expect(over).toMatchObject({ tables: [1], head: { floor: expect.anything() } });
  expect(contains(over.to, full.to)).toBe(true);
  await sql.query(`INSERT INTO tick (id, board) VALUES (1, 'b')`);
  const both = await read(before);
  expect('tables' in both && both.tables.toSorted()).toEqual([1, 2]);
  expect('changes' in (await read(full.to))).toBe(true);
});

test('R8 a read that guesses wrong what changed makes another, and has every row', async () => {
  const statements = readStatements(noteRules, LIMIT);
  const other = await database.client();
  await sql.query('TRUNCATE note, tick, member');
  const before = await positionNow(sql);
  await sql.query(`INSERT INTO note (id, owner) VALUES ('n', 'ann'); INSERT INTO tick (id, board) VALUES (7, 'b')`);
  const asked: string[] = [];
  const read = async (likely: readonly number[], meanwhile: readonly string[] = []): Promise<ChangeWindow> => {
    asked.length = 0;
    const spied = {
      query: async (config: pg.QueryConfig) => {
        const result = await sql.query(config);
        const statement = meanwhile[asked.length];
        asked.push(config.name ?? '');
        if (statement !== undefined) await other.query(statement);
        return result;
      },
    };
    const refuse = (): never => {
      throw new Error('a row was set aside');
    };
    const window = await readChanges(spied as unknown as pg.ClientBase, statements, before, refuse, new Set(likely));
    if (!('changes' in window)) throw new Error('the window overflowed');
    return window;
  };
  const rows = (window: ChangeWindow): string[] => [...window.states.keys()].toSorted();
  expect([rows(await read([NOTE, TICK])), [...asked]]).toEqual([['1:n', '2:7'], ['elira-read-1-2']]);
  expect([rows(await read([NOTE, MEMBER])), [...asked]]).toEqual([
    ['1:n', '2:7'],
    ['elira-read-1-3', 'elira-read-1-2'],
  ]);
  expect([rows(await read([])), [...asked]]).toEqual([
    ['1:n', '2:7'],
    ['elira-read-', 'elira-read-1-2'],
  ]);
  // Whatever commits between two attempts is part of the later one.
  const more = [`INSERT INTO note (id) VALUES ('m'); INSERT INTO member (person, team) VALUES ('ann', 'red')`];
  const last = await read([], more);
  expect(asked).toEqual(['elira-read-', 'elira-read-1-2', 'elira-read']);
  expect(rows(last).map((row) => row.slice(0, 2))).toEqual(['1:', '1:', '2:', '3:']);
  expect(last.changes).toHaveLength(4);
  await other.end();
});

test('R3 the scopes of such a window are reloaded, for those who follow and for those who come back', async () => {
  const server = await noteServer(database.connection, {
    limits: { changesPerRead: LIMIT, changesPerCatchUp: LIMIT, ringBatches: 1 },
  });
  const resets: string[] = [];
  const follow = (): SyncClient =>
    new SyncClient({
      url: `${server.url}/`,
      headers: { 'x-scopes': [owner('ann'), board('b')].join(' ') },
      onMessage: (message) => {
        if (message.event === 'batch' || message.event === 'part')
          resets.push(...message.data.filter(({ reset }) => reset === true).map(({ scope }) => scope));
      },
    });
  const [present, away] = [follow(), follow()];
  const count = (client: SyncClient): number => client.table('note').all().length;
  try {
    await sql.query(`INSERT INTO note (id, owner) VALUES ('old', 'ann')`);
    present.start();
    away.start();
    await expect.poll(() => [count(present), count(away)]).toEqual([1, 1]);
    away.stop();
    resets.length = 0;
    await sql.query(
      `INSERT INTO note (id, owner) SELECT 'n' || g, 'ann' FROM generate_series(1, ${LIMIT * 4}) g; DELETE FROM note WHERE id = 'old'`,
    );
    await expect.poll(() => count(present)).toBe(LIMIT * 4);
    expect(resets, 'only what the changed table feeds').toEqual([owner('ann')]);
    expect(server.engine.metrics().reloads).toBe(1);
    for (const id of ['x', 'y']) {
      await sql.query('INSERT INTO note (id, owner) VALUES ($1, $2)', [id, 'ann']);
      await expect.poll(() => count(present)).toBe(LIMIT * 4 + (id === 'x' ? 1 : 2));
    }
    away.start();
    await expect.poll(() => count(away)).toBe(LIMIT * 4 + 2);
    expect(server.engine.metrics().resumed.database).toBe(1);
  } finally {
    present.stop();
    away.stop();
    await server.stop();
  }
});

test('R4 a poke during a read makes another read after it, at once', async () => {
  let afterwards: ((reads: number) => void) | undefined;
  const { reader } = await running((own) => {
    // The next read begins without a pause, so before anything that waits for a timer.
    if (afterwards !== undefined) setImmediate(afterwards, own.begun());
  });
  const held = await database.client();
  const begunAtOnce = async (poke: boolean): Promise<number> => {
    await held.query('BEGIN; LOCK TABLE sync.state IN ACCESS EXCLUSIVE MODE');
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'elira-reader' AND wait_event_type = 'Lock'`;
    await expect.poll(() => one(sql, waiting)).toBe('1');
    const before = reader.begun();
    const begun = new Promise<number>((resolve) => {
      afterwards = resolve;
    });
    if (poke) reader.poke();
    await held.query('COMMIT');
    await begun;
    afterwards = undefined;
    return reader.begun() - before;
  };
  expect(await begunAtOnce(true)).toBe(1);
  expect(await begunAtOnce(false)).toBe(0);
});

test('R4 a poke wakes a reader that waits', async () => {
  const { reader } = await running();
  await expect.poll(() => reader.ended() === reader.begun()).toBe(true);
  const before = reader.begun();
  reader.poke();
  // Woken within this turn of the event loop; its own pace is 25 ms at least.
  await new Promise((resolve) => setImmediate(resolve));
  expect(reader.begun()).toBe(before + 1);
});

test('R4 a failed read does not end the reading: nothing is missing, and the epoch goes on', async () => {
  const { reader, heard } = await running();
  for (let round = 1; round <= 3; round += 1) {
    await sql.query(`INSERT INTO note (id) VALUES ('before ${round}')`);
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'elira-reader'`,
    );
    await sql.query(`INSERT INTO note (id) VALUES ('during ${round}')`);
    await expect.poll(() => heard.failures).toBe(round);
    const ended = reader.ended();
    await expect.poll(() => reader.ended()).toBeGreaterThan(ended);
  }
  const keys = heard.windows
    .flatMap((window) => ('changes' in window ? window.changes : []))
    .filter(({ op }) => op === 'I')
    .map(({ key }) => key);
  expect(keys.toSorted()).toEqual([1, 2, 3].flatMap((round) => [`before ${round}`, `during ${round}`]).toSorted());
  expect(heard.epochs).toEqual(['start']);
  expect(heard.starts).toBe(3);
});

test('R4 nor does a statement that is cancelled, nor a database that refuses connections for a while', async () => {
  const { reader, heard } = await running();
  const mine = `datname = '${database.name}' AND application_name = 'elira-reader'`;
  const admin = new pg.Client({ ...database.connection, database: 'postgres' });
  await admin.connect();
  try {
    const held = await database.client();
    await held.query('BEGIN; LOCK TABLE sync.state IN ACCESS EXCLUSIVE MODE');
    await expect
      .poll(() => one(admin, `SELECT count(*) FROM pg_stat_activity WHERE ${mine} AND wait_event_type = 'Lock'`))
      .toBe('1');
    await admin.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE ${mine}`);
    await held.query('COMMIT');
    await expect.poll(() => heard.failures).toBe(1);
    await sql.query(`INSERT INTO note (id) VALUES ('shut out')`);
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} ALLOW_CONNECTIONS false`);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${mine}`);
    await expect.poll(() => heard.failures, { timeout: 5000 }).toBeGreaterThan(2);
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} ALLOW_CONNECTIONS true`);
    const ended = reader.ended();
    await expect.poll(() => reader.ended(), { timeout: 10_000 }).toBeGreaterThan(ended);
    const keys = heard.windows.flatMap((window) => ('changes' in window ? window.changes.map(({ key }) => key) : []));
    expect(keys).toContain('shut out');
    expect(heard.epochs).toEqual(['start']);
  } finally {
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} ALLOW_CONNECTIONS true`);
    await admin.end();
  }
});
