import type { FastifyInstance } from 'fastify';
import { Problem } from '@elira/protocol';
import type { WhoAsks } from '../http/request-viewer.ts';

/** `GET /api/me`: who the session belongs to. */
export function registerMeRoute(app: FastifyInstance, { whoAsks }: { readonly whoAsks: WhoAsks }): void {
  app.get('/api/me', async (request) => {
    const { session } = await whoAsks(request.headers);
    if (session === undefined) throw new Problem('not_signed_in');
    const { id, name, email, role } = session.user;
    return { id, name, email, role };
  });
}
