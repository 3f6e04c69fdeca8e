import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WhichLinks } from '@elira/testkit';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import type { ServerProcess } from '../server-process.ts';

/** Connections between a server and PostgreSQL that are cut, or stay open and carry nothing any more. */

const READER_SILENT = 'the reader’s connection to PostgreSQL falls silent';
const READER_CUT = 'the reader’s connection to PostgreSQL is cut';
const LISTENER_SILENT = 'the listener’s connection to PostgreSQL falls silent';
const ALL_SILENT = 'all connections of a server to PostgreSQL fall silent';
/** Milliseconds until it must have been noticed. */
const NOTICED_MS = 15_000;
/** Milliseconds for which one looks: longer, so that lateness is told as lateness. */
const PATIENCE_MS = 40_000;
const LOOK_MS = 20;

/** node-postgres names its application in the first bytes it sends. */
const named =
  (application: string): WhichLinks =>
  (firstBytes) =>
    firstBytes.includes(`application_name\0${application}\0`);

export const SILENT_READER: Strike = {
  name: READER_SILENT,
  place: 'in calm',
  strike: (context) => silence(context, READER_SILENT, named('elira-reader')),
};

export const SILENT_EVERYTHING: Strike = {
  name: ALL_SILENT,
  place: 'in calm',
  strike: (context) => silence(context, ALL_SILENT, () => true),
};

export const CUT_READER: Strike = {
  name: READER_CUT,
  place: 'in calm',
  strike: async (context) => {
    const server = serverOf(context);
    const before = await context.database.readerOf(server.name);
    const { connections } = context.database.networkOf(server.name).cut(named('elira-reader'));
    await readsAgain(context, READER_CUT, server);
    const after = await context.database.readerOf(server.name);
    if (connections > 0 && after !== undefined && before !== after) struck(context, READER_CUT, { connections, before, after });
  },
};

export const SILENT_LISTENER: Strike = {
  name: LISTENER_SILENT,
  place: 'in calm',
  strike: async (context) => {
    const server = serverOf(context);
    const { database } = context;
    const before = await listenerOf(context, server);
    const frozen = database.networkOf(server.name).freeze(named('elira-doorbell'));
    const probe = context.probe({ server, scope: 'notes/public' });
    const word = `not heard of ${randomUUID()}`;
    // Of its own: what others write to is soon written again.
    const id = randomUUID();
    await until(() => probe.sync.status === 'live');
    // Whatever rings for it is lost: it costs a poll, and no more.
    await database.query('SELECT sync.touch($1::regclass)', ['trial_notes']);
    await database.query(`SELECT pg_notify('course_changes', '')`);
    await database.query(`INSERT INTO trial_notes (id, visibility, body, secret, hidden) VALUES ($1, 'public', $2, '', '')`, [
      id,
      word,
    ]);
    const arrived = await until(() => probe.sync.table('trial_notes').get(id)?.['body'] === word);
    await database.query('DELETE FROM trial_notes WHERE id = $1', [id]);
    besides(context, LISTENER_SILENT, 'a lost NOTIFY costs one poll', arrived, {});
    const [began, deadline] = [Date.now(), Date.now() + PATIENCE_MS];
    let after = before;
    while ((after === undefined || after === before) && Date.now() < deadline) {
      await sleep(LOOK_MS * 10);
      after = await listenerOf(context, server);
    }
    const milliseconds = Date.now() - began;
    besides(context, LISTENER_SILENT, 'noticed within 15 s', milliseconds <= NOTICED_MS, { milliseconds });
    const { lostBytes } = frozen.proof();
    if (lostBytes > 0 && after !== before) struck(context, LISTENER_SILENT, { lostBytes, before, after });
  },
};

async function silence(context: FaultContext, name: string, which: WhichLinks): Promise<void> {
  const server = serverOf(context);
  const probe = context.probe({ server, scope: 'board:1/watch' });
  await until(() => probe.sync.status === 'live');
  const frozen = context.database.networkOf(server.name).freeze(which);
  // While it reads nothing, what it tells grows old.
  const watch = watchAge(probe.sync);
  const milliseconds = await readsAgain(context, name, server);
  const oldest = watch.stop();
  besides(context, name, 'clients are told the age of what they show', oldest >= milliseconds / 2, { oldest, milliseconds });
  const { connections, lostBytes, unheardBytes = 0 } = frozen.proof();
  const proof = { server: server.name, connections, lostBytes, unheardBytes, milliseconds };
  if (connections > 0 && lostBytes + unheardBytes > 0) struck(context, name, proof);
}

/** The oldest that a client took what it shows for. */
function watchAge({ store }: ReturnType<FaultContext['probe']>['sync']): { stop: () => number } {
  let oldest = 0;
  const look = setInterval(() => {
    if (store.freshAt !== undefined) oldest = Math.max(oldest, performance.now() - store.freshAt);
  }, LOOK_MS);
  return {
    stop: () => {
      clearInterval(look);
      return Math.round(oldest);
    },
  };
}

async function readsAgain(context: FaultContext, name: string, server: ServerProcess): Promise<number> {
  const [began, deadline] = [Date.now(), Date.now() + PATIENCE_MS];
  // Answers to what was asked before may still come.
  let [polls, still] = [await server.polls(), 0];
  while (still < 3 && Date.now() < began + 1_000) {
    await sleep(LOOK_MS * 5);
    const now = await server.polls();
    still = now === polls ? still + 1 : 0;
    polls = now;
  }
  while ((await server.polls()) <= polls && Date.now() < deadline) await sleep(LOOK_MS);
  const milliseconds = Date.now() - began;
  besides(context, name, 'noticed within 15 s', milliseconds <= NOTICED_MS, { milliseconds });
  return milliseconds;
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < deadline) await sleep(LOOK_MS);
  return holds();
}

async function listenerOf({ database }: FaultContext, server: ServerProcess): Promise<number | undefined> {
  const rows = await database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND application_name = 'elira-doorbell' ORDER BY backend_start DESC LIMIT 1`,
    [database.connectionOf(server.name).user],
  );
  return rows[0]?.pid;
}

function serverOf({ fleet, random }: FaultContext): ServerProcess {
  return random.pick(fleet.servers);
}
