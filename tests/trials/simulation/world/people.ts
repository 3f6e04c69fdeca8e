import type { IncomingMessage } from 'node:http';
import { Problem, scopeKey, type ScopeKey } from '@elira/protocol';
import type { Viewer } from '@elira/sync-server';
import type { History } from '../database/history.ts';
import { ModelTransaction } from '../database/model-transaction.ts';
import type { Row } from '../database/model-row.ts';

export const PEOPLE = ['ann', 'bob', 'cem', 'dia'] as const;
export type PersonName = (typeof PEOPLE)[number];
/** Has no row and no memberships: what is received rests on the application's word alone, and nothing is read before the stream begins. */
export const GUEST = 'eve';
export const TEAMS = ['t1', 't2', 't3'] as const;
export const BOARDS = ['b1', 'b2'] as const;
export const PERSON_HEADER = 'x-person';

/** What a person receives whatever rows open for them: the application's word, by their role. */
export function fixedScopes(person: string, role: string): ScopeKey[] {
  const own = [scopeKey('owner', 'private', person), scopeKey('me', 'owner', person), scopeKey('notes', 'public')];
  const more = role === 'watcher' ? BOARDS.map((board) => scopeKey('board', 'watch', board)) : [];
  return [...own, ...more, scopeKey('note', 'follow', 'n1'), scopeKey('note', 'follow', 'n2')];
}

/** The scopes of a person by these rows; undefined: there is no such person. */
export function openScopes(name: string, person: Row | undefined, members: Iterable<Row>): Set<ScopeKey> | undefined {
  if (name === GUEST) return new Set(fixedScopes(GUEST, 'watcher'));
  if (person === undefined) return undefined;
  const scopes = new Set(fixedScopes(name, String(person['role'])));
  for (const row of members)
    if (row['person'] === name && row['team'] !== null) scopes.add(scopeKey('team', 'member', String(row['team'])));
  return scopes;
}

/** What the application says of who asks: it looks at the person's row, as it is now. */
export function viewerOf(request: IncomingMessage, history: History): Viewer {
  const name = String(request.headers[PERSON_HEADER]);
  if (name === GUEST) return { scopes: fixedScopes(GUEST, 'watcher'), label: 'guest' };
  const person = new ModelTransaction(history).row('person', name);
  if (person === undefined) throw new Problem('not_signed_in');
  return {
    scopes: fixedScopes(name, String(person['role'])),
    user: name,
    restsOn: [{ table: 'person', key: name }],
    label: 'person',
  };
}
