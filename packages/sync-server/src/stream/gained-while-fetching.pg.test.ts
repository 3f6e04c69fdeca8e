import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdNewestReader } from '../../fixture/hold-reader.ts';
import { noteDatabase, noteServer, publicNotes, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  // Nothing is written but by the test: what a held reader has read is all there is.
  server = await noteServer(database.connection, { limits: { ringBatches: 1, heartbeatSeconds: 600 } });
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

test('G1 a scope that is gained while its connection is caught up from the database comes as a whole', async () => {
  const headers = { 'x-user': 'ann' };
  const publish = async (id: string): Promise<void> => {
    await sql.query(`INSERT INTO note (id, is_public, body) VALUES ($1, true, $1)`, [id]);
    server.engine.poke();
  };
  await sql.query(`INSERT INTO note (id, team, body) VALUES ('r', 'red', 'in red')`);
  const witness = new RawStream(server.url, [publicNotes], { headers });
  const first = new RawStream(server.url, [publicNotes], { headers });
  await expect.poll(() => witness.cursor !== undefined && first.cursor !== undefined).toBe(true);
  first.close();
  // The ring no longer reaches back to where it was.
  for (const id of ['1', '2', '3']) {
    await publish(id);
    await expect.poll(() => JSON.stringify(witness.deltas)).toContain(`"${id}"`);
  }
  const polls = server.engine.metrics().polls;
  await expect.poll(() => server.engine.metrics().polls).toBeGreaterThan(polls + 1);
  const release = await holdNewestReader(sql);
  const path = `/?cursor=${encodeURIComponent(first.cursor ?? '')}`;
  const back = new RawStream(server.url, [publicNotes], { headers, path });
  try {
    await expect.poll(() => server.engine.metrics().catchUpReads).toBe(1);
    await expect.poll(async () => (await sql.query(POOL_AT_REST)).rowCount).toBe(0);
    await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
    release();
    await expect.poll(() => back.deltas.filter(({ scope, reset }) => scope === team('red') && reset === true)).toHaveLength(1);
    expect(JSON.stringify(back.deltas)).toContain('in red');
  } finally {
    release();
    [witness, back].forEach((stream) => stream.close());
  }
});

/** Connections that are at work for snapshots and catching up. */
const POOL_AT_REST = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'elira-snapshots' AND state <> 'idle'`;
