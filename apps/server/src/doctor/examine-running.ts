import type pg from 'pg';
import { fault, warning, type Examination, type Finding } from './finding.ts';

/** Seconds a transaction may be open before it is told. */
const OPEN_SECONDS = 60;

type Open = {
  readonly pid: string;
  readonly who: string;
  readonly what: string;
  readonly seconds: number;
  readonly prepared: boolean;
};

/** Transactions that hold up the change index and VACUUM, prepared ones included. */
export async function examineTransactions(client: pg.ClientBase): Promise<Examination> {
  const { rows } = await client.query<Open>(
    `SELECT a.pid::text AS pid, coalesce(a.usename, '?') AS who, coalesce(nullif(a.application_name, ''), 'no name') AS what,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds, false AS prepared
     FROM pg_stat_activity a WHERE a.xact_start < clock_timestamp() - make_interval(secs => $1) AND a.datname = current_database()
     UNION ALL
     SELECT p.gid, p.owner, 'prepared', extract(epoch FROM clock_timestamp() - p.prepared)::float8, true
     FROM pg_prepared_xacts p WHERE p.database = current_database() AND p.prepared < clock_timestamp() - make_interval(secs => $1)
     ORDER BY 4 DESC`,
    [OPEN_SECONDS],
  );
  const findings = rows.map(({ pid, who, what, seconds, prepared }) =>
    warning(
      'transaction_open',
      `A transaction of ${who} (${what}) has been open for ${Math.round(seconds)} s.`,
      prepared
        ? `COMMIT PREPARED or ROLLBACK PREPARED '${pid.replaceAll("'", "''")}';`
        : `SELECT pg_terminate_backend(${pid}); unless it is wanted.`,
    ),
  );
  return {
    name: 'transactions',
    seen: rows.length === 0 ? `none open for more than ${OPEN_SECONDS} s` : `${rows.length} open for long`,
    findings,
  };
}

/** Seconds after which a server that says nothing no longer counts. */
const SILENT_SECONDS = 30;

type Server = { readonly id: string; readonly seconds: number; readonly running: number };
type Failure = { readonly name: string; readonly code: string; readonly count: number };

/** The servers that run on this database, and rows that they have set aside. */
export async function examineServers(owner: pg.ClientBase): Promise<Examination> {
  const servers = await owner.query<Server>(`
    SELECT id, extract(epoch FROM now() - seen_at)::float8 AS seconds, extract(epoch FROM seen_at - started_at)::float8 AS running FROM sync_servers ORDER BY started_at`);
  const failures = await owner.query<Failure>(
    'SELECT table_name AS name, code, count(*)::int AS count FROM sync_failures GROUP BY table_name, code ORDER BY 1, 2',
  );
  const silent = servers.rows.filter(isSilent);
  const oldest = Math.max(0, ...servers.rows.map(({ running }) => running));
  return {
    name: 'servers',
    seen:
      servers.rows.length === 0
        ? 'none runs on this database'
        : `${servers.rows.length - silent.length} run, the oldest for ${Math.round(oldest)} s`,
    findings: serverFindings(servers.rows, failures.rows),
  };
}

/** Pure. */
export function serverFindings(servers: readonly Server[], failures: readonly Failure[]): Finding[] {
  return [
    ...servers
      .filter(isSilent)
      .map(({ id, seconds }) =>
        warning(
          'server_silent',
          `Server ${id} has not said that it runs for ${Math.round(seconds)} s.`,
          'It was killed, or cannot reach the database. Another server takes its entry away.',
        ),
      ),
    ...failures.map(({ name, code, count }) =>
      fault(
        'row_set_aside',
        `${count} rows of ${name} cannot be rendered (SQLSTATE ${code}) and are shown nowhere.`,
        `SELECT row_key FROM sync_failures WHERE table_name = '${name}'; and mend these rows.`,
      ),
    ),
  ];
}

function isSilent({ seconds }: Server): boolean {
  return seconds > SILENT_SECONDS;
}

/** Asks a running server how it is. */
export async function examineReadiness(url: string, token: string | undefined): Promise<Examination> {
  const name = 'server';
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/readyz`, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (response === undefined) return { name, seen: `none answers at ${url} (another one: ELIRA_URL)`, findings: [] };
  const body = (await response.json().catch(() => ({}))) as {
    ageMs?: number;
    code?: string;
    title?: string;
    detail?: string;
    warnings?: readonly { code: string; detail: string }[];
  };
  const warnings = (body.warnings ?? []).map(({ code, detail }) => warning(code, detail, 'docs/operating.md, Health.'));
  if (response.ok) return { name, seen: `${url} is ready, ${body.ageMs ?? 0} ms behind the database`, findings: warnings };
  const what = body.title ?? `It answers with HTTP status ${response.status}.`;
  return {
    name,
    seen: `${url} is not ready`,
    findings: [fault(body.code ?? 'not_ready', what, body.detail ?? 'Look at its log.')],
  };
}
