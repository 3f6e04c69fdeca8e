import { scopeKey, type ScopeKey } from '@elira/protocol';
import { camelCase, maskIndex, masksOf } from './column-mask.ts';
import { columnName, type GrantRule, type RuleSet, type TableRule } from './rule-set.ts';

/** Text forms of a row's routing columns, in the order of the table's `routing`; NULL is a value. */
export type RoutingTuple = readonly (string | null)[];

/** A scope a row is in, and which of its table's masks that scope's readers receive. */
export type ScopeMembership = { readonly scope: ScopeKey; readonly mask: number };

/** Of a routing tuple what a mask shows, as text under the names that rows have. */
export type ShownRouting = Readonly<Record<string, string | null>>;

/** A scope that a row opens for a user. */
export type Grant = { readonly user: string; readonly scope: ScopeKey };

export type ScopeRouter = {
  /** The scopes of a row of table `tableId` with this key and routing tuple. A NULL parameter means: in no such scope. */
  readonly scopesOf: (tableId: number, key: string, tuple: RoutingTuple) => ScopeMembership[];
  /** What readers of rows of the table under this mask may be told of where a row stood. */
  readonly shownRouting: (tableId: number, mask: number, tuple: RoutingTuple) => ShownRouting;
  /** Whether the table feeds the scope at all, whatever the row. */
  readonly feeds: (tableId: number, scope: ScopeKey) => boolean;
  readonly table: (tableId: number) => TableRule | undefined;
  /** What a row of table `tableId` opens, and for whom. */
  readonly grantsOf: (tableId: number, key: string, tuple: RoutingTuple) => Grant[];
  /** Whether rows of the table open scopes at all. */
  readonly opensScopes: (tableId: number) => boolean;
  /** Whether viewers may rest on rows of the table. */
  readonly isIdentity: (tableId: number) => boolean;
};

type Source = { readonly kind: 'key' } | { readonly kind: 'routing'; readonly index: number };
type Condition = { readonly source: Source; readonly equals: string };
type Entry = {
  readonly name: string;
  readonly audience: string;
  readonly mask: number;
  readonly by: Source | undefined;
  readonly when: readonly Condition[];
  /** The scope that was named last: rows that come together are mostly in the same, and one text is found sooner than two alike. */
  last: { readonly parameter: string | undefined; readonly found: ScopeMembership };
};

/** Compiles the rules into a function from rows to scopes. Pure. */
export function makeScopeRouter(rules: RuleSet): ScopeRouter {
  const tables = new Map(rules.tables.map((table) => [table.id, table]));
  const entries = new Map(rules.tables.map((table) => [table.id, compileEntries(rules, table)]));
  const grants = new Map(rules.tables.map((table) => [table.id, compileGrants(rules, table)]));
  const shown = new Map(rules.tables.map((table) => [table.id, compileShown(rules, table)]));
  const identities = new Set(rules.tables.filter(({ name }) => rules.identities?.includes(name)).map(({ id }) => id));

  return {
    table: (tableId) => tables.get(tableId),
    scopesOf(tableId, key, tuple) {
      const found: ScopeMembership[] = [];
      for (const entry of entries.get(tableId) ?? []) {
        if (!entry.when.every((condition) => valueOf(condition.source, key, tuple) === condition.equals)) continue;
        const parameter = entry.by === undefined ? undefined : valueOf(entry.by, key, tuple);
        if (parameter === null) continue;
        if (entry.last.parameter !== parameter) entry.last = membershipIn(entry, parameter);
        found.push(entry.last.found);
      }
      return found;
    },
    shownRouting(tableId, mask, tuple) {
      const columns = shown.get(tableId)?.[mask] ?? [];
      return Object.fromEntries(columns.map(({ name, index }) => [name, tuple[index] ?? null]));
    },
    grantsOf(tableId, key, tuple) {
      return (grants.get(tableId) ?? []).flatMap((grant) => {
        if (!grant.when.every((condition) => valueOf(condition.source, key, tuple) === condition.equals)) return [];
        const user = valueOf(grant.user, key, tuple);
        const parameter = valueOf(grant.by, key, tuple);
        return user === null || parameter === null ? [] : [{ user, scope: grant.scope(parameter) }];
      });
    },
    opensScopes: (tableId) => (grants.get(tableId) ?? []).length > 0,
    isIdentity: (tableId) => identities.has(tableId),
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
  return rules.scopes.flatMap((scope) =>
    scope.tables
      .filter((entry) => entry.table === table.name && masks !== undefined)
      .map((entry) => {
        const compiled = {
          name: scope.name,
          audience: scope.audience,
          mask: masks === undefined ? -1 : maskIndex(masks, entry),
          by: entry.by === undefined ? undefined : sourceOf(table, entry.by),
          when: conditionsOf(table, entry.when),
        };
        return { ...compiled, last: membershipIn(compiled, undefined) };
      }),
  );
}

function membershipIn({ name, audience, mask }: Omit<Entry, 'last'>, parameter: string | undefined): Entry['last'] {
  return { parameter, found: { scope: scopeKey(name, audience, parameter), mask } };
}

/** For each mask of the table, which of its routing columns it has. */
function compileShown(rules: RuleSet, table: TableRule): { readonly name: string; readonly index: number }[][] {
  const routing = Object.keys(table.routing);
  return (masksOf(rules).get(table.name)?.masks ?? []).map((mask) => {
    const columns = new Set(mask.map(columnName));
    return routing.flatMap((column, index) => (columns.has(column) ? [{ name: camelCase(column), index }] : []));
  });
}

type CompiledGrant = {
  readonly user: Source;
  readonly by: Source;
  readonly when: readonly Condition[];
  readonly scope: (parameter: string) => ScopeKey;
};

function compileGrants(rules: RuleSet, table: TableRule): CompiledGrant[] {
  return (rules.grants ?? [])
    .filter((grant) => grant.table === table.name)
    .map(({ user, by, when, scope, audience }: GrantRule) => ({
      user: sourceOf(table, user),
      by: sourceOf(table, by),
      when: conditionsOf(table, when),
      scope: (parameter) => scopeKey(scope, audience, parameter),
    }));
}

function sourceOf(table: TableRule, column: string): Source {
  if (column === table.key.column) return { kind: 'key' };
  return { kind: 'routing', index: Object.keys(table.routing).indexOf(column) };
}

function conditionsOf(table: TableRule, when: Readonly<Record<string, string>> = {}): Condition[] {
  return Object.entries(when).map(([column, equals]) => ({ source: sourceOf(table, column), equals }));
}

function valueOf(source: Source, key: string, tuple: RoutingTuple): string | null {
  return source.kind === 'key' ? key : (tuple[source.index] ?? null);
}
