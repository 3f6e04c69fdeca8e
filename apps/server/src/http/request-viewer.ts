import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@elira/protocol';
import type { Viewer } from '../viewer.ts';
import type { OperatorToken } from './operator-token.ts';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Who sent the request. Only the Authorization header counts; a token in an address would end up in logs and histories. Credentials
 * that are not right are refused, never taken for none. Throws `Problem` not_signed_in.
 */
export function requestViewer(headers: IncomingHttpHeaders, token: OperatorToken): Viewer {
  const { authorization } = headers;
  if (authorization === undefined) return { kind: 'anonymous' };
  const candidate = BEARER.exec(authorization)?.[1];
  if (candidate === undefined || !token.matches(candidate)) {
    throw new Problem(
      'not_signed_in',
      'The token is not right. Send it as: Authorization: Bearer <token>, or send none to see what is published.',
    );
  }
  return { kind: 'operator' };
}
