import { textOf, type Row } from '../database/model-row.ts';
import { ModelTransaction } from '../database/model-transaction.ts';

export type Statement = { readonly text: string; readonly values: readonly string[] };

/** A transaction of the model that says in SQL what it does, so that PostgreSQL can do the same. */
export class MirroredTransaction extends ModelTransaction {
  #statements: Statement[] = [{ text: 'BEGIN', values: [] }];

  /** What was done since this was last asked. */
  takeStatements(): Statement[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }

  override insert(table: string, rows: readonly Row[]): void {
    super.insert(table, rows);
    if (rows.length > 0)
      this.#say(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, JSON.stringify(rows));
  }

  override update(table: string, keys: readonly string[], change: (row: Row) => Row): void {
    const pairs: { readonly key: string | null; readonly row: Row }[] = [];
    super.update(table, keys, (before) => {
      const row = change(before);
      pairs.push({ key: textOf(before['id']), row });
      return row;
    });
    if (pairs.length === 0) return;
    const columns = Object.keys(pairs[0]?.row ?? {}).map((column) => [column, `v.${column}`] as const);
    const set = columns.map(([column, value]) => `${column} = ${value}`).join(', ');
    const changed = `SELECT x.key, (jsonb_populate_record(NULL::${table}, x.row)).* FROM jsonb_to_recordset($1) AS x (key text, row jsonb)`;
    this.#say(`UPDATE ${table} d SET ${set} FROM (${changed}) v WHERE d.id::text = v.key`, JSON.stringify(pairs));
  }

  override remove(table: string, keys: readonly string[]): void {
    super.remove(table, keys);
    this.#say(`DELETE FROM ${table} WHERE id::text IN (SELECT jsonb_array_elements_text($1))`, JSON.stringify(keys));
  }

  override truncate(table: string): void {
    super.truncate(table);
    this.#say(`TRUNCATE ${table}`);
  }

  override savepoint(name: string): void {
    super.savepoint(name);
    this.#say(`SAVEPOINT ${name}`);
  }

  override release(name: string): void {
    super.release(name);
    this.#say(`RELEASE SAVEPOINT ${name}`);
  }

  override rollbackTo(name: string): void {
    super.rollbackTo(name);
    // The model makes the savepoint anew; to PostgreSQL it never went.
    this.#statements.pop();
    this.#say(`ROLLBACK TO SAVEPOINT ${name}`);
  }

  override commit(at: number): void {
    super.commit(at);
    this.#say('COMMIT');
  }

  override rollback(): void {
    super.rollback();
    this.#say('ROLLBACK');
  }

  override prepare(gid: string): void {
    super.prepare(gid);
    this.#say(`PREPARE TRANSACTION '${gid}'`);
  }

  #say(text: string, ...values: string[]): void {
    this.#statements.push({ text, values });
  }
}
