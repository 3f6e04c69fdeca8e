import type { Row, ScopeKey } from '@elira/protocol';
import { freezeValue } from '../ingest/freeze-value.ts';
import type { ScopeRows, StagedScope } from './stage-batch.ts';

/** A store as JSON: where it stands, and each scope's rows by table. Rows and cursor belong together. */
export type StoreDump = {
  readonly cursor?: string;
  readonly epoch?: string;
  readonly scopes?: readonly (readonly [
    ScopeKey,
    readonly (readonly [table: string, readonly (readonly [key: string, row: Row])[]])[],
  ])[];
};

export function writeDump(
  cursor: string | undefined,
  epoch: string | undefined,
  scopes: ReadonlyMap<ScopeKey, ScopeRows>,
): StoreDump {
  return {
    ...(cursor === undefined ? {} : { cursor }),
    ...(epoch === undefined ? {} : { epoch }),
    scopes: [...scopes].map(
      ([scope, tables]) => [scope, [...tables].map(([table, rows]) => [table, [...rows]] as const)] as const,
    ),
  };
}

/** What a dump puts into an empty store. */
export function readDump({ scopes = [] }: StoreDump): Map<ScopeKey, StagedScope> {
  const staged = new Map<ScopeKey, StagedScope>();
  for (const [scope, tables] of scopes) {
    for (const [, rows] of tables) for (const [, row] of rows) freezeValue(row);
    staged.set(scope, { replace: true, tables: new Map(tables.map(([table, rows]) => [table, new Map(rows)])) });
  }
  return staged;
}
