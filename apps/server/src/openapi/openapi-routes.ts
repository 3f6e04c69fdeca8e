import { createHash } from 'node:crypto';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import { described } from '../http/api-description.ts';
import { docsPage, STYLE } from './docs-page.ts';
import { openApiDocument, type DescribedRoute } from './openapi-document.ts';

/** Of the API, as it is told; not of the program. */
const VERSION = '1.0.0';
/** No script, nothing from elsewhere, and of styles this one alone. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * `GET /api/openapi.json` and `GET /api/docs`: what this server answers to, made from what its routes say of themselves. Call before the
 * routes are registered; the answers come with the returned function, after them.
 */
export function describeRoutes(app: FastifyInstance): () => void {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', ({ url, method, config }: RouteOptions) => {
    if (config?.api === undefined) return;
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ url, method: one, api: config.api });
  });
  return () => {
    const made: { document?: string; page?: string } = {};
    const document = (): string => (made.document ??= JSON.stringify(openApiDocument(routes, VERSION)));
    const page = (): string => (made.page ??= docsPage(openApiDocument(routes, VERSION)));
    app.get('/api/openapi.json', described(DOCUMENT), (_request, reply) =>
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(document()),
    );
    app.get('/api/docs', described(PAGE), (_request, reply) =>
      reply
        .header('cache-control', 'no-cache')
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .type('text/html; charset=utf-8')
        .send(page()),
    );
  };
}

const DOCUMENT = {
  tag: 'operation',
  summary: 'This description, for programs',
  who: 'everybody',
  answers: { 200: { says: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) } },
} as const;

const PAGE = {
  tag: 'operation',
  summary: 'This description, for people',
  who: 'everybody',
  answers: { 200: { says: 'One page, without scripts.', type: 'text/html' } },
} as const;
