import type { IntegrityAnswer, Row, ScopeDelta, ScopeKey } from '@elira/protocol';
import { MemoryDevice, SyncClient, watchIntegrity, type CheckOutcome, type IntegrityWatch } from '@elira/sync-client';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { noteDatabase, noteServer, owner, publicNotes, team, type NoteServer } from '../../fixture/notes.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const logged: object[] = [];
const ends: (() => void)[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  const log = {
    info: () => {},
    warn: () => {},
    error: (fields: object, message: string) => void logged.push({ ...fields, message }),
  };
  server = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2, digestSeconds: 0 }, log });
});
beforeEach(async () => {
  logged.length = 0;
  await sql.query(`INSERT INTO note (id, owner, team, is_public, body, secret)
    SELECT 'n' || n, 'ann', 'red', true, 'body ' || n, 'secret ' || n FROM generate_series(1, 300) n`);
});
afterEach(async () => {
  ends.splice(0).forEach((end) => end());
  await sql.query('DELETE FROM note; DELETE FROM member');
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

/** What was asked and answered, beside the watch of one client. */
type Checked = {
  readonly client: SyncClient;
  readonly watch: IntegrityWatch;
  readonly answers: IntegrityAnswer[];
  readonly problems: string[];
  onAnswer: () => Promise<void>;
};

async function follow(
  who: { readonly user?: string; readonly scopes?: readonly ScopeKey[]; readonly device?: MemoryDevice },
  on: NoteServer = server,
): Promise<Checked> {
  const { user = 'ann', scopes = [owner('ann'), publicNotes], device } = who;
  const headers = { 'x-scopes': scopes.join(' '), 'x-user': user };
  const client = new SyncClient({
    url: `${on.url}/`,
    headers,
    ...(device === undefined ? {} : { offline: device.tab(user), user: { id: user } }),
  });
  const checked: Checked = {
    client,
    answers: [],
    problems: [],
    onAnswer: () => Promise.resolve(),
    watch: watchIntegrity(client, {
      url: `${on.url}/integrity`,
      headers: () => headers,
      onProblem: ({ code }) => void checked.problems.push(code),
      fetch: async (...args) => {
        const response = await fetch(...args);
        checked.answers.push((await response.clone().json()) as IntegrityAnswer);
        await checked.onAnswer();
        return response;
      },
    }),
  };
  ends.push(
    () => checked.watch.stop(),
    () => client.stop(),
  );
  client.start();
  await expect.poll(() => client.status).toBe('live');
  return checked;
}

const rowsOf = (client: SyncClient, scope: ScopeKey): Record<string, Row> =>
  Object.fromEntries(client.store.dump(scope)?.get('note') ?? []);
const put = (answers: readonly IntegrityAnswer[]): string[] =>
  answers.flatMap(({ deltas }) => deltas.flatMap((delta: ScopeDelta) => (delta.put?.['note'] ?? []).map(([key]) => key)));
const dropped = (answers: readonly IntegrityAnswer[]): string[] =>
  answers.flatMap(({ deltas }) => deltas.flatMap((delta) => delta.drop?.['note'] ?? []));
const spoil = (client: SyncClient, scope: ScopeKey, key: string, row: Row | undefined): unknown =>
  client.store.mend([{ scope, table: 'note', key, row }]);
const mended = (outcome: CheckOutcome): unknown => ('rowsMended' in outcome ? outcome.rowsMended : outcome.problem?.code);

test('IN2 rows that are right cost two digests and are sent none', async () => {
  const { client, watch, answers } = await follow({});
  expect(mended(await watch.check())).toBe(0);
  expect(answers).toEqual([{ differ: [], deltas: [] }]);
  expect(watch.state()).toMatchObject({ faults: 0, rowsMended: 0, checkedAt: expect.any(Number) as number });
  expect(Object.keys(rowsOf(client, publicNotes))).toHaveLength(300);
  expect(logged).toEqual([]);
});

test('IN2 one row that was altered in a client’s store is sent alone, mended and reported', async () => {
  const { client, watch, answers, problems } = await follow({});
  const before = rowsOf(client, owner('ann'));
  const counted = server.engine.metrics().rowsMended;
  spoil(client, owner('ann'), 'n7', { ...before['n7'], body: 'somebody else' });
  expect(rowsOf(client, owner('ann'))).not.toEqual(before);
  expect(mended(await watch.check())).toBe(1);
  expect(rowsOf(client, owner('ann'))).toEqual(before);
  expect(put(answers)).toEqual(['n7']);
  expect(dropped(answers)).toEqual([]);
  expect(problems).toEqual(['rows_differed']);
  expect(watch.state()).toMatchObject({ faults: 1, rowsMended: 1, lastFaultAt: expect.any(Number) as number });
  expect(server.engine.metrics().rowsMended).toBe(counted + 1);
  expect(logged).toEqual([expect.objectContaining({ code: 'rows_differed', tables: { note: 1 } })]);
});

test('IN2 rows that are missing, surplus and altered are mended in each scope by itself, under its own columns', async () => {
  const { client, watch, answers } = await follow({});
  const [mine, all] = [rowsOf(client, owner('ann')), rowsOf(client, publicNotes)];
  spoil(client, publicNotes, 'n1', undefined);
  spoil(client, publicNotes, 'ghost', { id: 'ghost', body: 'was never there' });
  spoil(client, publicNotes, 'n2', { ...mine['n2'] });
  spoil(client, owner('ann'), 'n2', { ...all['n2'] });
  expect(mended(await watch.check())).toBe(4);
  expect(rowsOf(client, publicNotes)).toEqual(all);
  expect(rowsOf(client, owner('ann'))).toEqual(mine);
  expect(client.table('note').get('ghost')).toBeUndefined();
  expect(client.table('note').get('n2')).toMatchObject({ body: 'body 2', secret: 'secret 2' });
  expect(put(answers).toSorted()).toEqual(['n1', 'n2', 'n2']);
  expect(dropped(answers)).toEqual(['ghost']);
});

test('IN2 more rows than one answer mends come with the next, until all are right', async () => {
  const { client, watch } = await follow({});
  await sql.query(`INSERT INTO note (id, is_public, body) SELECT 'm' || n, true, 'more ' || n FROM generate_series(1, 1100) n`);
  await expect.poll(() => Object.keys(rowsOf(client, publicNotes)).length).toBe(1400);
  const all = rowsOf(client, publicNotes);
  client.store.mend(Object.keys(all).map((key) => ({ scope: publicNotes, table: 'note', key, row: undefined })));
  expect(mended(await watch.check())).toBe(1400);
  expect(rowsOf(client, publicNotes)).toEqual(all);
});

test('IN2 K55 what a device keeps is mended with it', async () => {
  const device = new MemoryDevice();
  const first = await follow({ device });
  const before = rowsOf(first.client, owner('ann'));
  await vi.waitUntil(async () => (await device.tab('ann').open(() => {})).rows?.dump.cursor !== undefined);
  first.watch.stop();
  first.client.stop();
  const kept = await device.tab('ann').open(() => {});
  const disk = device.tab('ann');
  await disk.open(() => {});
  const { dump, freshAt } = kept.rows ?? { dump: {}, freshAt: undefined };
  await disk.saveRows({
    whole: false,
    rows: [
      { scope: owner('ann'), table: 'note', key: 'n5', row: undefined },
      { scope: owner('ann'), table: 'note', key: 'n6', row: { id: 'n6', body: 'spoilt' } },
      { scope: owner('ann'), table: 'note', key: 'ghost', row: { id: 'ghost' } },
    ],
    settled: [],
    cursor: dump.cursor,
    epoch: dump.epoch,
    scopes: dump.scopes?.map(([scope]) => scope) ?? [],
    freshAt,
  });
  const second = await follow({ device });
  expect(rowsOf(second.client, owner('ann'))).toHaveProperty('ghost');
  expect(mended(await second.watch.check())).toBe(3);
  expect(rowsOf(second.client, owner('ann'))).toEqual(before);
  await expect
    .poll(async () => {
      const { rows } = await device.tab('ann').open(() => {});
      const ofScope = rows?.dump.scopes?.find(([scope]) => scope === owner('ann'))?.[1] ?? [];
      return Object.fromEntries(ofScope.find(([table]) => table === 'note')?.[1] ?? []);
    })
    .toEqual(before);
});

test('IN3 what the stream is about to bring, or has brought meanwhile, is left to it', async () => {
  const late = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2, digestSeconds: 60 } });
  ends.push(() => void late.stop());
  const { client, watch, answers, problems } = await follow({}, late);
  expect(mended(await watch.check())).toBe(0);
  // The digest is older than these, and the client has them.
  await sql.query(`UPDATE note SET body = 'later' WHERE id IN ('n1', 'n2'); DELETE FROM note WHERE id = 'n3'`);
  await expect.poll(() => rowsOf(client, owner('ann'))['n3']).toBeUndefined();
  expect(mended(await watch.check())).toBe(0);
  expect(answers.at(-1)?.deltas).toEqual([]);
  expect(
    answers
      .at(-2)
      ?.differ.map(({ scope }) => scope)
      .toSorted(),
  ).toEqual([publicNotes, owner('ann')].toSorted());
  expect({ problems, faults: watch.state().faults }).toEqual({ problems: [], faults: 0 });
});

test('IN3 a row that is deleted while its repair is under way does not come back, one that is changed is not put back', async () => {
  const checked = await follow({});
  const { client, watch, answers } = checked;
  spoil(client, owner('ann'), 'n1', undefined);
  spoil(client, owner('ann'), 'n2', { id: 'n2', body: 'spoilt' });
  spoil(client, owner('ann'), 'n4', undefined);
  checked.onAnswer = async () => {
    if (put(answers).length === 0) return;
    checked.onAnswer = () => Promise.resolve();
    await sql.query(
      `DELETE FROM note WHERE id = 'n1'; UPDATE note SET body = 'newer' WHERE id = 'n2'; DELETE FROM note WHERE id = 'n300'`,
    );
    await expect.poll(() => rowsOf(client, owner('ann'))['n300']).toBeUndefined();
  };
  expect(mended(await watch.check())).toBe(1);
  expect(put(answers).toSorted()).toEqual(['n1', 'n2', 'n4']);
  const now = rowsOf(client, owner('ann'));
  expect(now['n1']).toBeUndefined();
  expect(now).toMatchObject({ n2: { body: 'newer' }, n4: { body: 'body 4' } });
  expect(Object.keys(now)).toHaveLength(298);
});

test('IN4 nobody is told of a scope that the session does not hold, or that the cursor does not vouch for', async () => {
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  const ann = await follow({ scopes: [owner('ann')] });
  const { cursor = '' } = ann.client;
  await expect.poll(() => ann.client.store.scopes().length).toBe(2);
  const whole = { cursor: ann.client.cursor ?? '' };
  const ask = async (scopes: readonly ScopeKey[], body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json', 'x-scopes': scopes.join(' '), 'x-user': 'ann' };
    return await (await fetch(`${server.url}/integrity`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  };
  const everything = (...scopes: ScopeKey[]): object => ({
    digests: scopes.map((scope) => ({ scope, sums: ['0000000000000000'] })),
    rows: scopes.map((scope) => ({ scope, of: 1, buckets: [0], rows: [['note', 'n1', '0000000000000000']] })),
  });
  const nothing = JSON.stringify({ differ: [], deltas: [] });
  expect(await ask([owner('ann')], { ...whole, ...everything(owner('ann'), team('red')) })).toContain('secret 1');
  // Not held by this session, held by none, and held now but not at the cursor.
  expect(await ask([], { ...whole, ...everything(owner('ann')) })).toBe(nothing);
  expect(await ask([owner('ann')], { ...whole, ...everything(owner('bob'), publicNotes) })).toBe(nothing);
  expect(await ask([owner('ann'), publicNotes], { ...whole, ...everything(publicNotes) })).toBe(nothing);
  // The membership is over, whatever the cursor says.
  await sql.query('DELETE FROM member');
  await expect.poll(() => ann.client.store.holds(team('red'))).toBe(false);
  expect(await ask([owner('ann')], { ...whole, ...everything(team('red')) })).toBe(nothing);
  expect(await ask([owner('ann')], { cursor: cursor.toLowerCase(), ...everything(owner('ann')) })).toContain('cursor_invalid');
});

test('IN5 many clients cost one reading of a scope', async () => {
  const shared = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2 } });
  ends.push(() => void shared.stop());
  const clients = await Promise.all(Array.from({ length: 20 }, () => follow({ scopes: [publicNotes] }, shared)));
  const scans = async (): Promise<number> => {
    await sql.query('SELECT pg_stat_force_next_flush()').catch(() => undefined);
    await sql.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await sql.query<{ n: string }>(
      `SELECT seq_scan + idx_scan AS n FROM pg_stat_user_tables WHERE relname = 'note'`,
    );
    return Number(rows[0]?.n);
  };
  const reads: number[] = [];
  const spy = vi.spyOn(JSON, 'parse');
  await Promise.all(clients.map(async ({ watch }) => void reads.push(Number(mended(await watch.check())))));
  const bodies = spy.mock.calls.filter(([text]) => /^\{"id":"n\d+","body"/.test(text)).length;
  spy.mockRestore();
  expect(reads).toEqual(Array.from({ length: 20 }, () => 0));
  expect(bodies).toBe(300);
  expect(await scans()).toBeGreaterThan(0);
  expect(shared.engine.metrics().integrityChecks).toBe(20);
});

test('IN6 who asks too often, too much or nonsense is refused, and others are not', async () => {
  const { client } = await follow({ user: 'often' });
  const ask = async (body: object, user = 'often'): Promise<string> => {
    const headers = { 'content-type': 'application/json', 'x-scopes': owner('ann'), 'x-user': user };
    const response = await fetch(`${server.url}/integrity`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await response.json()) as { code?: string }).code ?? 'answered';
  };
  const { cursor } = client;
  const rows = Array.from({ length: 10_001 }, () => ['note', 'n', '0000000000000000']);
  expect(await ask({ cursor, rows: [{ scope: owner('ann'), of: 1, buckets: [0], rows }] })).toBe('too_large');
  expect(await ask({ nonsense: true })).toBe('invalid_request');
  expect(await ask({ cursor: 'forged' })).toBe('cursor_invalid');
  const answers: string[] = [];
  for (let turn = 0; turn < 61; turn += 1) answers.push(await ask({ cursor, digests: [] }));
  expect(new Set(answers)).toEqual(new Set(['answered', 'too_many_requests']));
  expect(await ask({ cursor, digests: [] }, 'seldom')).toBe('answered');
});
