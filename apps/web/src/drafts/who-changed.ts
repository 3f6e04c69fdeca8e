import type { VersionedRow } from './draft-fields.ts';

/** By field: the id of whoever was the last to change it, as far as this page has seen it happen. */
export type Changers = Readonly<Record<string, string>>;

/** What is known after the row `before` has become `after`. Pure. */
export function whoChanged(changers: Changers, before: VersionedRow, after: VersionedRow, fields: readonly string[]): Changers {
  const by = after['modifiedBy'];
  const changed = fields.filter((field) => before[field] !== after[field]);
  return typeof by === 'string' ? { ...changers, ...Object.fromEntries(changed.map((field) => [field, by])) } : changers;
}
