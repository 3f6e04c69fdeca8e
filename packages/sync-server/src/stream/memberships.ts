import { parsePosition, Problem, scopeKey, type Position, type ScopeKey } from '@elira/protocol';
import { grantQuery, type RuleSet } from '@elira/rules';
import type pg from 'pg';
import { rowId } from '../read/change-window.ts';
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
type Waiting = { readonly resolve: (membership: Membership) => void; readonly reject: (error: unknown) => void };

/** `scopesPerUser`: above it the user is refused with `too_many_scopes`. */
export function makeMemberships(options: {
  readonly pool: pg.Pool;
  readonly rules: RuleSet;
  readonly scopesPerUser: number;
  readonly onRead: () => void;
}): Memberships {
  const text = membershipStatement(options.rules);
  let waiting = new Map<string, Waiting[]>();
  let busy = false;

  async function readTogether(group: ReadonlyMap<string, readonly Waiting[]>): Promise<void> {
    const waiters = [...group.values()].flat();
    try {
      options.onRead();
      const { rows } = await options.pool.query({ text, values: [[...group.keys()]], rowMode: 'array' });
      const { head, users } = grantedByUser(rows as unknown as readonly GrantRow[]);
      for (const [user, ofUser] of group) {
        const granted: Granted = users.get(user) ?? new Map();
        const tooMany = granted.size > options.scopesPerUser;
        for (const { resolve, reject } of ofUser) {
          if (tooMany) reject(new Problem('too_many_scopes'));
          else resolve({ ...head, granted: copyOf(granted) });
        }
      }
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('database_unavailable', undefined, { cause: error });
      waiters.forEach(({ reject }) => reject(problem));
    }
  }

  async function drain(): Promise<void> {
    busy = true;
    while (waiting.size > 0) {
      const users = [...waiting].slice(0, USERS_AT_ONCE);
      waiting = new Map([...waiting].slice(USERS_AT_ONCE));
      await readTogether(new Map(users));
    }
    busy = false;
  }

  return {
    read: (user) =>
      new Promise((resolve, reject) => {
        const others = waiting.get(user);
        if (others === undefined) waiting.set(user, [{ resolve, reject }]);
        else others.push({ resolve, reject });
        if (!busy) void drain();
      }),
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
  let head: Omit<Membership, 'granted'> | undefined;
  for (const [at, incarnation, user, tableId, key, scope, audience, parameter] of rows) {
    if (at !== null) {
      head = { position: parsePosition(at), incarnation: incarnation ?? undefined };
      continue;
    }
    const granted = users.get(user ?? '') ?? new Map<ScopeKey, Set<string>>();
    users.set(user ?? '', granted);
    const opened = scopeKey(scope ?? '', audience ?? '', parameter ?? '');
    granted.set(opened, (granted.get(opened) ?? new Set<string>()).add(rowId(Number(tableId), key ?? '')));
  }
  if (head === undefined) throw new Error('the membership statement returned no head');
  return { head, users };
}

function copyOf(granted: Granted): Granted {
  return new Map([...granted].map(([scope, rows]) => [scope, new Set(rows)]));
}
