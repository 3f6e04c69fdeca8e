import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPLAY_SECRET } from './oulad/calls.ts';
import { OULAD_FOLDER, readOulad, shareOf } from './oulad/oulad-files.ts';
import { replayOulad } from './oulad/replay-oulad.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';

/** Of the learners, every so many-th takes part here; all of them do in `npm run bench -- oulad`. */
const SHARE = 160;
const BARRIER_EVERY = 20;
const PATIENCE_MS = 240_000;

const missing = existsSync(OULAD_FOLDER) ? '' : ` (SKIPPED: ${OULAD_FOLDER} is not there)`;
if (missing !== '') console.warn(`The replay of real learners was NOT tried:${missing}`);

let database: ScratchDatabase | undefined;
let server: ServerProcess | undefined;
let folder: string | undefined;

beforeAll(async () => {
  if (missing !== '') return;
  database = await scratchDatabase('oulad');
  folder = await mkdtemp(join(tmpdir(), 'elira-oulad-'));
  server = await serverProcess({ DATABASE_URL: database.url, ELIRA_DATA: folder, ELIRA_AUTH_SECRET: REPLAY_SECRET });
  await server.start();
});
afterAll(async () => {
  server?.end();
  await database?.drop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

test.skipIf(missing !== '')(
  `I1 I2 I7 N1 real learners enrol, hand in and leave, and an admin's numbers equal SQL all the way${missing}`,
  { timeout: PATIENCE_MS },
  async () => {
    if (database === undefined || server === undefined) throw new Error('the stage was to be there');
    const oulad = shareOf(await readOulad(OULAD_FOLDER), SHARE);
    const replayed = await replayOulad({
      oulad,
      url: server.url,
      sql: await database.client(),
      barrierEvery: BARRIER_EVERY,
    });
    expect(replayed.wrong).toEqual([]);
    expect(replayed.courses).toBe(9);
    expect(replayed.events).toBe(oulad.days.reduce((sum, { events }) => sum + events.length, 0));
    expect(replayed.barriers).toBeGreaterThan(10);
  },
);
