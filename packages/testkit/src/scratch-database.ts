import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { connectionUrl, ensureDatabase } from '@elira/postgres';
import type { EmbeddedConnection } from '@elira/postgres';

/** A database of one's own in the cluster that the test run started, or that TEST_DATABASE_URL names. */
export type ScratchDatabase = {
  readonly name: string;
  readonly url: string;
  /** For `new pg.Client(…)` and `new pg.Pool(…)`, as a superuser of that cluster. */
  readonly connection: EmbeddedConnection;
  /** A connected client; closed by `drop()` where the test did not. */
  client(): Promise<pg.Client>;
  /** Ends everyone's connections to it and drops it. May be called twice. */
  drop(): Promise<void>;
};

/**
 * Creates an empty database. Call it once per test file in `beforeAll`, and `drop()` in `afterAll`.
 * Throws when no cluster is at hand.
 */
export async function scratchDatabase(label = 'scratch'): Promise<ScratchDatabase> {
  const cluster = clusterConnection();
  const name = `${label.toLowerCase().replaceAll(/\W/g, '_').slice(0, 40)}_${randomBytes(5).toString('hex')}`;
  await ensureDatabase(cluster, name);
  const connection = { ...cluster, database: name };
  const open: pg.Client[] = [];
  let dropping: Promise<void> | undefined;
  return {
    name,
    url: connectionUrl(connection),
    connection,
    client: async () => {
      const client = new pg.Client(connection);
      // Dropping the database ends connections that a test forgot; that must not count as an unhandled error.
      client.on('error', () => undefined);
      await client.connect();
      open.push(client);
      return client;
    },
    drop: () => (dropping ??= dropDatabase(cluster, name, open)),
  };
}

function clusterConnection(): EmbeddedConnection {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new Error(
      'No PostgreSQL for this test. Name the file *.pg.test.ts and run it with vitest, or set TEST_DATABASE_URL.',
    );
  }
  const { host, port, user, database, password } = new pg.Client(url);
  return {
    host,
    port,
    user: user ?? 'postgres',
    database: database ?? 'postgres',
    ...(typeof password === 'string' ? { password } : {}),
  };
}

async function dropDatabase(cluster: EmbeddedConnection, name: string, open: readonly pg.Client[]): Promise<void> {
  await Promise.all(open.map((client) => client.end().catch(() => undefined)));
  const client = new pg.Client(cluster);
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
