import { readFileSync } from 'node:fs';
import { quote, quoteTable, synchronisedColumns, type RuleSet, type TableRule } from '@elira/rules';

/**
 * capture, as SQL. In: the rules. Out: the migration that makes PostgreSQL write one narrow row per changed row, in the same
 * transaction. Promise: a row and its change row become visible together (SPEC A2), and capture never fails a user's write.
 *
 * Triggers are migrations: `elira sync:sql` prints this text, a person reviews it, the server only compares (verify-capture.ts).
 */
export type CaptureFunction = { readonly name: string; readonly body: string; readonly definer: boolean };
export type CaptureTrigger = {
  readonly name: string;
  readonly function: string;
  readonly ddl: string;
  /** When it fires and what it is given, as the catalogue has it (`trigger-faults.ts` says how). */
  readonly shape: string;
};

/** pg_trigger.tgtype of what the DDL says. */
const ROW = 1;
const BEFORE = 2;
const FIRES = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 } as const;
export type TableCapture = {
  readonly table: TableRule;
  readonly functions: readonly CaptureFunction[];
  readonly triggers: readonly CaptureTrigger[];
};

/** Default exponent of the ring: a leaf holds the changes of 2^20 transaction ids. */
export const BUCKET_SHIFT = 20;

const HOLD_TRIGGER = 'sync_hold_routing';

/** The change index and its functions, for the first migration. */
export function syncSchemaSql(): string {
  return readFileSync(new URL('../../sql/sync-schema.sql', import.meta.url), 'utf8');
}

/** Functions and triggers of every table of the rules, as one migration; replaces what an earlier one made. */
export function captureSql(rules: RuleSet, options: { readonly bucketShift?: number } = {}): string {
  return rules.tables.map((table) => tableSql(captureOf(rules, table, options.bucketShift ?? BUCKET_SHIFT))).join('\n');
}

/** What one table must have. `verify-capture.ts` compares the catalogue with it. */
export function captureOf(rules: RuleSet, table: TableRule, bucketShift: number = BUCKET_SHIFT): TableCapture {
  const prefix = `capture_${table.name}`.slice(0, 48);
  const insert = { name: `${prefix}_insert`, body: insertBody(table, bucketShift), definer: true };
  const update = {
    name: `${prefix}_update`,
    body: table.capture === 'cheap' ? cheapUpdateBody(table, bucketShift) : fullUpdateBody(rules, table, bucketShift),
    definer: true,
  };
  const remove = { name: `${prefix}_delete`, body: deleteBody(table, bucketShift), definer: true };
  const on = quoteTable(table);
  const statement = (event: string, referencing: string, name: string): string =>
    `AFTER ${event} ON ${on}${referencing} FOR EACH STATEMENT EXECUTE FUNCTION sync.${quote(name)}()`;
  const oldToo = table.capture === 'cheap' ? '' : ' OLD TABLE AS old_rows';
  const triggers: CaptureTrigger[] = [
    {
      name: 'sync_capture_insert',
      function: insert.name,
      ddl: statement('INSERT', ' REFERENCING NEW TABLE AS new_rows', insert.name),
      shape: triggerShape({ type: FIRES.INSERT, newTable: 'new_rows' }),
    },
    {
      name: 'sync_capture_update',
      function: update.name,
      ddl: statement('UPDATE', ` REFERENCING NEW TABLE AS new_rows${oldToo}`, update.name),
      shape: triggerShape({
        type: FIRES.UPDATE,
        newTable: 'new_rows',
        ...(table.capture === 'cheap' ? {} : { oldTable: 'old_rows' }),
      }),
    },
    {
      name: 'sync_capture_delete',
      function: remove.name,
      ddl: statement('DELETE', ' REFERENCING OLD TABLE AS old_rows', remove.name),
      shape: triggerShape({ type: FIRES.DELETE, oldTable: 'old_rows' }),
    },
    {
      name: 'sync_capture_truncate',
      function: 'capture_truncate',
      ddl: `AFTER TRUNCATE ON ${on} FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_truncate('${table.id}')`,
      shape: triggerShape({ type: FIRES.TRUNCATE, argument: `${table.id}\\000` }),
    },
  ];
  if (table.capture === 'cheap') triggers.push(holdTrigger(table));
  return { table, functions: [insert, update, remove], triggers };
}

function tableSql({ table, functions, triggers }: TableCapture): string {
  const on = quoteTable(table);
  return [
    `-- ${table.schema}.${table.name}: number ${table.id} in the change index, ${table.capture} form.`,
    `INSERT INTO sync.captured_table (table_id, relation) VALUES (${table.id}, '${on}') ON CONFLICT (table_id) DO UPDATE SET relation = excluded.relation;`,
    ...functions.map(
      ({ name, body, definer }) =>
        `CREATE OR REPLACE FUNCTION sync.${quote(name)}() RETURNS trigger LANGUAGE plpgsql${definer ? ' SECURITY DEFINER' : ''} ` +
        `SET search_path = pg_catalog, pg_temp AS $capture$${body}$capture$;\n` +
        `REVOKE ALL ON FUNCTION sync.${quote(name)}() FROM PUBLIC;`,
    ),
    ...triggers.map(
      ({ name, ddl }) =>
        `DROP TRIGGER IF EXISTS ${quote(name)} ON ${on};\nCREATE TRIGGER ${quote(name)} ${ddl};\nALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${quote(name)};`,
    ),
    ...(table.capture === 'cheap' ? [] : [`DROP TRIGGER IF EXISTS ${quote(HOLD_TRIGGER)} ON ${on};`]),
    `SELECT sync.touch('${on}');`,
    '',
  ].join('\n');
}

function insertBody(table: TableRule, shift: number): string {
  return body(
    table,
    `INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT ${columns(table, shift)}, 'I', n.${key(table)}::text, NULL FROM new_rows n;`,
  );
}

function deleteBody(table: TableRule, shift: number): string {
  return body(
    table,
    `INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT ${columns(table, shift)}, 'D', o.${key(table)}::text, ${routingTuple(table, 'o')} FROM old_rows o;`,
  );
}

function cheapUpdateBody(table: TableRule, shift: number): string {
  return `
BEGIN
  INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT ${columns(table, shift, 'NULL')}, 'U', n.${key(table)}::text, NULL FROM new_rows n;
  RETURN NULL;
END `;
}

function fullUpdateBody(rules: RuleSet, table: TableRule, shift: number): string {
  const routing = Object.keys(table.routing);
  const moved = routing.length === 0 ? '' : ` WHEN ${differs(routing, 'n', 'o')} THEN ${routingTuple(table, 'o')}`;
  const all = synchronisedColumns(rules, table);
  const changed = all.length === 0 ? '' : ` OR ${differs(all, 'n', 'o')}`;
  const id = key(table);
  return body(
    table,
    `INSERT INTO sync.change (xid, seq, bucket, table_id, depth, op, key, was)
  SELECT ${columns(table, shift)},
    CASE WHEN o.${id} IS NULL THEN 'I' WHEN n.${id} IS NULL THEN 'D' ELSE 'U' END::"char",
    coalesce(n.${id}, o.${id})::text,
    CASE WHEN o.${id} IS NULL THEN NULL WHEN n.${id} IS NULL THEN ${routingTuple(table, 'o')}${moved} END
  FROM new_rows n FULL JOIN old_rows o ON o.${id} = n.${id}
  WHERE n.${id} IS NULL OR o.${id} IS NULL${changed};`,
  );
}

function body(table: TableRule, insert: string): string {
  return `
BEGIN
  ${insert}
  IF pg_trigger_depth() > 1 OR current_setting('sync.nested', true) <> '' THEN
    PERFORM sync.nesting(${table.id}::smallint);
  END IF;
  RETURN NULL;
END `;
}

/**
 * Whether any of the columns is stored differently. Not IS DISTINCT FROM: to that, 1.0 and 1.00, '1 day' and '24 hours' or two words
 * under a case-insensitive collation are the same, though clients read them differently; and some types have no equality at all.
 */
function differs(names: readonly string[], one: string, other: string): string {
  const row = (alias: string): string => `ROW(${names.map((name) => `${alias}.${quote(name)}`).join(', ')})`;
  return `pg_catalog.record_image_ne(${row(one)}, ${row(other)})`;
}

function columns(table: TableRule, shift: number, seq = `nextval('sync.change_seq')`): string {
  return `pg_current_xact_id(), ${seq}, ((pg_current_xact_id()::text::bigint >> ${shift}) & 3)::smallint, ${table.id}, pg_trigger_depth()`;
}

function routingTuple(table: TableRule, alias: string): string {
  const values = Object.keys(table.routing).map((name) => `${alias}.${quote(name)}::text`);
  return `ARRAY[${values.join(', ')}]::text[]`;
}

function key(table: TableRule): string {
  return quote(table.key.column);
}

function holdTrigger(table: TableRule): CaptureTrigger {
  const held = [table.key.column, ...Object.keys(table.routing)];
  const differ = differs(held, 'OLD', 'NEW');
  return {
    name: HOLD_TRIGGER,
    function: 'hold_routing',
    ddl: `BEFORE UPDATE OF ${held.map(quote).join(', ')} ON ${quoteTable(table)} FOR EACH ROW WHEN (${differ}) EXECUTE FUNCTION sync.hold_routing()`,
    shape: triggerShape({ type: ROW | BEFORE | FIRES.UPDATE, when: true, columns: held }),
  };
}

function triggerShape(of: {
  readonly type: number;
  readonly when?: boolean;
  readonly oldTable?: string;
  readonly newTable?: string;
  readonly argument?: string;
  readonly columns?: readonly string[];
}): string {
  const { type, when = false, oldTable = '', newTable = '', argument = '', columns = [] } = of;
  return [type, when ? 't' : 'f', oldTable, newTable, argument, columns.toSorted().join(',')].join('|');
}
