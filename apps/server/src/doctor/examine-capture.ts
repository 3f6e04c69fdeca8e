import type pg from 'pg';
import { verifyCapture } from '@elira/sync-server';
import { rules } from '../rules.ts';
import { fault, warning, type Examination, type Finding } from './finding.ts';

/** Triggers, columns and tables against the rules. */
export async function examineCapture(owner: pg.ClientBase): Promise<Examination> {
  const faults = await verifyCapture(owner, rules);
  return {
    name: 'capture',
    seen: `${rules.tables.length} tables`,
    findings: faults.map(({ table, fault: what, remedy }) => fault('capture_incomplete', `${table}: ${what}.`, remedy)),
  };
}

/** Seconds that a floor may stay where it is while the ring has to turn, and without a heartbeat while servers run. */
const HEARTBEAT_SECONDS = 15;
/** Change rows above which the index is larger than it ever should be. */
const MOST_ROWS = 10_000_000;

type Index = {
  readonly incarnation: string | null;
  readonly rows: number;
  readonly bytes: string;
  readonly stuck: boolean;
  readonly floor_age: number;
  readonly heartbeat_age: number;
  readonly servers: number;
  readonly newest_age: number | null;
};
type Leaf = { readonly name: string; readonly enabled: boolean; readonly inserts: boolean };

/** The change index: the ring and its floor, the settings of its leaves, its incarnation and its heartbeat. */
export async function examineIndex(owner: pg.ClientBase): Promise<Examination> {
  const { rows } = await owner.query<Index>(`
    SELECT sync.current_incarnation()::text AS incarnation,
      (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'sync.change'::regclass) AS rows,
      (SELECT pg_size_pretty(coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)) FROM pg_inherits i WHERE i.inhparent = 'sync.change'::regclass) AS bytes,
      EXISTS (SELECT FROM sync.change c, (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint >> s.bucket_shift AS generation) g
        WHERE c.bucket = g.generation & 3 AND c.xid < (g.generation << s.bucket_shift)::text::xid8) AS stuck,
      extract(epoch FROM clock_timestamp() - s.floor_raised_at)::float8 AS floor_age,
      (SELECT extract(epoch FROM clock_timestamp() - h.at)::float8 FROM sync.heartbeat h) AS heartbeat_age,
      (SELECT count(*)::int FROM sync_servers v WHERE v.seen_at > now() - interval '30 seconds') AS servers,
      (SELECT extract(epoch FROM now() - max(v.seen_at))::float8 FROM sync_servers v) AS newest_age
    FROM sync.state s`);
  const leaves = await owner.query<Leaf>(`
    SELECT c.oid::regclass::text AS name, NOT coalesce('autovacuum_enabled=false' = ANY (c.reloptions), false) AS enabled,
      NOT coalesce('autovacuum_vacuum_insert_threshold=-1' = ANY (c.reloptions), false) AS inserts
    FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'sync.change'::regclass ORDER BY c.relname`);
  const [index] = rows;
  return {
    name: 'change index',
    seen:
      index === undefined
        ? 'nothing'
        : `about ${Math.round(index.rows)} rows, ${index.bytes}; ${index.servers} servers run, heartbeat ${Math.round(index.heartbeat_age)} s ago`,
    findings: [...(index === undefined ? [] : indexFindings(index)), ...leafFindings(leaves.rows)],
  };
}

/** Pure. */
export function indexFindings(index: Index): Finding[] {
  const found: Finding[] = [];
  if (index.incarnation === null && index.servers > 0)
    found.push(
      fault(
        'no_incarnation',
        'The database has no epoch, though servers run: since it crashed, was promoted or restored, none has reached it.',
        'Look at the logs of the servers; they make one when they connect.',
      ),
    );
  if (index.stuck)
    found.push(
      fault(
        'rotation_stuck',
        `The change index has come round to rows that may not go yet; its floor was raised ${Math.round(index.floor_age)} s ago.`,
        'End the transaction that has been open for long (below), and see that a server runs: it turns the ring every 30 s.',
      ),
    );
  if (index.rows > MOST_ROWS)
    found.push(
      warning(
        'index_large',
        `The change index holds about ${Math.round(index.rows)} rows.`,
        'It is thinned while servers run and no old transaction holds it. Look for one below.',
      ),
    );
  if (index.servers > 0 && index.heartbeat_age > HEARTBEAT_SECONDS)
    found.push(
      fault(
        'heartbeat_old',
        `Servers run, but the last heartbeat was written ${Math.round(index.heartbeat_age)} s ago.`,
        'Look at their logs for why it cannot be written: locks on sync.heartbeat, a full disk, a database that may only be read.',
      ),
    );
  return found;
}

/** Pure. */
export function leafFindings(leaves: readonly Leaf[]): Finding[] {
  const found = leaves.flatMap(({ name, enabled, inserts }) => [
    ...(enabled
      ? []
      : [warning('leaf_autovacuum_off', `autovacuum of ${name} is off.`, `ALTER TABLE ${name} RESET (autovacuum_enabled);`)]),
    ...(inserts
      ? [
          warning(
            'leaf_autovacuum',
            `autovacuum visits ${name} for its inserts, though it is emptied as a whole.`,
            `ALTER TABLE ${name} SET (autovacuum_vacuum_insert_threshold = -1);`,
          ),
        ]
      : []),
  ]);
  return leaves.length === 4
    ? found
    : [
        ...found,
        fault(
          'leaves_missing',
          `The change index has ${leaves.length} leaves of 4.`,
          'Restore the database, or make the missing ones as sql/0001_sync_schema.sql does.',
        ),
      ];
}
