import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify';
import { Problem } from '@elira/protocol';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Lets every address answer 405 with `Allow` to the methods it does not take. Call before the routes are registered; the answers
 * come with the returned function, after them.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const methods = taken.get(url) ?? new Set();
    [method].flat().forEach((one) => methods.add(one));
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].join(', ');
      app.route({
        url,
        method: METHODS.filter((method) => !methods.has(method)),
        exposeHeadRoute: false,
        handler: (_request, reply) => {
          void reply.header('allow', allow);
          throw new Problem('method_not_allowed');
        },
      });
    }
  };
}
