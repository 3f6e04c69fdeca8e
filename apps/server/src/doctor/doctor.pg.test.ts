import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { scratchDatabase } from '@elira/testkit';
import { runningServer, type RunningServer } from '../../fixture/running-server.ts';
import { runCommand } from '../cli/run-command.ts';
import { findingsOf } from './examine-database.ts';
import { indexFindings } from './examine-capture.ts';
import { serverFindings } from './examine-running.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await runningServer('doctor');
});
afterAll(() => server?.remove());

async function doctor(
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string }> {
  let out = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.stubEnv('ELIRA_URL', server.url);
  const code = await runCommand(['doctor', ...args], {
    DATABASE_URL: server.databaseUrl,
    ELIRA_DATA: server.folder,
    ...environment,
  });
  stdout.mockRestore();
  vi.unstubAllEnvs();
  return { code, out };
}

type Told = { faults: number; examinations: { findings: { code: string; level: string; what: string; remedy: string }[] }[] };
/** What is found while `damage` lasts, without what a test's cluster is at all times. */
async function foundAfter(damage: string, mend: string): Promise<string[]> {
  await server.sql.query(damage);
  try {
    const { out } = await doctor(['--json']);
    const findings = (JSON.parse(out) as Told).examinations.flatMap((one) => one.findings);
    for (const { what, remedy } of findings)
      expect([what, remedy]).toEqual([expect.stringMatching(/\w{3,}/), expect.stringMatching(/\w{3,}/)]);
    return findings.map(({ code }) => code).filter((code) => !ALWAYS.has(code));
  } finally {
    await server.sql.query(mend);
  }
}
/** A throwaway cluster is run without fsync, and is crowded. */
const ALWAYS = new Set(['fsync_off', 'full_page_writes_off', 'asynchronous_commit', 'connections_short', 'transaction_open']);

test('DR1 a database as the migrations leave it, with a server on it, has no fault of ours, and what was looked at is told', async () => {
  expect(await foundAfter('SELECT 1', 'SELECT 1')).toEqual([]);
  const { out } = await doctor();
  for (const name of [
    'PostgreSQL',
    'migrations',
    'roles',
    'row-level security',
    'capture',
    'change index',
    'transactions',
    'servers',
    'server',
  ])
    expect(out).toMatch(new RegExp(`^[✓!✗] ${name} `, 'm'));
  expect(out).toContain(`${server.url} is ready`);
  expect(out).toMatch(/1 run, the oldest for \d+ s/);
});

const DAMAGE: readonly (readonly [what: string, damage: string, mend: string, codes: readonly string[]])[] = [
  [
    'a trigger is disabled',
    'ALTER TABLE lessons DISABLE TRIGGER sync_capture_update',
    'ALTER TABLE lessons ENABLE ALWAYS TRIGGER sync_capture_update',
    ['capture_incomplete'],
  ],
  [
    'row-level security is off',
    'ALTER TABLE courses DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE courses ENABLE ROW LEVEL SECURITY',
    ['rls_off'],
  ],
  [
    'it is not forced',
    'ALTER TABLE courses NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE courses FORCE ROW LEVEL SECURITY',
    ['rls_not_forced'],
  ],
  [
    'a leaf is vacuumed for its inserts',
    'ALTER TABLE sync.change_2 RESET (autovacuum_vacuum_insert_threshold)',
    'ALTER TABLE sync.change_2 SET (autovacuum_vacuum_insert_threshold = -1)',
    ['leaf_autovacuum'],
  ],
  [
    'a row is set aside',
    `INSERT INTO sync_failures (table_name, row_key, course_id, code) VALUES ('lessons', 'x', gen_random_uuid(), 'P0001')`,
    'DELETE FROM sync_failures',
    ['row_set_aside'],
  ],
  [
    'a migration has not run',
    `CREATE TABLE kept AS SELECT * FROM migration.applied; DELETE FROM migration.applied WHERE name = (SELECT max(name) FROM migration.applied)`,
    'DELETE FROM migration.applied; INSERT INTO migration.applied SELECT * FROM kept; DROP TABLE kept',
    ['schema_outdated', 'rls_off'],
  ],
];
test.each(DAMAGE)('DR1 it is found, with its code and a remedy, when %s', async (_what, damage, mend, codes) => {
  expect((await foundAfter(damage, mend)).toSorted()).toEqual(codes.toSorted());
  expect(await foundAfter('SELECT 1', 'SELECT 1')).toEqual([]);
});

test('DR1 faults end with code 1, also where the database is empty; --json is for programs', async () => {
  const empty = await scratchDatabase('doctor_empty');
  try {
    const { code, out } = await doctor(['--json'], { DATABASE_URL: empty.url });
    expect(code).toBe(1);
    const told = JSON.parse(out) as Told;
    expect(told.faults).toBeGreaterThan(2);
    expect(told.examinations.flatMap((one) => one.findings.map((finding) => finding.code))).toContain('schema_outdated');
  } finally {
    await empty.drop();
  }
});

test('DR2 what cannot be had in a test is judged all the same: standbys, settings, a stuck ring, an old heartbeat', () => {
  const good = {
    version: 18,
    standby: false,
    read_only: 'off',
    encoding: 'UTF8',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    autovacuum: 'on',
    isolation: 'read committed',
    replica: 'origin',
    most: 97,
    open: 20,
  };
  const codes = (change: object): string[] => findingsOf({ ...good, ...change }).map(({ code }) => code);
  expect(codes({})).toEqual([]);
  expect(codes({ version: 13, encoding: 'SQL_ASCII' })).toEqual(['version_too_old', 'encoding']);
  expect(codes({ standby: true, read_only: 'on' })).toEqual(['standby']);
  expect(codes({ read_only: 'on', autovacuum: 'off' })).toEqual(['read_only', 'autovacuum_off']);
  expect(codes({ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' })).toEqual([
    'fsync_off',
    'full_page_writes_off',
    'asynchronous_commit',
  ]);
  expect(codes({ replica: 'replica', isolation: 'serializable', open: 90 })).toEqual([
    'isolation',
    'replication_role',
    'connections_short',
  ]);
  const index = {
    incarnation: 'i',
    rows: 10,
    bytes: '1 MB',
    stuck: false,
    floor_age: 5,
    heartbeat_age: 2,
    servers: 1,
    newest_age: 1,
  };
  const ofIndex = (change: object): string[] => indexFindings({ ...index, ...change }).map(({ code }) => code);
  expect(ofIndex({})).toEqual([]);
  expect(ofIndex({ stuck: true, rows: 2e7, heartbeat_age: 60, incarnation: null })).toEqual([
    'no_incarnation',
    'rotation_stuck',
    'index_large',
    'heartbeat_old',
  ]);
  expect(ofIndex({ heartbeat_age: 9999, servers: 0, incarnation: null })).toEqual([]);
  const servers = [5, 31].map((seconds) => ({ id: String(seconds), seconds, running: 100 }));
  expect(serverFindings(servers, []).map(({ what }) => what)).toEqual(['Server 31 has not said that it runs for 31 s.']);
});
