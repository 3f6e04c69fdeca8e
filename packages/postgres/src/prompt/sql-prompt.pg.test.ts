import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchDatabase } from '@elira/testkit';
import type { ScratchDatabase } from '@elira/testkit';
import { sqlPrompt } from './sql-prompt.ts';

let database: ScratchDatabase;
beforeAll(async () => {
  database = await scratchDatabase('prompt');
  await (await database.client()).query('CREATE TABLE course (id int PRIMARY KEY, title text NOT NULL)');
});
afterAll(() => database.drop());

async function type(script: string, isTerminal = false): Promise<{ code: number; shown: string }> {
  const input = new PassThrough();
  const output = new PassThrough();
  const shown = text(output);
  const running = sqlPrompt({ url: database.url, input, output, isTerminal });
  input.end(script);
  const code = await running;
  output.end();
  return { code, shown: await shown };
}

test('PG34 standard input is run, statement by statement', async () => {
  const { code, shown } = await type(
    "INSERT INTO course VALUES (1, 'Trees;'),\n (2, 'Seas');\nSELECT id, title FROM course ORDER BY id",
  );
  expect(shown).toBe('INSERT 2\n id | title\n----+--------\n  1 | Trees;\n  2 | Seas\n(2 rows)\n\n');
  expect(code).toBe(0);
});

test('PG34 standard input stops at its first error with exit code 1', async () => {
  const { code, shown } = await type("BEGIN; INSERT INTO course VALUES (3, 'Lost');\nSELECT nope;\nCOMMIT;\n");
  expect(shown).toContain('ERROR:  column "nope" does not exist (SQLSTATE 42703)\nLINE 1: SELECT nope;\n               ^');
  expect(shown).not.toContain('COMMIT');
  expect(code).toBe(1);
  expect((await type('SELECT count(*) FROM course WHERE id = 3;')).shown).toContain('     0');
});

test('PG34 a terminal goes on after an error, knows \\d, and leaves at \\q', async () => {
  const { code, shown } = await type('SELECT nope;\n\\d course\n\\d\n\\q\nSELECT 4711;\n', true);
  expect(shown).toContain('SQLSTATE 42703');
  expect(shown).toMatch(/title +\| text +\| not null/);
  expect(shown).toMatch(/public \| course \| table/);
  expect(shown).not.toContain('4711\n');
  expect(code).toBe(0);
});

test('PG34 notices and COPY do not get it stuck', async () => {
  const { code, shown } = await type(
    "DO $$ BEGIN RAISE NOTICE 'hello'; END $$;\nLISTEN bell; NOTIFY bell, 'ring';\nCOPY course FROM STDIN;\n",
  );
  expect(shown).toContain('NOTICE:  hello');
  expect(shown).toContain('Notification "bell" with payload "ring"');
  expect(code).toBe(1);
});

test('PG34 a server that is not there is said plainly', async () => {
  const output = new PassThrough();
  const shown = text(output);
  const code = await sqlPrompt({
    url: 'postgresql://nobody@127.0.0.1:1/x',
    input: new PassThrough(),
    output,
    isTerminal: false,
  });
  output.end();
  expect(await shown).toMatch(/^No connection to PostgreSQL: /);
  expect(code).toBe(1);
});
