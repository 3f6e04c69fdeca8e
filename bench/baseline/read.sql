-- $1: the snapshot of the read before. One row with this read's snapshot, then one per changed row: scope and JSON.
WITH changed AS MATERIALIZED (
  SELECT DISTINCT c.table_id, c.key FROM baseline_change c
  WHERE c.xid >= pg_snapshot_xmax($1::pg_snapshot) OR c.xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))
)
SELECT NULL AS scope, pg_current_snapshot()::text AS body
UNION ALL
SELECT 'mine:' || e.user_id, json_build_object('id', e.id, 'progress', e.progress, 'ts', e.ts)::text
FROM changed JOIN enrollment e ON changed.table_id = 1 AND e.id = changed.key
UNION ALL
SELECT 'courses', json_build_object('id', c.id, 'title', c.title, 'version', c.version, 'ts', c.ts)::text
FROM changed JOIN course c ON changed.table_id = 2 AND c.id = changed.key
