import { parsePosition, Problem, scopeKey, type Position, type ScopeKey } from '@elira/protocol';
import { grantQuery, type RuleSet } from '@elira/rules';
import type pg from 'pg';
import { rowId } from '../read/change-window.ts';
import { readTogether } from '../read/read-together.ts';
import { renderingCode } from '../read/render-rows.ts';
import type { Granted } from './granted.ts';

/** What rows open for a user, and the position at which that was read. */
export type Membership = { readonly granted: Granted; readonly position: Position; readonly incarnation: string | undefined };

/** Reads the memberships of one user. Whoever asks while a statement is under way is answered by the next one, together. */
export type Memberships = { readonly read: (user: string) => Promise<Membership> };

/** Users in one statement. */
const USERS_AT_ONCE = 1000;

type GrantRow = readonly [
  at: string | null,
  incarnation: string | null,
  user: string | null,
  tableId: string | null,
  key: string | null,
  scope: string | null,
  audience: string | null,
  parameter: string | null,
];

/** `scopesPerUser`: above it the user is refused with `too_many_scopes`. */
export function makeMemberships(options: {
  readonly pool: pg.Pool;
  readonly rules: RuleSet;
  readonly scopesPerUser: number;
  readonly onRead: () => void;
}): Memberships {
  const text = membershipStatement(options.rules);
  /** Whom nothing can be told of (an id that PostgreSQL does not take) fails alone: the others are asked for again, in halves. */
  async function readAll(users: readonly string[]): Promise<(user: string) => Membership> {
    options.onRead();
    try {
      const { rows } = await options.pool.query({ text, values: [users], rowMode: 'array' });
      const { head, users: found } = grantedByUser(rows as unknown as readonly GrantRow[]);
      return (user) => {
        const granted: Granted = found.get(user) ?? new Map();
        if (granted.size > options.scopesPerUser) throw new Problem('too_many_scopes');
        return { ...head, granted: copyOf(granted) };
      };
    } catch (cause) {
      if (renderingCode(cause) === undefined) throw new Problem('database_unavailable', undefined, { cause });
      if (users.length === 1) throw new Problem('internal', undefined, { cause });
      const [one, other] = [users.slice(0, users.length >> 1), users.slice(users.length >> 1)];
      const answers = await Promise.all([one, other].map((half) => readAll(half).catch(failing)));
      return (user) => (one.includes(user) ? answers[0] : answers[1])?.(user) as Membership;
    }
  }
  const read = readTogether<string, Membership>((users) => readAll([...new Set(users)]), {
    most: USERS_AT_ONCE,
    gather: true,
  });
  return { read };
}

function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function membershipStatement(rules: RuleSet): string {
  const head = 'SELECT pg_current_snapshot()::text, (SELECT i.id::text FROM sync.incarnation i)';
  const none = ', NULL::text'.repeat(6);
  const grants = grantQuery(rules);
  return grants === undefined
    ? `${head}${none} WHERE $1::text[] IS NOT NULL`
    : `${head}${none} UNION ALL SELECT NULL, NULL, g.* FROM (${grants}) g`;
}

function grantedByUser(rows: readonly GrantRow[]): { head: Omit<Membership, 'granted'>; users: Map<string, Granted> } {
  const users = new Map<string, Granted>();
  /** One text for all who hold a scope, however many. */
  const scopes = new Map<string, ScopeKey>();
  let head: Omit<Membership, 'granted'> | undefined;
  for (const [at, incarnation, user, tableId, key, scope, audience, parameter] of rows) {
    if (at !== null) {
      head = { position: parsePosition(at), incarnation: incarnation ?? undefined };
      continue;
    }
    const granted = users.get(user ?? '') ?? new Map<ScopeKey, Set<string>>();
    users.set(user ?? '', granted);
    const made = scopeKey(scope ?? '', audience ?? '', parameter ?? '');
    const opened = scopes.get(made) ?? made;
    scopes.set(opened, opened);
    granted.set(opened, (granted.get(opened) ?? new Set<string>()).add(rowId(Number(tableId), key ?? '')));
  }
  if (head === undefined) throw new Error('the membership statement returned no head');
  return { head, users };
}

function copyOf(granted: Granted): Granted {
  return new Map([...granted].map(([scope, rows]) => [scope, new Set(rows)]));
}
