import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { masksOf } from '@elira/rules';
import { scratchDatabase, TcpProxy, type ScratchDatabase } from '@elira/testkit';
import { openPeople } from '../auth/people.ts';
import { sessionCookieName, signedToken } from '../auth/session-cookie.ts';
import { rules } from '../rules.ts';
import type { Viewer } from '../viewer.ts';
import { openAppPool, type AppPool } from './app-pool.ts';
import { asRole, withClient } from './connection.ts';
import { prepareDatabase } from './prepare-database.ts';

let database: ScratchDatabase;
let pool: AppPool;

beforeAll(async () => {
  database = await scratchDatabase('app_pool');
  await prepareDatabase(database.connection, () => undefined);
  const sql = await database.client();
  await sql.query(
    "INSERT INTO users (id, name, email) VALUES ('one', 'One', 'one@elira.test'), ('o''two', 'Two', 'two@elira.test')",
  );
  pool = openAppPool(database.connection);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const person = (id: string): Viewer => ({ kind: 'user', id, sessionId: 'any', role: 'learner' });
const whoIs = (viewer: Viewer): Promise<unknown> =>
  pool.as(viewer, async (client) => (await client.query<{ who: unknown }>('SELECT viewer_id() AS who')).rows[0]?.who);

test("V1 a person's id is theirs for one transaction, on whichever connection, also when it fails", async () => {
  for (let round = 0; round < 20; round += 1) {
    const seen = await Promise.all(
      [person('one'), person("o'two"), { kind: 'anonymous' } as const, { kind: 'operator' } as const].map(whoIs),
    );
    expect(seen).toEqual(['one', "o'two", null, null]);
    await expect(pool.as(person('one'), (client) => client.query('SELECT 1 / 0'))).rejects.toThrow();
    expect(await whoIs({ kind: 'anonymous' })).toBe(null);
  }
  expect(await whoIs(person("x'; SET LOCAL elira.operator = 'on'; --"))).toBe(null);
});

test('V2 the reader may lock every table of which it shows rows, and reads no token', async () => {
  const shown = [...masksOf(rules).values()].filter(({ masks }) => masks.length > 0).map(({ table }) => table.name);
  expect(shown.length).toBeGreaterThan(10);
  await withClient(asRole(database.connection, 'elira_reader'), async (client) => {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${shown.join(', ')} IN ACCESS SHARE MODE`);
    await expect(client.query('SELECT token FROM sessions')).rejects.toMatchObject({ code: '42501' });
  });
});

test('V9 a connection that has fallen silent is given up, told as what may pass, and not lent again', async () => {
  const { host, port, ...rest } = database.connection;
  const network = await TcpProxy.listen({ target: join(host, `.s.PGSQL.${port}`) });
  const silent = openAppPool({ ...rest, host: '127.0.0.1', port: network.port }, { silenceMs: 300 });
  try {
    await silent.as(person('one'), (client) => client.query('SELECT 1'));
    expect(network.freeze().connections).toBe(1);
    const asked = silent.as(person('one'), (client) => client.query('SELECT 1'));
    await expect(asked).rejects.toMatchObject({ code: 'database_unavailable' });
    expect((await silent.as(person('one'), (client) => client.query('SELECT 1'))).rowCount).toBe(1);
  } finally {
    await network.close();
    await silent.close();
  }
});

test('V9 so is one on which sessions are looked up: the next request finds its own', async () => {
  const { host, port, ...rest } = database.connection;
  const network = await TcpProxy.listen({ target: join(host, `.s.PGSQL.${port}`) });
  const options = { secret: 'a secret of this test', production: false, silenceMs: 300 };
  const people = openPeople({ ...rest, host: '127.0.0.1', port: network.port }, options);
  const cookie = `${sessionCookieName(false)}=${signedToken('no such session', options.secret)}`;
  try {
    await expect(people.sessionOf(cookie)).rejects.toMatchObject({ code: 'not_signed_in' });
    expect(network.freeze().connections).toBe(1);
    const asked = [people.sessionOf(cookie), people.sessionOf(cookie)];
    for (const one of await Promise.allSettled(asked)) expect(one).toMatchObject({ status: 'rejected' });
    await expect(asked[0]).rejects.toMatchObject({ code: 'database_unavailable' });
    await expect(people.sessionOf(cookie)).rejects.toMatchObject({ code: 'not_signed_in' });
  } finally {
    await network.close();
    await people.close();
  }
});

test('V10 a database that takes no writes any more is one to come back to, and its connection is not lent again', async () => {
  const backend = async (client: pg.ClientBase): Promise<unknown> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  let before: unknown;
  const refused = pool.as(person('one'), async (client) => {
    before = await backend(client);
    await client.query(`SET TRANSACTION READ ONLY; UPDATE users SET name = 'Uno' WHERE id = 'one'`);
  });
  await expect(refused).rejects.toMatchObject({ code: 'database_unavailable' });
  for (let round = 0; round < 20; round += 1) expect(await pool.as(person('one'), backend)).not.toBe(before);
});
