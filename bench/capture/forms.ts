import { defineRules } from '@elira/rules';
import { captureSql } from '@elira/sync-server';

/** One way to capture updates of a table, and what it adds to the one before. */
export type Form = { readonly name: string; readonly adds: string; readonly sql: (table: string, tableId: number) => string };

const NEW_ROWS = 'REFERENCING NEW TABLE AS new_rows';
const OLD_TOO = 'REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows';

/** From nothing to the full form. `parts.sql` holds the functions named here. */
export const FORMS: readonly Form[] = [
  { name: 'bare', adds: 'the table without triggers', sql: () => '' },
  part('nothing', 'a trigger function that does nothing', ''),
  part('new_rows', 'new rows into a table without an index', NEW_ROWS),
  part('index', 'the index on xid', NEW_ROWS),
  part('ring', 'four leaves, chosen by bucket', NEW_ROWS),
  part('definer', 'SECURITY DEFINER', NEW_ROWS),
  engines('cheap', 'pinned search_path: the **cheap form** as printed'),
  part('seq', 'a sequence value', NEW_ROWS),
  part('joined', 'old and new rows joined', OLD_TOO),
  part('moves', 'D and I for a changed key, `was`, nothing for unchanged rows', OLD_TOO),
  engines('full', 'the nesting check: the **full form** as printed'),
];

/** A table of the bench's shape; rows 0 to `ROWS` - 1, see `rowKey`. */
export const ROWS = 16_000;

export function tableSql(table: string): string {
  return `
    CREATE TABLE ${table} (id uuid PRIMARY KEY, user_id uuid NOT NULL, course_id uuid NOT NULL, progress integer NOT NULL DEFAULT 0, note text)
      WITH (fillfactor = 50, autovacuum_enabled = off);
    INSERT INTO ${table} (id, user_id, course_id, note)
      SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid(), 'a note' FROM generate_series(0, ${ROWS - 1}) g;
    ANALYZE ${table};`;
}

/** Key of row number `row`. */
export function rowKey(row: number): string {
  return `00000000-0000-7000-8000-${row.toString(16).padStart(12, '0')}`;
}

function part(name: string, adds: string, referencing: string): Form {
  return {
    name,
    adds: `+ ${adds}`,
    sql: (table) =>
      `CREATE TRIGGER part AFTER UPDATE ON ${table} ${referencing} FOR EACH STATEMENT EXECUTE FUNCTION part_${name}()`,
  };
}

function engines(capture: 'cheap' | 'full', adds: string): Form {
  return {
    name: capture,
    adds: `+ ${adds}`,
    sql: (table, tableId) =>
      captureSql(
        defineRules({
          tables: [
            {
              id: tableId,
              schema: 'public',
              name: table,
              key: { column: 'id', type: 'uuid' },
              routing: { user_id: 'uuid', course_id: 'uuid' },
              capture,
            },
          ],
          scopes: [
            {
              name: 'mine',
              audience: 'learner',
              tables: [{ table, by: 'user_id', columns: ['course_id', 'progress', 'note'] }],
            },
          ],
        }),
      ),
  };
}
