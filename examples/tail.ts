/**
 * Prints every change as it arrives: `14:03:22 put courses 0197… "Title"`. Reconnects by itself; Ctrl-C ends it.
 *
 *   node --conditions=source --import tsx examples/tail.ts [--scope courses/learner]… [--once N]
 *
 * `--once N` ends after N changed rows. The server is $ELIRA_URL or http://127.0.0.1:3000. With the token that `npm start`
 * leaves in the data folder (ELIRA_DATA, `.elira`) it sees drafts as well, without it the published catalogue.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSyncClient, type Commit } from '@elira/sync-client';

const { values } = parseArgs({ options: { scope: { type: 'string', multiple: true }, once: { type: 'string' } } });
const scopes = values.scope ?? [];
let left = values.once === undefined ? Infinity : Number(values.once);
if (!(left > 0)) throw new RangeError('--once takes the number of changed rows to wait for, e.g. --once 1');

const tokenFile = join(process.env['ELIRA_DATA'] ?? '.elira', 'operator-token');
const headers = (): Record<string, string> =>
  existsSync(tokenFile) ? { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } : {};

let first = true;
const client = createSyncClient({
  url: new URL('/api/sync/stream', process.env['ELIRA_URL'] ?? 'http://127.0.0.1:3000').href,
  headers,
  scopes,
  onBatch: (commit) => (first ? begin(commit) : print(commit)),
  onProblem: ({ code, title, detail, client: word }) => console.error(`${time()} ${code}: ${title} ${detail ?? ''} (${word})`),
});

/** What is there at the start is counted, not printed: the lines are changes. */
function begin({ changes }: Commit): void {
  first = false;
  const rows = [...changes.values()].reduce((sum, keys) => sum + keys.size, 0);
  console.error(`${time()} live: ${rows} rows in ${client.store.scopes().join(', ') || 'no scope'}`);
}

function print({ changes }: Commit): void {
  for (const [table, keys] of changes) {
    for (const [key, { before, after }] of keys) {
      const title = (after ?? before)?.['title'];
      console.log(
        `${time()} ${after ? 'put' : 'drop'} ${table} ${key}${title === undefined ? '' : ` ${JSON.stringify(title)}`}`,
      );
      if ((left -= 1) === 0) return client.stop();
    }
  }
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}

client.subscribeStatus(() => client.status === 'stopped' && process.exit(1));
process.once('SIGINT', () => client.stop());
client.start();
