import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@elira/protocol';
import type { Session } from '../auth/find-session.ts';
import type { People } from '../auth/people.ts';
import type { Viewer } from '../viewer.ts';
import type { OperatorToken } from './operator-token.ts';

const BEARER = /^Bearer +(\S+) *$/i;

/** Who sent a request, and the session that says so. */
export type Asker = { readonly viewer: Viewer; readonly session?: Session };

/** Finds out who sends requests: the operator's token, else the session's cookie, else nobody in particular. */
export type WhoAsks = (headers: IncomingHttpHeaders) => Promise<Asker>;

/**
 * Only these two headers count; a token in an address would end up in logs and histories. Credentials that are not right (any more) are
 * refused, never taken for none. Throws `Problem` not_signed_in.
 */
export function makeWhoAsks(token: OperatorToken, people: Pick<People, 'sessionOf'>): WhoAsks {
  return async (headers) => {
    if (isOperator(headers, token)) return { viewer: { kind: 'operator' } };
    const session = await people.sessionOf(headers.cookie);
    if (session === undefined) return { viewer: { kind: 'anonymous' } };
    const { id, role } = session.user;
    return { viewer: { kind: 'user', id, sessionId: session.id, role }, session };
  };
}

/** Throws `Problem` not_signed_in for a token that is not right. */
export function isOperator({ authorization }: IncomingHttpHeaders, token: OperatorToken): boolean {
  if (authorization === undefined) return false;
  const candidate = BEARER.exec(authorization)?.[1];
  if (candidate === undefined || !token.matches(candidate)) {
    throw new Problem(
      'not_signed_in',
      'The token is not right. Send it as: Authorization: Bearer <token>, or send none to see what is published.',
    );
  }
  return true;
}
