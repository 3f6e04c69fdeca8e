import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientBase } from 'pg';
import { scratchDatabase } from '@elira/testkit';
import type { ScratchDatabase } from '@elira/testkit';
import { dumpSchema } from './dump-schema.ts';

const schemas = ['shop'];
let database: ScratchDatabase;
let client: ClientBase;

const BASE = `
  CREATE SCHEMA shop;
  CREATE TYPE shop.colour AS ENUM ('red', 'green');
  CREATE TABLE shop.item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL DEFAULT 'none' CHECK (name <> ''),
    paint shop.colour,
    long_name text GENERATED ALWAYS AS (name || '!') STORED
  );
  CREATE TABLE shop.log (bucket int, item bigint REFERENCES shop.item ON DELETE CASCADE) PARTITION BY LIST (bucket);
  CREATE TABLE shop.log_0 PARTITION OF shop.log FOR VALUES IN (0);
  CREATE UNLOGGED TABLE shop.mark (id uuid);
  CREATE INDEX item_name ON shop.item (lower(name)) WHERE name IS NOT NULL;
  CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touch BEFORE UPDATE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.touch();
  ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON shop.item FOR SELECT USING (id = ANY (ARRAY(SELECT item FROM shop.log)));
  CREATE VIEW shop.seen AS SELECT id, name FROM shop.item;`;

beforeAll(async () => {
  database = await scratchDatabase('dump');
  client = await database.client();
  await client.query('CREATE TABLE public.noise (id int); CREATE SEQUENCE public.more_noise;');
  await client.query(BASE);
});
afterAll(() => database.drop());

/** The dump after `sql`, which is then undone. */
async function dumpAfter(sql: string): Promise<string> {
  await client.query('BEGIN');
  await client.query(sql);
  const text = await dumpSchema(client, { schemas });
  await client.query('ROLLBACK');
  return text;
}

test('PG40 the same definitions give the same text in another database and order', async () => {
  const other = await scratchDatabase('dump_other');
  const theirs = await other.client();
  await theirs.query(BASE);
  await theirs.query(
    'DROP VIEW shop.seen; DROP TABLE shop.mark; CREATE VIEW shop.seen AS SELECT id, name FROM shop.item; CREATE UNLOGGED TABLE shop.mark (id uuid)',
  );
  const text = await dumpSchema(client, { schemas });
  expect(await dumpSchema(theirs, { schemas })).toBe(text);
  expect(text).not.toContain('noise');
  expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: '"$user", public' }]);
  await other.drop();
});

const CHANGES: readonly (readonly [what: string, sql: string])[] = [
  ['a column', 'ALTER TABLE shop.item ADD extra int'],
  ['a type', 'ALTER TABLE shop.mark ALTER id TYPE text'],
  ['a default', "ALTER TABLE shop.item ALTER name SET DEFAULT 'some'"],
  ['NOT NULL', 'ALTER TABLE shop.item ALTER paint SET NOT NULL'],
  ['a constraint', 'ALTER TABLE shop.item ADD UNIQUE (name)'],
  ['a foreign key', 'ALTER TABLE shop.log DROP CONSTRAINT log_item_fkey'],
  ['an index', 'DROP INDEX shop.item_name'],
  [
    'a function body',
    "CREATE OR REPLACE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN OLD; END'",
  ],
  ['SECURITY DEFINER', 'ALTER FUNCTION shop.touch() SECURITY INVOKER'],
  ['search_path', 'ALTER FUNCTION shop.touch() RESET search_path'],
  ['a demoted trigger', 'ALTER TABLE shop.item ENABLE ALWAYS TRIGGER touch'],
  ['a disabled trigger', 'ALTER TABLE shop.item DISABLE TRIGGER touch'],
  ['a policy', 'ALTER POLICY own ON shop.item USING (true)'],
  ['row level security', 'ALTER TABLE shop.item DISABLE ROW LEVEL SECURITY'],
  ['forced row level security', 'ALTER TABLE shop.item FORCE ROW LEVEL SECURITY'],
  ['a grant', 'GRANT SELECT ON shop.item TO pg_monitor'],
  ['a grant on a column', 'GRANT SELECT (name) ON shop.item TO pg_monitor'],
  ['a grant on a function', 'REVOKE EXECUTE ON FUNCTION shop.touch() FROM PUBLIC'],
  ['a grant on the schema', 'GRANT USAGE ON SCHEMA shop TO pg_monitor'],
  ['a sequence', 'ALTER SEQUENCE shop.item_id_seq INCREMENT 2'],
  ['a partition', 'CREATE TABLE shop.log_1 PARTITION OF shop.log FOR VALUES IN (1)'],
  ['unlogged', 'ALTER TABLE shop.mark SET LOGGED'],
  ['an enum', "ALTER TYPE shop.colour ADD VALUE 'blue'"],
  ['a view', 'CREATE OR REPLACE VIEW shop.seen AS SELECT id, upper(name) AS name FROM shop.item'],
  ['an owner', 'ALTER TABLE shop.mark OWNER TO pg_monitor'],
  ['a comment', "COMMENT ON COLUMN shop.item.name IS 'what it is called'"],
  ['a storage option', 'ALTER TABLE shop.item SET (fillfactor = 50)'],
];

test.each(CHANGES)('PG41 %s shows', async (_what, sql) => {
  expect(await dumpAfter(sql)).not.toBe(await dumpAfter(''));
});
