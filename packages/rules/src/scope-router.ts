import { scopeKey, type ScopeKey } from '@elira/protocol';
import { maskIndex, masksOf } from './column-mask.ts';
import type { RuleSet, TableRule } from './rule-set.ts';

/** Text forms of a row's routing columns, in the order of the table's `routing`; NULL is a value. */
export type RoutingTuple = readonly (string | null)[];

/** A scope a row is in, and which of its table's masks that scope's readers receive. */
export type ScopeMembership = { readonly scope: ScopeKey; readonly mask: number };

export type ScopeRouter = {
  /** The scopes of a row of table `tableId` with this key and routing tuple. A NULL parameter means: in no such scope. */
  readonly scopesOf: (tableId: number, key: string, tuple: RoutingTuple) => ScopeMembership[];
  /** Whether the table feeds the scope at all, whatever the row. */
  readonly feeds: (tableId: number, scope: ScopeKey) => boolean;
  readonly table: (tableId: number) => TableRule | undefined;
};

type Source = { readonly kind: 'key' } | { readonly kind: 'routing'; readonly index: number };
type Condition = { readonly source: Source; readonly equals: string };
type Entry = {
  readonly name: string;
  readonly audience: string;
  readonly mask: number;
  readonly by: Source | undefined;
  readonly when: readonly Condition[];
};

/** Compiles the rules into a function from rows to scopes. Pure. */
export function makeScopeRouter(rules: RuleSet): ScopeRouter {
  const tables = new Map(rules.tables.map((table) => [table.id, table]));
  const entries = new Map(rules.tables.map((table) => [table.id, compileEntries(rules, table)]));

  return {
    table: (tableId) => tables.get(tableId),
    scopesOf(tableId, key, tuple) {
      const found: ScopeMembership[] = [];
      for (const entry of entries.get(tableId) ?? []) {
        if (!entry.when.every((condition) => valueOf(condition.source, key, tuple) === condition.equals)) continue;
        if (entry.by === undefined) {
          found.push({ scope: scopeKey(entry.name, entry.audience), mask: entry.mask });
          continue;
        }
        const parameter = valueOf(entry.by, key, tuple);
        if (parameter !== null) found.push({ scope: scopeKey(entry.name, entry.audience, parameter), mask: entry.mask });
      }
      return found;
    },
    feeds(tableId, scope) {
      return (entries.get(tableId) ?? []).some((entry) => {
        const suffix = `/${entry.audience}`;
        if (entry.by === undefined) return scope === `${entry.name}${suffix}`;
        return scope.startsWith(`${entry.name}:`) && scope.endsWith(suffix);
      });
    },
  };
}

function compileEntries(rules: RuleSet, table: TableRule): Entry[] {
  const masks = masksOf(rules).get(table.name);
  const sourceOf = (column: string): Source =>
    column === table.key.column ? { kind: 'key' } : { kind: 'routing', index: Object.keys(table.routing).indexOf(column) };
  return rules.scopes.flatMap((scope) =>
    scope.tables
      .filter((entry) => entry.table === table.name && masks !== undefined)
      .map((entry) => ({
        name: scope.name,
        audience: scope.audience,
        mask: masks === undefined ? -1 : maskIndex(masks, entry),
        by: entry.by === undefined ? undefined : sourceOf(entry.by),
        when: Object.entries(entry.when ?? {}).map(([column, equals]) => ({ source: sourceOf(column), equals })),
      })),
  );
}

function valueOf(source: Source, key: string, tuple: RoutingTuple): string | null {
  return source.kind === 'key' ? key : (tuple[source.index] ?? null);
}
