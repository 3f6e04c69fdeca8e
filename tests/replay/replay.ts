import type pg from 'pg';
import type { Edit, History } from './history.ts';
import { asRows, differences, selectAll } from './oracle.ts';
import type { ServerProcess } from './server-process.ts';
import type { TailingClient } from './tailing-client.ts';

export type Stage = { readonly sql: pg.Client; readonly server: ServerProcess; readonly clients: readonly TailingClient[] };

/** Commits between two barriers. */
const BARRIER_EVERY = 9;
const MARKER = 'marker';

/**
 * Replays a history into `courses`, every commit one transaction, and publishes now and then by SQL, while clients come and go
 * and the server is killed twice. While it runs, somebody sees each commit before the next; at barriers all clients are there and
 * each holds what SELECT returns. Returns what was wrong.
 */
export async function replay(history: History, { sql, server, clients }: Stage): Promise<string[]> {
  const wrong: string[] = [];
  await sql.query('INSERT INTO courses (title, description, is_published) VALUES ($1, $2, true)', [MARKER, '0']);
  for (const client of clients) client.come();
  let starting: Promise<void> | undefined;
  const kills = new Set([Math.floor(history.length / 3), Math.floor((2 * history.length) / 3)]);
  for (const [index, { edits }] of history.entries()) {
    if (kills.has(index)) {
      await starting;
      await server.kill9();
    }
    // It comes back while commits go on; who was connected finds it again alone.
    if (kills.has(index - 2)) starting = server.start();
    const isDown = kills.has(index) || kills.has(index - 1);
    comeAndGo(clients, index);
    await commit(sql, edits);
    await publishNowAndThen(sql, index);
    if (isDown) continue;
    const here = clients.filter((client) => client.connected());
    const witness = here[index % here.length];
    if (index % BARRIER_EVERY === BARRIER_EVERY - 1) wrong.push(...(await barrier(sql, clients, index)));
    else if (witness !== undefined) await witness.until(await mark(sql, witness, index));
  }
  wrong.push(...(await barrier(sql, clients, history.length)));
  for (const { name, faults } of clients) wrong.push(...faults.map((fault) => `${name}: ${fault}`));
  return wrong;
}

/** Each has a rhythm of its own; one loses its program with every leave, and keeps only what it wrote down. */
function comeAndGo(clients: readonly TailingClient[], index: number): void {
  for (const [number, client] of clients.entries()) {
    if ((index + number) % (number + 3) !== 0) continue;
    if (!client.connected()) client.come();
    else if (number === 1) client.forget();
    else client.go();
  }
}

async function commit(sql: pg.Client, edits: readonly Edit[]): Promise<void> {
  await sql.query('BEGIN');
  for (const author of new Set(edits.map((edit) => edit.author)))
    await sql.query(
      `INSERT INTO users (id, name, email) VALUES ($1::text, $1::text, $1::text || '@replay.invalid') ON CONFLICT DO NOTHING`,
      [author],
    );
  for (const { file, content, author } of edits) {
    const { rowCount } = await sql.query('UPDATE courses SET description = $2, modified_by = $3 WHERE title = $1', [
      file,
      content,
      author,
    ]);
    if (rowCount === 0)
      await sql.query('INSERT INTO courses (title, description, modified_by) VALUES ($1, $2, $3)', [file, content, author]);
  }
  await sql.query('COMMIT');
}

/** As a person with a prompt would: the switch, the function, the switch back. Which courses follows from the count alone. */
async function publishNowAndThen(sql: pg.Client, index: number): Promise<void> {
  const some = `title <> '${MARKER}' AND hashtext(title) % 3 = ${index} % 3`;
  if (index % 4 === 1) await sql.query(`UPDATE courses SET is_published = true WHERE NOT is_published AND ${some}`);
  if (index % 5 === 2) await sql.query('SELECT publish_course(id) FROM courses WHERE is_published AND is_draft');
  if (index % 7 === 3) await sql.query(`UPDATE courses SET is_published = false WHERE is_published AND ${some}`);
}

/** Changes a row that everybody may see, and tells when `client` has it: then it has all that was committed before. */
async function mark(sql: pg.Client, client: TailingClient, index: number): Promise<() => boolean> {
  const passed = `passed ${index}`;
  await sql.query('BEGIN');
  await sql.query('UPDATE courses SET description = $2 WHERE title = $1', [MARKER, passed]);
  await sql.query('SELECT publish_course(id) FROM courses WHERE title = $1', [MARKER]);
  await sql.query('COMMIT');
  return () => [...client.rows('published_courses').values()].some((row) => 'description' in row && row.description === passed);
}

/** All clients come, and stores and SELECT are compared. */
async function barrier(sql: pg.Client, clients: readonly TailingClient[], index: number): Promise<string[]> {
  const wrong: string[] = [];
  for (const client of clients) {
    if (!client.connected()) client.come();
    await client.until(await mark(sql, client, index));
    for (const [table, expected] of await selectAll(sql, client.audience)) {
      const found = differences(expected, asRows(client.rows(table)));
      wrong.push(...found.map((what) => `${client.name} at ${index}: ${table} ${what}`));
    }
  }
  return wrong;
}
