import type { ClientConfig } from 'pg';
import type pg from 'pg';
import { asRole, errorCode, withClient } from '../database/connection.ts';
import { examineMigrations, examineRoles, examineRowSecurity } from './examine-access.ts';
import { examineCapture, examineIndex } from './examine-capture.ts';
import { examineDatabase } from './examine-database.ts';
import { examineReadiness, examineServers, examineTransactions } from './examine-running.ts';
import { fault, type Examination } from './finding.ts';

/**
 * doctor. In: a database, and where a server may run. Out: what was looked at, and each thing that is wrong with its remedy. The promise: it
 * changes nothing, and what cannot be looked at is itself a finding.
 */
export async function runDoctor(
  connection: ClientConfig,
  server: { readonly url: string; readonly token: string | undefined },
): Promise<Examination[]> {
  const asOwner = (examine: (client: pg.ClientBase) => Promise<Examination>) => () =>
    withClient(asRole(connection, 'elira_owner'), examine);
  const examinations: readonly (readonly [name: string, examine: () => Promise<Examination>])[] = [
    ['PostgreSQL', () => withClient(connection, examineDatabase)],
    ['migrations', asOwner(examineMigrations)],
    ['roles', () => examineRoles(connection)],
    ['row-level security', asOwner(examineRowSecurity)],
    ['capture', asOwner(examineCapture)],
    ['change index', asOwner(examineIndex)],
    ['transactions', () => withClient(connection, examineTransactions)],
    ['servers', asOwner(examineServers)],
    ['server', () => examineReadiness(server.url, server.token)],
  ];
  const results: Examination[] = [];
  for (const [name, examine] of examinations) {
    try {
      results.push(await examine());
    } catch (error) {
      results.push({ name, seen: 'it could not be looked at', findings: [unexamined(name, error)] });
    }
  }
  return results;
}

function unexamined(name: string, error: unknown): Examination['findings'][number] {
  const reason = error instanceof Error ? error.message : 'for an unknown reason';
  const code = errorCode(error);
  const remedy =
    code === '22023' || code === '42704' || code === '42501'
      ? 'Start a server: it makes the roles and the schema, or says what an administrator has to run.'
      : 'Run the migrations (npm run elira -- migrate), and ask again.';
  return fault('not_examined', `${name} could not be looked at: ${reason}${code === undefined ? '' : ` (${code})`}.`, remedy);
}
