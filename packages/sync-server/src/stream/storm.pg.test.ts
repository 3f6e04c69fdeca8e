import type { ScratchDatabase } from '@elira/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { noteDatabase, noteServer, publicNotes, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

const CLIENTS = 500;
const TEAMS = 5;
/** Scopes that the crowd holds: a team of their own for each fifth of them, and what everybody sees. */
const SCOPES = TEAMS + 1;
/** Statements that nobody who comes is the reason of: the start of a server, a heartbeat, a round of upkeep. */
const BESIDE = 30;

const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
let database: ScratchDatabase;
let sql: pg.Client;
const servers: NoteServer[] = [];
let streams: RawStream[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  await sql.query(
    `INSERT INTO member (person, team) SELECT 'u' || g, 'team' || g % ${TEAMS} FROM generate_series(0, ${CLIENTS - 1}) g`,
  );
  await sql.query(
    `INSERT INTO note (id, team, body) SELECT 'n' || g, 'team' || g, 'x' FROM generate_series(0, ${TEAMS - 1}) g`,
  );
});
afterEach(async () => {
  vi.restoreAllMocks();
  streams.splice(0).forEach((stream) => stream.close());
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => database?.drop());

/** A server on which nobody is asked who they are before all are there: nothing then depends on how fast they come. */
async function serve(limits: object): Promise<NoteServer> {
  let here = 0;
  let open = (): void => {};
  const allHere = new Promise<void>((resolve) => (open = resolve));
  const server = await noteServer(database.connection, {
    limits: { heartbeatSeconds: 600, ...limits },
    onAuthorise: async () => {
      here += 1;
      if (here === CLIENTS) open();
      await allHere;
    },
  });
  servers.push(server);
  return server;
}

/** All come at once; resolves when each has been led to the head, with what the database was asked, reads of the pace left out. */
async function comeAll(server: NoteServer, cursors: readonly string[]): Promise<string[]> {
  const asked: string[] = [];
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function counted(this: pg.Client, ...args: unknown[]) {
    const [given] = args as [string | { name?: string; text?: string }];
    const text = typeof given === 'string' ? given : (given.name ?? given.text ?? '');
    if (!text.startsWith('elira-read')) asked.push(text);
    return Reflect.apply(query, this, args);
  });
  streams = Array.from({ length: CLIENTS }, (_, n) => {
    const cursor = cursors[n];
    const path = cursor === undefined ? '/' : `/?cursor=${encodeURIComponent(cursor)}`;
    return new RawStream(server.url, [publicNotes], { path, headers: { 'x-user': `u${n}` } });
  });
  await expect.poll(() => streams.filter(({ cursor }) => cursor !== undefined).length, { timeout: 60_000 }).toBe(CLIENTS);
  return asked;
}

test.each([
  ['over a ring that reaches back', {}, 'ring'],
  ['from the database', { reachSeconds: 0 }, 'database'],
] as const)(
  `S15 ${CLIENTS} who reconnect at once after a restart, %s, cost the database no more than a few would (the trial F23)`,
  async (_, limits, from) => {
    const before = await serve({});
    await sql.query(`DELETE FROM sync.sample; SELECT sync.beat(interval '0')`);
    const first = await comeAll(before, []);
    const { snapshots } = before.engine.metrics();
    expect(snapshots, 'each scope is rendered once for all who hold it').toBe(SCOPES);
    expect(first.length, first.join('\n')).toBeLessThan(BESIDE + SCOPES * 4);
    const cursors = streams.map(({ cursor }) => cursor ?? '');
    streams.splice(0).forEach((stream) => stream.close());
    await before.stop();
    servers.splice(0);
    await sql.query('UPDATE note SET body = $1', [`while nobody served, then ${from}`]);

    const after = await serve(limits);
    const asked = await comeAll(after, cursors);
    expect(streams.every((stream) => stream.deltas.some(({ put }) => put?.['note'] !== undefined))).toBe(true);
    const { resumed, snapshots: anew, membershipReads, catchUpReads } = after.engine.metrics();
    expect(resumed).toEqual({ ring: 0, database: 0, snapshot: 0, [from]: CLIENTS });
    expect({ anew, membershipReads }).toEqual({ anew: 0, membershipReads: 1 });
    expect(catchUpReads).toBeLessThanOrEqual(from === 'ring' ? 0 : 5);
    expect(asked.length, asked.join('\n')).toBeLessThan(BESIDE);
  },
);
