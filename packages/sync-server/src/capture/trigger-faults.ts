import type pg from 'pg';
import type { TableCapture } from './capture-sql.ts';
import type { CaptureFault } from './capture-fault.ts';

type TriggerRow = {
  readonly ours: boolean;
  readonly name: string;
  readonly enabled: string;
  /** Before each row that is updated: may change what is written. */
  readonly rewrites: boolean;
  readonly function: string;
  readonly source: string;
  readonly definer: boolean;
  readonly pinned: boolean;
  readonly shape: string;
};

const MIGRATE = 'Apply what `elira sync:sql` prints.';

/** A trigger's type, whether it has a condition, its transition tables, its argument and its columns (`CaptureTrigger.shape`). */
const SHAPE = `concat_ws('|', t.tgtype, t.tgqual IS NOT NULL, coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, ''), encode(t.tgargs, 'escape'),
  coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])), ''))`;

/** Triggers that are missing, do not always fire, or do something else than the rules need. */
export async function triggerFaults(
  client: pg.ClientBase | pg.Pool,
  oid: string,
  expected: TableCapture,
): Promise<Omit<CaptureFault, 'table'>[]> {
  const { rows } = await client.query<TriggerRow>(
    `SELECT n.nspname = 'sync' AS ours, t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype & 19 = 19 AS rewrites, p.proname AS function,
       p.prosrc AS source, p.prosecdef AS definer, coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false) AS pinned, ${SHAPE} AS shape
     FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE t.tgrelid = $1::oid AND NOT t.tgisinternal ORDER BY t.tgname`,
    [oid],
  );
  const { schema, name: table, capture } = expected.table;
  const faults = expected.triggers.flatMap((trigger): Omit<CaptureFault, 'table'>[] => {
    const { name } = trigger;
    const row = rows.find((candidate) => candidate.ours && candidate.name === name);
    if (row === undefined) return [{ fault: `trigger ${name} is missing`, remedy: MIGRATE }];
    if (row.enabled !== 'A') {
      const remedy = `ALTER TABLE ${schema}.${table} ENABLE ALWAYS TRIGGER ${name};`;
      return [{ fault: `trigger ${name} is not enabled ALWAYS`, remedy }];
    }
    if (row.shape !== trigger.shape) return [{ fault: `trigger ${name} fires otherwise than the rules need`, remedy: MIGRATE }];
    const wanted = expected.functions.find((candidate) => candidate.name === trigger.function);
    const same = wanted === undefined || (row.source === wanted.body && row.definer === wanted.definer && row.pinned);
    if (row.function !== trigger.function || !same) {
      return [{ fault: `trigger ${name} runs another function than the rules need`, remedy: MIGRATE }];
    }
    return [];
  });
  if (capture === 'full') return faults;
  const rewriting = rows.filter((row) => !row.ours && row.rewrites && row.enabled !== 'D');
  return [
    ...faults,
    ...rewriting.map(({ name }) => ({
      fault: `trigger ${name} may change key or routing columns, which the cheap form does not look at`,
      remedy: 'Capture the table in the full form, or let the statements themselves write what the trigger writes.',
    })),
  ];
}
