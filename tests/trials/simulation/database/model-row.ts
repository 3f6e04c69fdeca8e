/** A value as PostgreSQL would hold it. Numbers stand for integer and bigint. */
export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** What the model knows of a table: what the rules and the capture triggers were made from. */
export type ModelTable = {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly routing: readonly string[];
  /** Further columns whose change is captured. */
  readonly synchronised: readonly string[];
  readonly others: readonly string[];
  readonly isCheap: boolean;
};

/** `column::text`. */
export function textOf(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** What a value is in `row_to_json`. */
export function jsonOf(value: Value | undefined): string {
  return JSON.stringify(value ?? null);
}

/** The routing tuple that capture writes. */
export function tupleOf(table: ModelTable, row: Row): (string | null)[] {
  return table.routing.map((column) => textOf(row[column]));
}
