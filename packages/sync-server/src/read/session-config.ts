import type pg from 'pg';

/** Milliseconds one statement of the engine may take before PostgreSQL cancels it. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Milliseconds without an answer after which the connection is taken for dead (half-open): later than the above. */
const QUERY_TIMEOUT_MS = 12_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Settings of every session of the engine, given at connect. Generic plans, no JIT and no parallel workers keep the read statement
 * at its one good plan (SPEC R2); time zone and date style make rendered rows the same from every server.
 */
export function sessionConfig(connection: pg.ClientConfig, name: string, role: string | undefined): pg.ClientConfig {
  const settings: Record<string, string> = {
    ...(role === undefined ? {} : { role }),
    jit: 'off',
    plan_cache_mode: 'force_generic_plan',
    max_parallel_workers_per_gather: '0',
    default_transaction_isolation: 'read\\ committed',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    statement_timeout: String(STATEMENT_TIMEOUT_MS),
    search_path: 'pg_catalog',
  };
  const options = Object.entries(settings).map(([setting, value]) => `-c ${setting}=${value}`);
  return {
    ...connection,
    application_name: `elira-${name}`,
    options: [connection.options, ...options].filter((option) => option !== undefined && option !== '').join(' '),
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  };
}
