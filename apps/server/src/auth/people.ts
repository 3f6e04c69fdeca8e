import pg from 'pg';
import type { ClientConfig } from 'pg';
import { Problem } from '@elira/protocol';
import { isGone, poolLimits } from '../database/app-pool.ts';
import { asRole } from '../database/connection.ts';
import { makeFindSession, type Session } from './find-session.ts';
import { ADDRESS_HEADER, LIBRARY_ORIGIN, signInLibrary } from './sign-in-library.ts';
import { libraryProblem } from './library-problem.ts';
import { readSessionToken, sessionCookieName } from './session-cookie.ts';
import { signedPool } from './signed-pool.ts';

/**
 * Who people are.
 *
 *   cookie ─▶ signature ─▶ sessions ⋈ users ─▶ Session          every request, nothing kept
 *   /api/auth/… ─▶ auth-routes ─▶ the sign-in library ─▶ users, sessions, accounts
 *
 * In: a Cookie header, or a checked call of the library. Out: a live session of somebody who is not banned, or a `Problem`. The
 * promise: only a cookie that was signed here and a row of `sessions` that is there at this moment make somebody signed in.
 */
export type People = {
  /** Undefined without a cookie. Throws `Problem` not_signed_in for a cookie that is not right (any more). */
  readonly sessionOf: (cookieHeader: string | undefined) => Promise<Session | undefined>;
  /** Lets the library do something. Throws `Problem`. */
  readonly call: (call: LibraryCall) => Promise<LibraryAnswer>;
  readonly close: () => Promise<void>;
};

export type LibraryCall = {
  /** After /api/auth, e.g. `/sign-in/email`. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly body?: unknown;
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
  readonly address: string;
  /** Id of the person whose doing it is, as the session says; for the audit. */
  readonly askedBy?: string | undefined;
};

export type LibraryAnswer = { readonly body: unknown; readonly cookies: readonly string[] };

/** Connections of one server for sign-in and for looking up sessions. */
const CONNECTIONS = 6;
/** Longest User-Agent that is kept with a session, in characters. */
const USER_AGENT_CHARACTERS = 400;

export function openPeople(
  connection: ClientConfig,
  { secret, production, silenceMs }: { readonly secret: string; readonly production: boolean; readonly silenceMs?: number },
): People {
  const pool = new pg.Pool({ ...asRole(connection, 'elira_auth'), ...poolLimits(silenceMs), max: CONNECTIONS });
  // An idle connection that breaks is replaced by the pool; of a lent one whoever has it is told.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const signed = signedPool(pool);
  const library = signInLibrary(signed, { secret, production });
  const cookieName = sessionCookieName(production);
  const findSession = makeFindSession(pool);
  return {
    sessionOf: async (header) => {
      const read = readSessionToken(header, cookieName, secret);
      if (read === undefined) return undefined;
      const session = read === 'forged' ? undefined : await findSession(read.token).catch(unavailable);
      if (session === undefined) throw new Problem('not_signed_in', 'This session is over. Sign in again.');
      return session;
    },
    call: async (call) => {
      // Refusals are answers of the library; what it throws is a failure of something under it.
      const answer = await signed.signedBy(call.askedBy, () => library(libraryRequest(call))).catch(unavailable);
      const body = parse(await answer.text());
      if (!answer.ok) throw libraryProblem(answer.status, body);
      return { body, cookies: answer.headers.getSetCookie() };
    },
    close: () => pool.end(),
  };
}

function libraryRequest({ path, method, body, cookie, userAgent, address }: LibraryCall): Request {
  const headers = new Headers({ origin: LIBRARY_ORIGIN, [ADDRESS_HEADER]: address });
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, USER_AGENT_CHARACTERS));
  if (body === undefined) return new Request(`${LIBRARY_ORIGIN}/api/auth${path}`, { method, headers });
  headers.set('content-type', 'application/json');
  return new Request(`${LIBRARY_ORIGIN}/api/auth${path}`, { method, headers, body: JSON.stringify(body) });
}

function parse(text: string): unknown {
  return text === '' ? null : (JSON.parse(text) as unknown);
}

function unavailable(error: unknown): never {
  throw isGone(error) ? new Problem('database_unavailable', undefined, { cause: error }) : error;
}
