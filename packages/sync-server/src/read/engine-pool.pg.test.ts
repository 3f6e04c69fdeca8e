import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enginePool } from './engine-pool.ts';

let database: ScratchDatabase;

beforeAll(async () => {
  database = await scratchDatabase('engine_pool');
});
afterAll(() => database.drop());

test('a connection that dies between two statements of its borrower ends neither process nor pool', async () => {
  const killer = await database.client();
  const lost: Error[] = [];
  const pool = enginePool({ ...database.connection, max: 1 }, (error) => lost.push(error));
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await killer.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;

  await expect(client.query('SELECT 1')).rejects.toThrow();
  client.release();
  expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
  expect(lost).toEqual([]);
});

test('one that dies while nobody has it is told of, and replaced', async () => {
  const killer = await database.client();
  let tell: (error: Error) => void = () => {};
  const told = new Promise<Error>((resolve) => (tell = resolve));
  const pool = enginePool({ ...database.connection, max: 1 }, (error) => tell(error));
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await killer.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  expect((await told).message).toMatch(/terminat/);
  expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
