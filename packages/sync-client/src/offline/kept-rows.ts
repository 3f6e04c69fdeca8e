import type { Row, ScopeKey } from '@elira/protocol';
import type { StoreDump } from '../store/store-dump.ts';
import type { KeptRow, RowsStep } from './offline-store.ts';

/** The rows that were kept as a store takes them. */
export function dumpOf(
  { cursor, epoch, scopes }: Pick<RowsStep, 'cursor' | 'epoch' | 'scopes'>,
  rows: readonly KeptRow[],
): StoreDump {
  const byScope = new Map<ScopeKey, Map<string, (readonly [string, Row])[]>>(scopes.map((scope) => [scope, new Map()]));
  for (const { scope, table, key, row } of rows) {
    const tables = byScope.get(scope);
    if (tables === undefined || row === undefined) throw new TypeError('a row of a scope that is not held was kept');
    const pairs = tables.get(table) ?? [];
    pairs.push([key, row]);
    tables.set(table, pairs);
  }
  return {
    ...(cursor === undefined ? {} : { cursor }),
    ...(epoch === undefined ? {} : { epoch }),
    scopes: [...byScope].map(([scope, tables]) => [scope, [...tables]] as const),
  };
}
