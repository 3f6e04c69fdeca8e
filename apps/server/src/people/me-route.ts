import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { callOf } from '../auth/auth-routes.ts';
import type { People } from '../auth/people.ts';
import { mayBeProlonged } from '../auth/sign-in-library.ts';
import { described } from '../http/api-description.ts';
import type { WhoAsks } from '../http/request-viewer.ts';
import { personId } from '../openapi/shapes.ts';

/** `GET /api/me`: who the session belongs to. Every page begins with it, so it is also what keeps a session in use from running out. */
export function registerMeRoute(
  app: FastifyInstance,
  { people, whoAsks }: { readonly people: People; readonly whoAsks: WhoAsks },
): void {
  app.get('/api/me', described(ME), async (request, reply) => {
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

const ME = {
  tag: 'people',
  summary: 'Who one is',
  description: 'Keeps a session in use from running out.',
  who: 'person',
  answers: {
    200: {
      says: 'The person of the session.',
      schema: z.strictObject({
        id: personId,
        name: z.string(),
        email: z.string(),
        role: z.enum(['learner', 'instructor', 'admin']),
      }),
    },
  },
} as const;
