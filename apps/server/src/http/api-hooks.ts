import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireOwnOrigin } from './request-origin.ts';

/**
 * What every address under /api/ keeps: requests come from our own pages or from programs, bodies are JSON, and answers stay out of
 * caches, since what they hold depends on who asks.
 */
export function registerApiHooks(app: FastifyInstance): void {
  // Whatever a form of another site can send without asking first.
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Some clients name a type though they send nothing.
    if (body === '') done(null, undefined);
    else void parse(request, body.toString(), done);
  });
  app.addHook('onRequest', async (request) => {
    if (!isApi(request)) return;
    const { method, headers, host } = request;
    requireOwnOrigin({ method, headers, host, hasSession: headers.cookie !== undefined });
  });
  app.addHook('onSend', async (request, reply) => {
    if (!isApi(request)) return;
    void reply.header('vary', 'Cookie, Authorization');
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
}

function isApi(request: FastifyRequest): boolean {
  return request.url.startsWith('/api/');
}
