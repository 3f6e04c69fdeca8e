export { camelCase, maskSql, masksOf, quote, quoteTable, synchronisedColumns, type TableMasks } from './column-mask.ts';
export {
  columnName,
  defineRules,
  type ColumnRule,
  type ColumnType,
  type GrantRule,
  type RuleSet,
  type ScopeRule,
  type ScopeTableRule,
  type TableRule,
} from './rule-set.ts';
export { parseScopeKey, scopeQueries, type ScopeQuery } from './scope-query.ts';
export { grantQuery } from './grant-query.ts';
export {
  makeScopeRouter,
  type Grant,
  type RoutingTuple,
  type ScopeMembership,
  type ScopeRouter,
  type ShownRouting,
} from './scope-router.ts';
export {
  defineMutator,
  defineMutators,
  type AnyMutator,
  type MutatingUser,
  type Mutation,
  type MutationAnswer,
  type MutationContext,
  type Mutator,
  type Mutators,
  type MutatorTransaction,
  type OptimisticChange,
  type OptimisticView,
} from './mutator.ts';
