import { expect, test } from 'vitest';
import { failureFromLog } from './postgres-failure.ts';

test.each([
  ['FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', 'disk_full'],
  ['FATAL:  could not resize shared memory segment "/PostgreSQL.1" to 1 bytes: No space left on device', 'disk_full'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'port_taken'],
  ['FATAL:  could not open file "backup_label": Permission denied', 'folder_not_writable'],
  ['FATAL:  database files are incompatible with server', 'wrong_major'],
  ['initdb: error: could not look up effective user ID 5: user does not exist', 'no_user_name'],
  ['PANIC:  something new', 'start_failed'],
])('PG15 %s is %s', (log, code) => {
  const failure = failureFromLog('start_failed', `LOG:  before\n${log}\n`);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(log);
  expect(failure.message).toContain(failure.remedy);
});

test('PG15 only the end of a long log is shown', () => {
  const log = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n');
  expect(failureFromLog('initdb_failed', log).message).not.toContain('line 80');
});
