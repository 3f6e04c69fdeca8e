/**
 * Elira Sync on an Express app: a list of tasks that every open page follows. It makes its table in the database it is given.
 *
 *   DATABASE_URL=postgres://… node --conditions=source --import tsx examples/express-server.ts    (curl -N …:3001/api/sync/stream)
 */
import type { AddressInfo } from 'node:net';
import { scopeKey } from '@elira/protocol';
import { defineRules } from '@elira/rules';
import { captureSql, createSyncEngine, syncSchemaSql } from '@elira/sync-server';
import express, { type Express } from 'express';
import pg from 'pg';

/** What is synchronised, and which columns travel to whom. */
const rules = defineRules({
  tables: [
    {
      id: 1,
      schema: 'public',
      name: 'task',
      key: { column: 'id', type: 'integer' },
      routing: { hidden: 'boolean' },
      capture: 'full',
    },
  ],
  scopes: [
    { name: 'tasks', audience: 'everyone', tables: [{ table: 'task', when: { hidden: 'false' }, columns: ['title', 'done'] }] },
  ],
});

const TABLE = `CREATE TABLE task (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, title text NOT NULL, done boolean NOT NULL DEFAULT false,
  hidden boolean NOT NULL DEFAULT false)`;

const log = { info: () => {}, warn: console.warn, error: console.error };
const connection = { connectionString: process.env['DATABASE_URL'] ?? 'postgres://localhost/postgres' };
const pool = new pg.Pool(connection);
const engine = createSyncEngine({ rules, connection, channels: [], server: 'example', log });

/** The stream, and what writes to the database. Who asks, and so which scopes they get, is the application's to say: from its session. */
export function registerSyncRoutes(app: Express): void {
  app.get('/api/sync/stream', (request, response) =>
    engine.handleStream(request, response, () => ({ scopes: [scopeKey('tasks', 'everyone')] })),
  );
  app.post('/api/tasks', express.json(), async (request, response) => {
    const { title } = request.body as { title?: unknown };
    if (typeof title !== 'string' || title === '' || title.length > 200) return void response.status(400).end();
    await pool.query('INSERT INTO task (title) VALUES ($1)', [title]);
    engine.poke();
    response.status(201).end();
  });
}

const { rows } = await pool.query<{ there: boolean }>(`SELECT to_regclass('task') IS NOT NULL AS there`);
if (rows[0]?.there !== true) for (const sql of [syncSchemaSql(), TABLE, captureSql(rules)]) await pool.query(sql);
await engine.start();
const app = express();
registerSyncRoutes(app);
const server = app.listen(Number(process.env['PORT'] ?? 3001), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGINT', () => void Promise.all([engine.stop(), pool.end()]).then(() => server.close()));
