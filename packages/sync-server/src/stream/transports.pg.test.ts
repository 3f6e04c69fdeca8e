import type { Socket } from 'node:net';
import type { ScopeKey } from '@elira/protocol';
import { createSyncClient, type SyncClient, type WebSocketLike } from '@elira/sync-client';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { noteDatabase, noteServer, owner, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';
import { RawWebSocket } from '../../fixture/raw-web-socket.ts';
import type { Summary } from './dialect.ts';

/** What a client may rely on, whichever way it comes: the same events, from the same machinery. */
const KINDS = { 'server-sent events': RawStream, 'a WebSocket': RawWebSocket } as const;
type Tap = RawStream | RawWebSocket;

const summary: Summary = {
  ofChange: ({ table, key, row }) => (table === 'note' ? { note: key, gone: row === undefined } : undefined),
  ofScope: (scope) => [{ anything: scope }],
};
const SOON = { timeout: 15_000 };

async function live(tap: Tap): Promise<Tap> {
  await expect.poll(() => tap.cursor, SOON).toBeDefined();
  return tap;
}

describe.each(Object.entries(KINDS))('over %s', (_name, Kind) => {
  let database: ScratchDatabase;
  let sql: pg.Client;
  let server: NoteServer;
  const taps: Tap[] = [];
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    ({ database, client: sql } = await noteDatabase());
    server = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.3, socketBytes: 64 * 1024 }, summary });
    server.server.on('connection', (socket: Socket) => void sockets.add(socket));
  });
  afterEach(async () => {
    taps.splice(0).forEach((tap) => tap.close());
    await sql.query('DELETE FROM note; DELETE FROM member');
    await vi.waitFor(() => {
      if (server.engine.metrics().connections !== 0) throw new Error('a connection stays open');
    }, SOON);
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  const open = (scopes: readonly ScopeKey[], request: { path?: string; headers?: Record<string, string> } = {}): Tap => {
    const tap = new Kind(server.url, scopes, request);
    taps.push(tap);
    return tap;
  };
  /** Ends every connection without a word. */
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const bodies = (tap: Tap): unknown[] =>
    tap.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([, row]) => row['body']));

  test('Y2 hello, the rows, what happens, and the age; all of them counted', async () => {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n1', 'ann', 'before')`);
    const before = server.engine.metrics().deliveries;
    const tap = await live(open([owner('ann')]));
    expect(JSON.parse(tap.named('hello')[0]?.data[0] ?? '{}')).toMatchObject({ scopes: [owner('ann')], resumed: 'snapshot' });
    expect(server.engine.metrics().connections).toBe(1);
    await sql.query(`UPDATE note SET body = 'after €' WHERE id = 'n1'`);
    await expect.poll(() => bodies(tap), SOON).toEqual(['before', 'after €']);
    await expect.poll(() => tap.named('heartbeat').length, SOON).toBeGreaterThan(1);
    expect(server.engine.metrics().deliveries - before).toBeGreaterThanOrEqual(4);
    tap.close();
    await expect.poll(() => server.engine.metrics().connections, SOON).toBe(0);
  });

  test('Y2 a cursor goes on where it was, whichever way it was given', async () => {
    for (const Other of Object.values(KINDS)) {
      const first = new Other(server.url, [owner('ann')]);
      taps.push(first);
      const cursor = (await live(first)).cursor ?? '';
      first.close();
      await sql.query(`INSERT INTO note (id, owner, body) VALUES (gen_random_uuid()::text, 'ann', 'while away')`);
      const tap = await live(open([owner('ann')], { path: `/?cursor=${encodeURIComponent(cursor)}` }));
      expect(JSON.parse(tap.named('hello')[0]?.data[0] ?? '{}')).toMatchObject({ resumed: 'ring' });
      await expect.poll(() => bodies(tap), SOON).toEqual(['while away']);
      expect(tap.deltas.some((delta) => delta.reset === true)).toBe(false);
    }
  });

  test('Y2 what is refused is refused for the same reason', async () => {
    const forbidden = open([owner('ann')], { path: `/?scope=${encodeURIComponent(owner('bob'))}` });
    await expect.poll(() => forbidden.refusal, SOON).toBe('forbidden_scope');
    const invalid = open([owner('ann')], { path: '/?cursor=nonsense' });
    await expect.poll(() => invalid.refusal, SOON).toBe('cursor_invalid');
    const strange = open([owner('ann')], { path: '/?as=poems' });
    await expect.poll(() => strange.refusal, SOON).toBe('invalid_request');
    await expect.poll(() => [forbidden, invalid, strange].every(({ closed }) => closed), SOON).toBe(true);
    expect([forbidden, invalid, strange].flatMap((tap) => tap.deltas)).toEqual([]);
  });

  test('Y2 a scope that is lost is withdrawn, and who goes is told goodbye', async () => {
    await sql.query(`INSERT INTO person VALUES ('p', 'plain', 'Ann') ON CONFLICT (id) DO UPDATE SET role = 'plain'`);
    await sql.query(
      `INSERT INTO member (person, team) VALUES ('ann', 'red'); INSERT INTO note (id, team, body) VALUES ('n', 'red', 'x')`,
    );
    const tap = await live(open([owner('ann')], { headers: { 'x-user': 'ann', 'x-rests-on': 'p' } }));
    await expect.poll(() => bodies(tap), SOON).toEqual(['x']);
    await sql.query(`DELETE FROM member WHERE person = 'ann'`);
    await expect
      .poll(() => tap.named('withdraw').map(({ data }) => JSON.parse(data[0] ?? '{}') as unknown), SOON)
      .toEqual([{ scopes: [team('red')] }]);
    await sql.query(`UPDATE person SET role = 'other' WHERE id = 'p'`);
    await expect
      .poll(() => JSON.parse(tap.named('goodbye')[0]?.data[0] ?? '{}') as unknown, SOON)
      .toMatchObject({ code: 'access_changed' });
    await expect.poll(() => tap.closed, SOON).toBe(true);
  });

  test('Y2 who reads slowly holds nobody up, costs a bounded queue, and is led on by one step', async () => {
    const slow = await live(open([owner('ann')]));
    const quick = await live(open([owner('ann')]));
    slow.pause();
    const collapsed = server.engine.metrics().collapsed;
    const body = 'x'.repeat(200_000);
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('big', 'ann', '')`);
    for (let round = 1; round <= 60; round += 1) {
      await sql.query(`UPDATE note SET body = $1 || $2 WHERE id = 'big'`, [body, round]);
      await expect.poll(() => String(bodies(quick).at(-1)).slice(body.length), SOON).toBe(String(round));
    }
    slow.resume();
    await expect.poll(() => String(bodies(slow).at(-1)).slice(body.length), SOON).toBe('60');
    expect(bodies(slow).length).toBeLessThan(60);
    expect(server.engine.metrics().collapsed).toBeGreaterThan(collapsed);
  });

  test('Y1 a summary says what happened, in what its client may see, without a row; it goes on from its cursor', async () => {
    await sql.query(
      `INSERT INTO note (id, owner, body, secret) VALUES ('a', 'ann', 'CANARY', 'CANARY'), ('b', 'bob', 'CANARY', 'CANARY')`,
    );
    const tap = open([owner('ann')], { path: '/?as=events' });
    const said = (of: Tap): unknown[] =>
      of.named('message').flatMap(({ data }) => data.map((line) => JSON.parse(line) as unknown));
    await expect.poll(() => said(tap), SOON).toEqual([{ anything: owner('ann') }]);
    await sql.query(`UPDATE note SET body = 'CANARY 2'`);
    await expect.poll(() => said(tap).slice(1), SOON).toEqual([{ note: 'a', gone: false }]);
    const cursor = tap.cursor ?? '';
    tap.close();
    await sql.query(`UPDATE note SET owner = 'bob' WHERE id = 'a'`);
    const again = open([owner('ann')], { path: `/?as=events&cursor=${encodeURIComponent(cursor)}` });
    await expect.poll(() => said(again), SOON).toEqual([{ note: 'a', gone: true }]);
    const lost = open([owner('ann')], { path: '/?as=events&cursor=nonsense' });
    await expect.poll(() => said(lost), SOON).toEqual([{ anything: owner('ann') }]);
    expect(JSON.stringify([tap.events, again.events, lost.events])).not.toContain('CANARY');
    expect([...tap.deltas, ...again.deltas]).toEqual([]);
  });

  test('Y1 a scope that opens or closes is said as such', async () => {
    const tap = await live(open([owner('ann')], { path: '/?as=events', headers: { 'x-user': 'ann' } }));
    const said = (): string[] => tap.named('message').flatMap(({ data }) => [...data]);
    await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
    await expect.poll(() => said().includes(JSON.stringify({ anything: team('red') })), SOON).toBe(true);
    const before = said().length;
    await sql.query(`DELETE FROM member WHERE person = 'ann'`);
    await expect.poll(() => said().slice(before), SOON).toEqual([JSON.stringify({ anything: team('red') })]);
    expect(tap.named('withdraw')).toEqual([]);
  });

  test('K40 Y2 the client follows, comes back where it was, and is told why when it may not', async () => {
    const seen: string[] = [];
    const clientOf = (headers: Record<string, string>, path = '/'): SyncClient =>
      createSyncClient({
        url: `${server.url}${path}`,
        headers,
        random: () => 0,
        onProblem: ({ code }) => void seen.push(code),
        ...(Kind === RawWebSocket
          ? {
              transport: 'websocket' as const,
              openWebSocket: (url, sent) => new WebSocket(url, { headers: sent }) as WebSocketLike,
            }
          : {}),
      });
    const shown = (client: SyncClient): unknown[] =>
      client
        .table('note')
        .all()
        .map((row) => row['body']);
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'one')`);
    const client = clientOf({ 'x-scopes': owner('ann') });
    client.start();
    await expect.poll(() => shown(client), SOON).toEqual(['one']);
    await sql.query(`UPDATE note SET body = 'two'`);
    await expect.poll(() => shown(client), SOON).toEqual(['two']);
    const { ring } = server.engine.metrics().resumed;
    cut();
    await sql.query(`UPDATE note SET body = 'three'`);
    await expect.poll(() => shown(client), SOON).toEqual(['three']);
    await expect.poll(() => client.status, SOON).toBe('live');
    expect(server.engine.metrics().resumed.ring).toBe(ring + 1);
    expect(seen).toEqual(['closed']);
    client.stop();

    const refused = clientOf({ 'x-scopes': owner('ann') }, `/?scope=${encodeURIComponent(owner('bob'))}`);
    refused.start();
    await expect.poll(() => [refused.status, seen.at(-1)], SOON).toEqual(['stopped', 'forbidden_scope']);
    refused.stop();
  });

  test('Y2 when the server stops, every client is told', async () => {
    const other = await noteServer(database.connection);
    const tap = new Kind(other.url, [owner('ann')]);
    taps.push(tap);
    await live(tap);
    await other.stop();
    await expect
      .poll(() => JSON.parse(tap.named('goodbye')[0]?.data[0] ?? '{}') as unknown, SOON)
      .toMatchObject({ code: 'shutting_down' });
  });
});
