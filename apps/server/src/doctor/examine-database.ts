import type pg from 'pg';
import { fault, warning, type Examination, type Finding } from './finding.ts';

type Facts = {
  readonly version: number;
  readonly standby: boolean;
  readonly read_only: string;
  readonly encoding: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly autovacuum: string;
  readonly isolation: string;
  readonly replica: string;
  readonly most: number;
  readonly open: number;
};

/** Connections of one server. */
const CONNECTIONS = 22;
const OLDEST_VERSION = 14;

/** The server as a whole: its version and the settings that Elira leans on. */
export async function examineDatabase(client: pg.ClientBase): Promise<Examination> {
  const { rows } = await client.query<Facts>(`
    SELECT current_setting('server_version_num')::int / 10000 AS version, pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS read_only,
      current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
      current_setting('synchronous_commit') AS synchronous_commit, current_setting('autovacuum') AS autovacuum,
      current_setting('default_transaction_isolation') AS isolation, current_setting('session_replication_role') AS replica,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS open`);
  const [facts] = rows;
  return {
    name: 'PostgreSQL',
    seen: facts === undefined ? 'nothing' : `version ${facts.version}, ${facts.open} of ${facts.most} connections`,
    findings: facts === undefined ? [] : findingsOf(facts),
  };
}

/** Pure. */
export function findingsOf(facts: Facts): Finding[] {
  const found: Finding[] = [];
  const off = (name: 'fsync' | 'full_page_writes', harm: string): void => {
    if (facts[name] === 'off')
      found.push(fault(`${name}_off`, `${name} is off: ${harm}`, `ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`));
  };
  if (facts.version < OLDEST_VERSION)
    found.push(
      fault('version_too_old', `PostgreSQL is version ${facts.version}.`, `Upgrade it to ${OLDEST_VERSION} or newer.`),
    );
  if (facts.standby)
    found.push(
      fault(
        'standby',
        'This is a standby: the change index can be read on the primary alone.',
        'Let DATABASE_URL lead to the primary, or name all hosts.',
      ),
    );
  else if (facts.read_only === 'on')
    found.push(
      fault(
        'read_only',
        'New connections may only read.',
        'ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf(); unless this primary was fenced.',
      ),
    );
  if (facts.encoding !== 'UTF8')
    found.push(
      fault(
        'encoding',
        `The database is encoded in ${facts.encoding}.`,
        'Make a database with ENCODING UTF8 and restore a dump there.',
      ),
    );
  off('fsync', 'a power cut loses or spoils what was acknowledged.');
  off('full_page_writes', 'a power cut may spoil pages for good.');
  if (facts.synchronous_commit === 'off')
    found.push(
      warning(
        'asynchronous_commit',
        'synchronous_commit is off: a crash loses the last acknowledged writes.',
        'ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf();',
      ),
    );
  if (facts.autovacuum === 'off')
    found.push(
      fault(
        'autovacuum_off',
        'autovacuum is off: tables grow, and in the end writes are refused.',
        'ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();',
      ),
    );
  if (facts.isolation !== 'read committed')
    found.push(
      warning(
        'isolation',
        `The default isolation is ${facts.isolation}: what triggers keep beside a row may miss what was just committed.`,
        "ALTER DATABASE … SET default_transaction_isolation = 'read committed';",
      ),
    );
  if (facts.replica !== 'origin')
    found.push(
      fault(
        'replication_role',
        `session_replication_role is ${facts.replica}: foreign keys and the triggers of the application do not fire.`,
        'ALTER DATABASE … RESET session_replication_role; and the same for the user.',
      ),
    );
  if (facts.most - facts.open < CONNECTIONS)
    found.push(
      warning(
        'connections_short',
        `${facts.most - facts.open} connections are left; a server needs up to ${CONNECTIONS}.`,
        'Raise max_connections, or run fewer servers.',
      ),
    );
  return found;
}
