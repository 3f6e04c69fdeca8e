import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { described, type ApiDescription } from '../http/api-description.ts';
import { readAs } from '../http/read-request.ts';
import type { Asker, WhoAsks } from '../http/request-viewer.ts';
import { AUTH_CALLS, type AuthCall } from './auth-calls.ts';
import type { LibraryCall, People } from './people.ts';

/** `/api/auth/…`: signing in, up and out, and what administrators do with accounts. Each call is checked here, then made. */
export function registerAuthRoutes(
  app: FastifyInstance,
  { people, whoAsks, onWrite }: { readonly people: People; readonly whoAsks: WhoAsks; readonly onWrite: () => void },
): void {
  for (const call of AUTH_CALLS) {
    app.route({
      method: call.method,
      url: `/api/auth${call.path}`,
      ...described(descriptionOf(call)),
      handler: async (request, reply) => {
        const asker = await admit(call, request, whoAsks);
        if (call.path === '/get-session' && !(await isSignedIn(request, whoAsks))) return null;
        const body = call.body === undefined ? undefined : (readAs(call.body, request.body) ?? {});
        refuseOwnRole(call, body, asker);
        const made = callOf(request, { method: call.method, path: call.path, body });
        const answer = await people.call({ ...made, askedBy: asker?.session?.user.id });
        if (call.method !== 'GET') onWrite();
        for (const cookie of answer.cookies) void reply.header('set-cookie', cookie);
        return withoutToken(answer.body);
      },
    });
  }
}

/** A call of the library on behalf of who sent the request. */
export function callOf(request: FastifyRequest, what: Pick<LibraryCall, 'method' | 'path' | 'body'>): LibraryCall {
  const { cookie, 'user-agent': userAgent } = request.headers;
  return { ...what, cookie, userAgent, address: request.ip };
}

async function admit(call: AuthCall, request: FastifyRequest, whoAsks: WhoAsks): Promise<Asker | undefined> {
  if (call.for === 'anyone') return undefined;
  const asker = await whoAsks(request.headers);
  if (asker.session === undefined) throw new Problem('not_signed_in');
  if (call.for === 'admin' && asker.session.user.role !== 'admin') throw new Problem('forbidden');
  return asker;
}

/** The library would answer for a banned person as well. */
async function isSignedIn(request: FastifyRequest, whoAsks: WhoAsks): Promise<boolean> {
  return await whoAsks(request.headers).then(
    ({ session }) => session !== undefined,
    (error: unknown) => {
      if (error instanceof Problem && error.code === 'not_signed_in') return false;
      throw error;
    },
  );
}

/** So that there is always an administrator: the last one cannot give it away by mistake. */
function refuseOwnRole(call: AuthCall, body: unknown, asker: Asker | undefined): void {
  if (call.path !== '/admin/set-role' || typeof body !== 'object' || body === null || !('userId' in body)) return;
  if (body.userId === asker?.session?.user.id) throw new Problem('forbidden', 'Another administrator has to change your role.');
}

/** The session's token is for the cookie, which scripts cannot read, and for nothing else. Pure. */
export function withoutToken(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name !== 'token')
      .map(([name, value]: [string, unknown]) => [name, withoutToken(value)]),
  );
}

const WHO = { anyone: 'everybody', user: 'person', admin: 'admin' } as const;

function descriptionOf({ path, summary, for: who, body }: AuthCall): ApiDescription {
  return {
    tag: 'people',
    summary,
    who: WHO[who],
    ...(body === undefined ? {} : { body }),
    answers: { 200: { says: 'What the sign-in library answers, without any token.', schema: z.looseObject({}).nullable() } },
    problems: problemsOf(path, who),
  };
}

function problemsOf(path: string, who: AuthCall['for']): NonNullable<ApiDescription['problems']> {
  if (path.startsWith('/sign-in')) return ['wrong_credentials', 'account_banned', 'too_many_requests'];
  if (path.startsWith('/sign-up')) return ['already_exists', 'too_many_requests'];
  return who === 'admin' ? ['not_found'] : [];
}
