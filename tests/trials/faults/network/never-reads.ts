import { request, type ClientRequest } from 'node:http';
import type { ScopeKey } from '@elira/protocol';
import { SCOPES_HEADER } from '../../viewers.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import type { ServerProcess } from '../server-process.ts';

const NAME = 'a reader that never reads';
const READERS = 3;
/** Nobody else reads this scope. */
const SCOPE = 'owner:sloth/private' as ScopeKey;
const NOTE = '0000000a-0000-4000-8000-00000000fffd';
/** Each edit is a frame of so many characters; together more than any socket takes. */
const EDITS = 120;
const EDIT_CHARACTERS = 200_000;
/** Bytes that may wait for one connection: its socket's limit, and a frame or two that were begun below it. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;

/** Connections are opened, answered, and then nobody takes a byte from them, while megabytes come into their scope. */
export const NEVER_READS: Strike = {
  name: NAME,
  place: 'under load',
  strike: async (context) => {
    const { fleet, database } = context;
    const [server] = fleet.servers;
    if (server === undefined) return;
    await database.query(
      `INSERT INTO trial_notes (id, owner, visibility, body, secret, hidden) VALUES ($1, 'sloth', 'private', '', '', '') ON CONFLICT DO NOTHING`,
      [NOTE],
    );
    const readers = await Promise.all(Array.from({ length: READERS }, () => open(context, server)));
    const before = await server.metrics();
    let most = 0;
    for (let edit = 0; edit < EDITS; edit += 1) {
      await database.query('UPDATE trial_notes SET body = $2, version = version + 1 WHERE id = $1', [NOTE, text(edit)]);
      most = Math.max(most, (await server.metrics())?.waitingBytes ?? 0);
    }
    const after = await server.metrics();
    for (const reader of readers) reader.destroy();
    await database.query('DELETE FROM trial_notes WHERE id = $1', [NOTE]);
    besides(context, NAME, 'bytes that wait for one connection are bounded', most <= MOST_WAITING_BYTES, { most });
    const collapsed = (after?.collapsed ?? 0) - (before?.collapsed ?? 0);
    // A socket that took everything was no slow one.
    if (most > 0) struck(context, NAME, { most, collapsed, sent: EDITS * EDIT_CHARACTERS });
  },
};

/** Resolves when the server has begun to answer; from then on nothing is read. */
function open({ secretHeaders }: FaultContext, server: ServerProcess): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const opened = request({
      port: server.port,
      host: '127.0.0.1',
      path: '/stream',
      headers: { ...secretHeaders, [SCOPES_HEADER]: JSON.stringify([SCOPE]), accept: 'text/event-stream' },
    });
    opened.once('response', (response) => {
      response.pause();
      resolve(opened);
    });
    opened.on('error', reject);
    opened.end();
  });
}

function text(edit: number): string {
  return `${edit} `.repeat(Math.ceil(EDIT_CHARACTERS / `${edit} `.length));
}
