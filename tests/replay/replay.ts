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
 * and the server is killed twice. At barriers all clients are there and each holds what SELECT returns. Returns what was wrong.
 */
export async function replay(history: History, { sql, server, clients }: Stage): Promise<string[]> {
  const wrong: string[] = [];
  await sql.query('INSERT INTO courses (title, description, is_published) VALUES ($1, $2, true)', [MARKER, '0']);
  for (const client of clients) client.come();
  let down: Promise<void> | undefined;
  const kills = new Set([Math.floor(history.length / 3), Math.floor((2 * history.length) / 3)]);
  for (const [index, { edits }] of history.entries()) {
    if (kills.has(index)) {
      await down;
      await server.kill9();
    }
    // It comes back while commits go on; who was connected finds it again alone.
    if (kills.has(index - 2)) down = server.start();
    comeAndGo(clients, index);
    await commit(sql, edits);
    await publishNowAndThen(sql, index);
    if (index % BARRIER_EVERY !== BARRIER_EVERY - 1 || kills.has(index) || kills.has(index - 1)) continue;
    await down;
    wrong.push(...(await barrier(sql, clients, index)));
  }
  await down;
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

/** A last row that everybody may see: who has it has all that was committed before. Then stores and SELECT are compared. */
async function barrier(sql: pg.Client, clients: readonly TailingClient[], index: number): Promise<string[]> {
  const passed = `passed ${index}`;
  await sql.query('BEGIN');
  await sql.query('UPDATE courses SET description = $2 WHERE title = $1', [MARKER, passed]);
  await sql.query('SELECT publish_course(id) FROM courses WHERE title = $1', [MARKER]);
  await sql.query('COMMIT');
  const wrong: string[] = [];
  for (const client of clients) {
    if (!client.connected()) client.come();
    await client.until(() =>
      [...client.rows('published_courses').values()].some((row) => 'description' in row && row.description === passed),
    );
    for (const [table, expected] of await selectAll(sql, client.audience)) {
      wrong.push(
        ...differences(expected, asRows(client.rows(table))).map((what) => `${client.name} at ${index}: ${table} ${what}`),
      );
    }
  }
  return wrong;
}
