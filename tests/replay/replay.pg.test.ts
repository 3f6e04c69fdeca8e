import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import { lastTexts, makeHistory, readHistory, REAL_HISTORY, type History } from './history.ts';
import { asRows, differences, selectAll } from './oracle.ts';
import { replay } from './replay.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { tailingClient, type TailingClient } from './tailing-client.ts';

const TOKEN = 'replay-replay-replay-replay-replay';
const PATIENCE_MS = 300_000;
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

let cluster: Cluster;
let server: ServerProcess;
let folder: string;
let clients: TailingClient[];

beforeEach(async () => {
  clients = [];
  cluster = await throwawayCluster();
  folder = await mkdtemp(join(tmpdir(), 'elira-replay-'));
  server = await serverProcess({ DATABASE_URL: cluster.url, ELIRA_DATA: folder, ELIRA_OPERATOR_TOKEN: TOKEN });
  await server.start();
});
afterEach(async () => {
  for (const client of clients) client.go();
  server.end();
  await cluster.remove();
  await rm(folder, { recursive: true });
});

async function replayWhole(history: History): Promise<void> {
  const sql = await cluster.client();
  clients = (['operator', 'operator', 'anonymous', 'anonymous'] as const).map((audience, number) =>
    tailingClient(`${audience} ${number}`, audience, server.url, TOKEN),
  );

  expect(await replay(history, { sql, server, clients })).toEqual([]);

  const texts = await sql.query<{ title: string; description: string }>('SELECT title, description FROM courses');
  const stored = new Map(texts.rows.map(({ title, description }) => [title, description]));
  for (const [file, text] of lastTexts(history)) expect(stored.get(file) === text, `the text of ${file}`).toBe(true);
  // The killed server's clients were led on from their cursors: nobody was served afresh but the first time.
  for (const { name, resumed } of clients) {
    const { snapshot = 0, ring = 0, database = 0 } = Object.fromEntries(resumed);
    expect([name, snapshot]).toEqual([name, 1]);
    expect(ring + database, name).toBeGreaterThanOrEqual(2);
  }
}

const missing = existsSync(REAL_HISTORY) ? '' : ` (SKIPPED: ${REAL_HISTORY} is not there)`;
if (missing !== '') console.warn(`The replay of real edits is skipped:${missing}`);

test.skipIf(missing !== '')(
  `I1 I9 I11 the 602 real edits of a course end up in every store, byte for byte${missing}`,
  { timeout: PATIENCE_MS },
  async () => {
    const history = await readHistory(REAL_HISTORY);
    expect(history.flatMap(({ edits }) => edits)).toHaveLength(602);
    await replayWhole(history);
  },
);

test(
  `I1 I9 I11 sixty made-up edits end up in every store, byte for byte (SEED=${SEED})`,
  { timeout: PATIENCE_MS },
  async () => {
    await replayWhole(makeHistory(SEED));
  },
);

test('the comparison finds a row too many, one too few, and one byte in one column', async () => {
  const sql = await cluster.client();
  const client = tailingClient('operator', 'operator', server.url, TOKEN);
  clients = [client];
  client.come();
  const selected = (await selectAll(sql, 'operator')).get('courses') ?? new Map<string, never>();
  await client.until(() => client.rows('courses').size === selected.size);
  expect(differences(selected, asRows(client.rows('courses')))).toEqual([]);
  const held = new Map([...client.rows('courses')].slice(0, 2));
  const expected = new Map([...selected].filter(([key]) => held.has(key)));
  const [first, second] = [...held];
  if (first === undefined || second === undefined) throw new Error('two demonstration courses at least were to be there');
  expect(differences(expected, asRows(new Map([first])))).toHaveLength(1);
  expect(differences(expected, asRows(new Map([first, second, ['another', {}]])))).toHaveLength(1);
  expect(differences(expected, asRows(new Map([first, [second[0], { ...second[1], description: 'x' }]])))).toHaveLength(1);
  expect(differences(expected, asRows(new Map([first, [second[0], { ...second[1], syncStatus: 'synced' }]])))).toHaveLength(1);
});
