import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionUrl } from '@elira/postgres';
import { CLUSTER_VERSIONS, throwawayCluster, whyNoCluster, type Cluster } from '@elira/testkit';
import { dumpedSchema, SCHEMA_FILE } from './dumped-schema.ts';
import { MIGRATIONS_FOLDER, prepareDatabase } from './prepare-database.ts';
import { openDatabase } from './open-database.ts';
import { SYNC_SQL } from './sync-migration.ts';

const quiet = (): void => undefined;
let cluster: Cluster;
beforeAll(async () => {
  cluster = await throwawayCluster();
});
afterAll(() => cluster.remove());

/** A user who is no superuser and may create roles or not, with a database of his own. */
async function newUser(admin: pg.Client, name: string, attributes: string): Promise<pg.ClientConfig> {
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  return { ...cluster.connection, user: name, password: 'secret', database: name };
}

/** The owner of the schema public is PostgreSQL's own choice, and another before 15. */
const withoutPublicOwner = (dump: string): string => dump.replace(/-- schema public\nowner \w+\n/, '');

for (const version of CLUSTER_VERSIONS) {
  const missing = await whyNoCluster(version);
  test.skipIf(missing !== undefined)(
    `M1 the migrations make what sql/schema.sql says on PostgreSQL ${version}${missing === undefined ? '' : ` (${missing})`}`,
    async () => {
      const other = await throwawayCluster({ version });
      try {
        const applied = await prepareDatabase(other.connection, quiet);
        expect(applied.length).toBeGreaterThan(0);
        expect(await prepareDatabase(other.connection, quiet)).toEqual([]);
        const dump = await dumpedSchema(await other.client());
        expect(withoutPublicOwner(dump)).toBe(withoutPublicOwner(await readFile(SCHEMA_FILE, 'utf8')));
      } finally {
        await other.remove();
      }
    },
  );
}

test("M2 the synchronisation's migrations are what sync:sql prints", async () => {
  const file = (name: string): Promise<string> => readFile(join(MIGRATIONS_FOLDER, name), 'utf8');
  expect(await file('0001_sync_schema.sql')).toBe(SYNC_SQL.schema());
  // Each change of the rules adds a capture migration, which supersedes the earlier ones; of those nothing is promised any more.
  const captures = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith('_capture.sql')).toSorted();
  expect(captures.length).toBeGreaterThan(1);
  expect(await file(captures.at(-1) ?? '')).toBe(SYNC_SQL.capture());
});

test('M3 two databases of a new cluster and several servers on each are prepared at once', async () => {
  const fresh = await throwawayCluster();
  try {
    const admin = await fresh.client();
    await admin.query('CREATE DATABASE one');
    await admin.query('CREATE DATABASE two');
    const of = (database: string): pg.ClientConfig => ({ ...fresh.connection, database });
    const runs = await Promise.all(['one', 'two', 'one', 'two', 'one'].map((name) => prepareDatabase(of(name), quiet)));
    const ran = runs.filter((applied) => applied.length > 0);
    expect(ran).toHaveLength(2);
    expect(ran[0]).toEqual(ran[1]);
  } finally {
    await fresh.remove();
  }
});

test('M1 M4 a user who may create roles needs no administrator', async () => {
  const admin = await cluster.client();
  const connection = await newUser(admin, 'maker', 'CREATEROLE');
  await prepareDatabase(connection, quiet);
  const client = new pg.Client(connection);
  await client.connect();
  try {
    // As this user, who owns nothing here by himself, the mission's SQL works.
    await client.query("INSERT INTO courses (title, description) VALUES ('a', 'b')");
    await client.query('UPDATE courses SET is_published = true');
    expect((await client.query('SELECT title FROM published_courses')).rows).toEqual([{ title: 'a' }]);
  } finally {
    await client.end();
  }
});

test('M4 a user who may not create roles is told the SQL, and the SQL is enough', async () => {
  const fresh = await throwawayCluster();
  try {
    const admin = await fresh.client();
    await admin.query("CREATE ROLE plain LOGIN PASSWORD 'secret'");
    await admin.query('CREATE DATABASE plain');
    const connection = { ...fresh.connection, user: 'plain', password: 'secret', database: 'plain' };
    const refusal = await prepareDatabase(connection, quiet).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    const message = refusal instanceof Error ? refusal.message : '';
    const statements = message.split('\n').filter((line) => line.startsWith('  '));
    expect(statements).toHaveLength(8);
    const inPlain = await fresh.client('plain');
    await inPlain.query(statements.join('\n'));
    expect(await prepareDatabase(connection, quiet)).not.toEqual([]);
  } finally {
    await fresh.remove();
  }
});

test('M3 a database that does not exist is created, and a server that is not there is told of in one sentence', async () => {
  const url = connectionUrl({ ...cluster.connection, database: 'brand new' });
  const opened = await openDatabase({ databaseUrl: url, dataFolder: '' }, quiet);
  await opened.close();
  const again = await openDatabase({ databaseUrl: url, dataFolder: '' }, quiet);
  await again.close();
  const nowhere = openDatabase({ databaseUrl: 'postgresql://nobody:hidden@127.0.0.1:9/elira', dataFolder: '' }, quiet);
  await expect(nowhere).rejects.toThrow(/does not answer \(ECONNREFUSED\)/);
  await expect(nowhere).rejects.not.toThrow(/hidden/);
});
