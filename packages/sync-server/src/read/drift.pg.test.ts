import type { ScopeKey } from '@elira/protocol';
import { SyncClient } from '@elira/sync-client';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { board, noteDatabase, noteServer, owner, type NoteServer } from '../../fixture/notes.ts';

const TICKS = board('b');
let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const clients: SyncClient[] = [];
const logged: { readonly code?: string; readonly table?: string }[] = [];

beforeEach(async () => {
  ({ database, client: sql } = await noteDatabase());
  logged.length = 0;
  const note = (fields: object): void => void logged.push(fields);
  // Rounds of upkeep are called by hand.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = await noteServer(database.connection, { log: { info: () => {}, warn: note, error: note } });
});
afterEach(async () => {
  clients.splice(0).forEach((client) => client.stop());
  await server?.stop();
  vi.useRealTimers();
  await database?.drop();
});

function follow(scopes: readonly ScopeKey[]): SyncClient {
  const headers = { 'x-scopes': scopes.join(' ') };
  const client = new SyncClient({ url: `${server.url}/`, headers, random: () => 0 });
  clients.push(client);
  client.start();
  return client;
}

const rows = (client: SyncClient, table = 'note'): object[] =>
  client
    .table(table)
    .all()
    .map((row) => ({ ...row }));
/** A machine that has much else to do. */
const PATIENCE = { timeout: 20_000 };
/** A period passes; the round before may be under way still. */
const round = (): void => void vi.advanceTimersByTime(30_000);
async function inRounds<T>(look: () => T, expected: unknown): Promise<void> {
  const looked = (): T => {
    round();
    return look();
  };
  await expect.poll(looked, { timeout: 20_000, interval: 200 }).toEqual(expected);
}
let ticks = 0;
/** A row of another table arrives: everything else goes on. */
async function goesOn(client: SyncClient): Promise<void> {
  ticks += 1;
  await expect.poll(() => [client.status, client.problem], PATIENCE).toEqual(['live', undefined]);
  await sql.query(`INSERT INTO tick (id, board) VALUES ($1, 'b')`, [ticks]);
  await expect
    .poll(() => rows(client, 'tick').some((row) => (row as { id: string }).id === String(ticks)), PATIENCE)
    .toBe(true);
  expect(client.status).toBe('live');
}

type Drift = readonly [what: string, damage: string, mend: string, write: string];
const DRIFTS: readonly Drift[] = [
  [
    'a column is dropped',
    'ALTER TABLE note DROP COLUMN body',
    `ALTER TABLE note ADD COLUMN body text`,
    `INSERT INTO note (id, owner) VALUES ('new', 'ann')`,
  ],
  [
    'a column is renamed',
    'ALTER TABLE note RENAME COLUMN body TO said',
    'ALTER TABLE note RENAME COLUMN said TO body',
    `INSERT INTO note (id, owner) VALUES ('new', 'ann')`,
  ],
  [
    'a routing column is retyped',
    'ALTER TABLE note ALTER COLUMN is_public DROP DEFAULT, ALTER COLUMN is_public TYPE integer USING 0',
    'ALTER TABLE note ALTER COLUMN is_public TYPE boolean USING false',
    `INSERT INTO note (id, owner, is_public) VALUES ('new', 'ann', 0)`,
  ],
  [
    'the table is renamed',
    'ALTER TABLE note RENAME TO notes',
    'ALTER TABLE notes RENAME TO note',
    `INSERT INTO notes (id, owner) VALUES ('new', 'ann')`,
  ],
  [
    'a trigger is dropped',
    'ALTER TABLE note DISABLE TRIGGER sync_capture_insert',
    'ALTER TABLE note ENABLE ALWAYS TRIGGER sync_capture_insert',
    `INSERT INTO note (id, owner) VALUES ('new', 'ann')`,
  ],
];

test.each(DRIFTS)(
  'R10 C8 while streaming, %s: who rests on it is refused with a code, everybody else goes on, and it arrives when mended',
  async (_what, damage, mend, write) => {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('old', 'ann', 'text')`);
    const [ann, other] = [follow([owner('ann')]), follow([TICKS])];
    await expect.poll(() => [ann.status, other.status]).toEqual(['live', 'live']);
    const epoch = ann.store.epoch;
    await sql.query(damage);
    await sql.query(write);
    await inRounds(() => ann.problem?.code, 'capture_incomplete');
    expect(rows(ann)).toContainEqual(expect.objectContaining({ id: 'old', body: 'text' }));
    await expect
      .poll(() => server.engine.health())
      .toMatchObject({
        fresh: false,
        problem: { code: 'capture_incomplete', detail: expect.stringContaining('public.note') },
      });
    await goesOn(other);
    // Whoever comes now is served what does not rest on it, and nothing else.
    const late = follow([TICKS]);
    await goesOn(late);
    const refused = follow([owner('ann'), TICKS]);
    await expect.poll(() => refused.problem?.code).toBe('capture_incomplete');
    expect(rows(refused, 'tick')).toEqual([]);
    await goesOn(other);

    await sql.query(mend);
    await inRounds(() => rows(ann).length, 2);
    await expect.poll(() => server.engine.health().fresh).toBe(true);
    expect(other.store.epoch).toBe(epoch);
  },
  60_000,
);

test('R10 a column that is added changes nothing; one that becomes another type reloads, within one round, what shows it', async () => {
  await sql.query(`INSERT INTO note (id, owner, body, version) VALUES ('n', 'ann', '12', 7)`);
  const ann = follow([owner('ann')]);
  await expect.poll(() => rows(ann)).toEqual([expect.objectContaining({ body: '12', version: 7 })]);
  await sql.query('ALTER TABLE note ADD COLUMN more text NOT NULL DEFAULT $$x$$');
  round();
  await sql.query(`UPDATE note SET body = '13'`);
  await expect.poll(() => rows(ann)).toEqual([{ id: 'n', owner: 'ann', team: null, body: '13', secret: null, version: 7 }]);
  const reloads = server.engine.metrics().reloads;
  await sql.query('ALTER TABLE note ALTER COLUMN body TYPE integer USING body::integer');
  await inRounds(() => rows(ann), [expect.objectContaining({ body: 13 })]);
  expect(server.engine.metrics().reloads).toBe(reloads + 1);
  expect(ann.status).toBe('live');
  expect(server.engine.health().fresh).toBe(true);
});

type Poison = readonly [what: string, type: string, value: string, expected: unknown];
const POISON: readonly Poison[] = [
  ['NaN', 'float8', `'NaN'`, 'NaN'],
  ['infinity', 'float8', `'-Infinity'`, '-Infinity'],
  ['a numeric NaN', 'numeric', `'NaN'`, 'NaN'],
  [
    '__proto__ as a key',
    'jsonb',
    `'{"__proto__": {"polluted": true}, "constructor": 1}'`,
    JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  ],
  [
    'line separators and control characters',
    'text',
    `U&'a\\2028b\\2029c' || chr(13) || chr(10) || chr(9) || chr(1)`,
    'a\u2028b\u2029c\r\n\t\u0001',
  ],
  [
    'an emoji beside what looks like the end of an event',
    'text',
    `E'\\U0001F600\\n\\ndata: x\\n\\n'`,
    '\u{1F600}\n\ndata: x\n\n',
  ],
  ['nothing at all', 'text', 'NULL', null],
  ['a deep document', 'jsonb', `(repeat('[', 500) || repeat(']', 500))::jsonb`, JSON.parse('['.repeat(500) + ']'.repeat(500))],
];

test.each(POISON)('R6 %s arrives as it is, live and in a snapshot', async (_what, type, value, expected) => {
  await server.stop();
  await sql.query(`ALTER TABLE note ALTER COLUMN secret TYPE ${type} USING NULL`);
  server = await noteServer(database.connection);
  const ann = follow([owner('ann')]);
  await expect.poll(() => ann.status).toBe('live');
  await sql.query(`INSERT INTO note (id, owner, secret) VALUES ('p', 'ann', ${value})`);
  await expect.poll(() => rows(ann).map((row) => (row as { secret: unknown }).secret)).toEqual([expected]);
  const late = follow([owner('ann')]);
  await expect.poll(() => rows(late).map((row) => (row as { secret: unknown }).secret)).toEqual([expected]);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('R6 the largest bigint arrives to the last digit, and 50 MB of text hold up nobody', async () => {
  const [ann, other] = [follow([owner('ann')]), follow([TICKS])];
  await expect.poll(() => [ann.status, other.status]).toEqual(['live', 'live']);
  await sql.query(`INSERT INTO tick (id, board, count) VALUES (9223372036854775807, 'b', -9223372036854775808)`);
  await expect
    .poll(() => rows(other, 'tick'))
    .toEqual([{ id: '9223372036854775807', board: 'b', count: '-9223372036854775808' }]);
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('big', 'ann', repeat('x', 52428800))`);
  await goesOn(other);
  const length = (): number => {
    const body = ann.table('note').get('big')?.['body'];
    return typeof body === 'string' ? body.length : 0;
  };
  await expect.poll(length, { timeout: 100_000 }).toBe(52_428_800);
  await sql.query(`DELETE FROM note`);
  await expect.poll(() => rows(ann)).toEqual([]);
}, 120_000);
