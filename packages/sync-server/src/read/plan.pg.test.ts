import { LIMITS, type Position } from '@elira/protocol';
import { masksOf } from '@elira/rules';
import type { Cluster } from '@elira/testkit';
import pg from 'pg';
import { expect, test } from 'vitest';
import { one, positionNow, statements } from '../../fixture/history.ts';
import { MEMBER, NOTE, noteRules, PERSON, TICK } from '../../fixture/notes.ts';
import { onClusters } from '../../fixture/on-clusters.ts';
import { rowsStatement } from './read-statement.ts';
import { sessionConfig } from './session-config.ts';

type PlanNode = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
};
type Scan = { readonly type: string; readonly relation: string; readonly rows: number };

/** Tables that may grow without bound. */
const LARGE = /^(note|tick|change_[0-3])$/;
const CHANGED = 200;

function scansOf(node: PlanNode): Scan[] {
  const relation = node['Relation Name'];
  const perLoop = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const scan = relation === undefined ? [] : [{ type: node['Node Type'], relation, rows: perLoop * node['Actual Loops'] }];
  return [...scan, ...(node.Plans ?? []).flatMap(scansOf)];
}

/** A session with the settings of the engine's, and the statement prepared in it as the engine prepares it. */
async function prepared(cluster: Cluster, statement: string): Promise<(...values: string[]) => Promise<Scan[]>> {
  const client = new pg.Client(sessionConfig(cluster.connection, 'plan', undefined));
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`PREPARE read AS ${statement}`);
  return async (...values) => {
    const explain = `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE read (${values.map((value) => pg.escapeLiteral(value)).join(', ')})`;
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain);
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return scansOf(plan).filter(({ relation }) => LARGE.test(relation));
  };
}

function expectLookups(scans: readonly Scan[], atMost: number): void {
  expect(scans.length).toBeGreaterThan(2);
  expect(scans.filter(({ type }) => type === 'Seq Scan' || type === 'Parallel Seq Scan')).toEqual([]);
  for (const scan of scans) expect(scan.rows, `${scan.type} of ${scan.relation}`).toBeLessThanOrEqual(atMost);
}

const FILL = (rows: number): string => `
  ALTER TABLE note SET (autovacuum_enabled = off); ALTER TABLE tick SET (autovacuum_enabled = off);
  ${[0, 1, 2, 3].map((leaf) => `ALTER TABLE sync.change_${leaf} SET (autovacuum_enabled = off);`).join(' ')}
  ANALYZE note, tick, sync.change;
  ALTER TABLE note DISABLE TRIGGER ALL; ALTER TABLE tick DISABLE TRIGGER ALL;
  INSERT INTO note (id, owner, body) SELECT 'n' || g, 'o' || g % 1000, 'body' FROM generate_series(1, ${rows}) g;
  INSERT INTO tick (id, board) SELECT g, 'b' || g % 1000 FROM generate_series(1, ${rows}) g;
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key)
    SELECT (CASE WHEN g % 100 < 95 THEN 5 ELSE 5 + g % 100 END)::text::xid8, nextval('sync.change_seq'), g & 3, 2, 1, 'U', g FROM generate_series(1, ${rows}) g;
  ${['note', 'tick'].map((table) => `ALTER TABLE ${table} ENABLE TRIGGER ALL;`).join(' ')}
  DO $$ DECLARE t record; BEGIN FOR t IN SELECT tgrelid::regclass AS on_table, tgname FROM pg_trigger WHERE tgname LIKE 'sync%' AND NOT tgisinternal AND tgrelid IN ('note'::regclass, 'tick'::regclass)
    LOOP EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.on_table, t.tgname); END LOOP; END $$`;

/** What a session finds: statistics of an empty table, none, or true ones. */
const STATISTICS: readonly [state: string, sql: string][] = [
  ['were taken when the tables were empty', 'SELECT'],
  [
    'are absent',
    `DELETE FROM pg_statistic WHERE starelid IN ('note'::regclass, 'tick'::regclass) OR starelid::regclass::text LIKE 'sync.change%';
     UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relname IN ('note', 'tick') OR relname LIKE 'change%'`,
  ],
  ['are fresh', 'ANALYZE note, tick, sync.change'],
];

await onClusters(
  (cluster, version) => {
    // The planner weighs the same things at a tenth of the size.
    const rows = version === 18 ? 1_000_000 : 100_000;
    let filled: Promise<unknown> | undefined;

    test.each(STATISTICS)(
      `R2 the read statement scans no synchronised table of ${rows} rows when statistics %s`,
      { timeout: 120_000 },
      async (_state, statisticsSql) => {
        const client = await cluster().client();
        filled ??= client.query(FILL(rows));
        await filled;
        await client.query(statisticsSql);
        const read = await prepared(cluster(), statements.windowOf(new Set([NOTE, TICK, MEMBER, PERSON])).text);
        const readFew = await prepared(cluster(), statements.windowOf(new Set([NOTE, TICK])).text);
        const place = ({ xmax, xip }: Position): [string, string] => [xmax.toString(), `{${xip.join(',')}}`];

        const idle = await positionNow(client);
        for (const statement of [read, readFew]) expectLookups(await statement(...place(idle)), 0);
        await client.query(
          `UPDATE note SET version = version + 1 WHERE id IN (SELECT 'n' || g * 50 FROM generate_series(1, ${CHANGED / 2}) g)`,
        );
        await client.query(
          `UPDATE tick SET count = count + 1 WHERE id IN (SELECT g * 50 FROM generate_series(1, ${CHANGED / 2}) g)`,
        );
        for (const statement of [read, readFew]) expectLookups(await statement(...place(idle)), CHANGED);
        const late = Array.from({ length: 100 }, (_, n) => idle.xmax - 300n + BigInt(n));
        expectLookups(await read(...place({ ...idle, xip: [...late, idle.xmax - 1n] })), CHANGED * 2);

        const busy = await positionNow(client);
        await client.query(
          `UPDATE note SET version = version + 1 WHERE id IN (SELECT 'n' || g FROM generate_series(1, ${LIMITS.changesPerRead}) g)`,
        );
        expectLookups(await read(...place(busy)), LIMITS.changesPerRead);
        await client.query(`DELETE FROM sync.change WHERE xid >= $1::xid8`, [idle.xmax.toString()]);
      },
    );

    test('R2 nor do the statements that read rows by their keys', async () => {
      const keys = Array.from({ length: CHANGED }, (_, n) => n * 40);
      for (const [name, masks] of masksOf(noteRules)) {
        const read = await prepared(cluster(), rowsStatement(masks));
        const scans = await read(`{${keys.map((key) => (name === 'note' ? `n${key}` : key)).join(',')}}`);
        expect(scans.map(({ type }) => type)).not.toContain('Seq Scan');
        expect(Math.max(...scans.map((scan) => scan.rows))).toBeLessThanOrEqual(CHANGED);
      }
      expect(Number(await one(await cluster().client(), 'SELECT count(*) FROM note'))).toBe(rows);
    });
  },
  { settings: { allow_system_table_mods: 'on', max_wal_size: '4GB', synchronous_commit: 'off' } },
);
