import { canariesIn } from '@elira/testkit';
import type { Entry } from '../history.ts';
import { canonical } from './canonical.ts';
import type { ClientModel } from './client-model.ts';
import type { Finding } from './finding.ts';
import { rowName } from './timeline.ts';

type Barrier = Extract<Entry, { kind: 'barrier' }>;
export type Store = Barrier['stores'][number];
type Rows = ReadonlyMap<string, string>;

/** What the oracle selected at a barrier, against which stores are held: those written beside it, or each by itself. */
export class BarrierJudge {
  readonly #barrier: Barrier;
  readonly #expected = new Map<string, Map<string, string>>();
  /** Many clients may hold the same rows of a scope; they are compared once. */
  readonly #compared = new WeakMap<object, string[]>();

  constructor(barrier: Barrier) {
    this.#barrier = barrier;
    for (const { scope, tbl, key, body } of barrier.oracle) {
      const rows = this.#expected.get(scope) ?? new Map<string, string>();
      this.#expected.set(scope, rows.set(rowName(tbl, key), canonical(body)));
    }
  }

  /**
   * At rest (I1): each store equals what the oracle selects, every row, every column, both directions. A person's store holds the scopes
   * that rows open for them, and the rows that row-level security shows them, no more and no less.
   */
  take(store: Store, model: ClientModel | undefined, user: string | undefined): Finding[] {
    const barrier = this.#barrier;
    const details = [
      ...missingScopes(store, model),
      ...store.scopes.flatMap((scope) => this.#differences(scope)),
      ...(user === undefined ? [] : judgePerson(barrier, store, user, this.#expected.get(`holds:${user}`) ?? new Map())),
    ];
    return details.map((detail) => ({
      rule: 'I1',
      detail: `barrier ${barrier.number} (${barrier.name}): ${store.client} ${detail}`,
    }));
  }

  #differences(scope: Store['scopes'][number]): string[] {
    let found = this.#compared.get(scope.rows);
    if (found === undefined)
      this.#compared.set(scope.rows, (found = differences(scope, this.#expected.get(scope.scope) ?? new Map())));
    return found;
  }
}

function missingScopes({ scopes }: Store, model: ClientModel | undefined): string[] {
  return [...(model?.scopes.keys() ?? [])]
    .filter((scope) => !scopes.some((held) => held.scope === scope))
    .map((scope) => `does not hold ${scope}`);
}

function differences({ scope, rows }: Store['scopes'][number], wanted: Rows): string[] {
  const held = new Map(rows.map(({ tbl, key, body }) => [rowName(tbl, key), canonical(body)]));
  return [...new Set([...held.keys(), ...wanted.keys()])]
    .filter((name) => held.get(name) !== wanted.get(name))
    .map(
      (name) =>
        `in ${scope}: ${name}\n      store  ${held.get(name) ?? '(nothing)'}\n      SELECT ${wanted.get(name) ?? '(nothing)'}`,
    );
}

function judgePerson(entry: Barrier, { client, scopes }: Store, user: string, opening: Rows): string[] {
  const opened = [...opening.values()].map((body) => JSON.parse(body) as { person?: true; scopes: string[] });
  const owed = new Set(opened.some(({ person }) => person === true) ? opened.flatMap((row) => row.scopes) : []);
  const held = new Set(scopes.map(({ scope }) => scope));
  const wrong = [
    ...[...held].filter((scope) => !owed.has(scope)).map((scope) => `holds ${scope}, which no row opens`),
    ...[...owed].filter((scope) => !held.has(scope)).map((scope) => `does not hold ${scope}, which rows open`),
  ];
  const visible = entry.visible?.find((one) => one.client === client || one.client === user);
  if (visible === undefined)
    return held.size === 0 ? wrong : [...wrong, 'holds something, and nobody looked what they may see'];
  // Of somebody who is banned, who holds nothing, row-level security shows what everybody may see.
  if (owed.size === 0) return wrong;
  const stored = new Set(scopes.flatMap(({ rows }) => rows.map(({ tbl, key }) => rowName(tbl, key))));
  const shown = new Set(Object.entries(visible.keys).flatMap(([tbl, keys]) => keys.map((key) => rowName(tbl, key))));
  return [
    ...wrong,
    ...[...stored].filter((name) => !shown.has(name)).map((name) => `holds ${name}, which row-level security hides`),
    ...[...shown].filter((name) => !stored.has(name)).map((name) => `lacks ${name}, which row-level security shows`),
  ];
}

const CANARIES = new WeakMap<object, readonly string[]>();

/** The canaries in a store. Looked for once in rows that many stores hold. */
export function canariesOf({ scopes }: Store): Set<string> {
  return new Set(
    scopes.flatMap(({ rows }) => {
      let found = CANARIES.get(rows);
      if (found === undefined) CANARIES.set(rows, (found = rows.flatMap(({ body }) => canariesIn(JSON.stringify(body)))));
      return found;
    }),
  );
}
