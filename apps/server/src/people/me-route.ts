import type { FastifyInstance } from 'fastify';
import { Problem } from '@elira/protocol';
import { callOf } from '../auth/auth-routes.ts';
import type { People } from '../auth/people.ts';
import { mayBeProlonged } from '../auth/sign-in-library.ts';
import type { WhoAsks } from '../http/request-viewer.ts';

/** `GET /api/me`: who the session belongs to. Every page begins with it, so it is also what keeps a session in use from running out. */
export function registerMeRoute(
  app: FastifyInstance,
  { people, whoAsks }: { readonly people: People; readonly whoAsks: WhoAsks },
): void {
  app.get('/api/me', async (request, reply) => {
    const { session } = await whoAsks(request.headers);
    if (session === undefined) throw new Problem('not_signed_in');
    if (mayBeProlonged(session.expiresAt, Date.now())) {
      const { cookies } = await people.call(callOf(request, { method: 'GET', path: '/get-session' }));
      for (const cookie of cookies) void reply.header('set-cookie', cookie);
    }
    const { id, name, email, role } = session.user;
    return { id, name, email, role };
  });
}
