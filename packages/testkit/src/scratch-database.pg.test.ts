import { expect, test } from 'vitest';
import { scratchDatabase } from './scratch-database.ts';

test('each scratch database is empty, apart from the others, and gone after drop', async () => {
  const first = await scratchDatabase('first');
  const second = await scratchDatabase('second');
  const client = await first.client();
  await client.query('CREATE TABLE t (id int)');
  const other = await second.client();
  expect((await other.query("SELECT to_regclass('t') AS t")).rows).toEqual([{ t: null }]);
  await first.drop();
  const left = await other.query('SELECT datname FROM pg_database WHERE datname = $1', [first.name]);
  expect(left.rowCount).toBe(0);
  await second.drop();
  await second.drop();
});

test('text is UTF-8 and ordered by code point', async () => {
  const database = await scratchDatabase('order');
  const client = await database.client();
  const { rows } = await client.query<{ word: string }>(
    "SELECT word FROM unnest(ARRAY['b', 'ä', 'Z', 'a', '😀', '_']) AS word ORDER BY word",
  );
  expect(rows.map((row) => row.word)).toEqual(['Z', '_', 'a', 'b', 'ä', '😀']);
  await database.drop();
});
