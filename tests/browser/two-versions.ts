import { mkdtemp, rm } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { build } from 'vite';
import { registerPageRoutes } from '../../apps/server/src/http/page-routes.ts';

/** One version of the screens on a port of its own; what it does not know, the API, is the running server's. */
export type ServedVersion = { readonly port: number; readonly remove: () => Promise<void> };

/** Builds the screens with other words in them, and serves them before `serverUrl`. Words are replaced in what the pages are made from. */
export async function servedVersion(serverUrl: string, words: Readonly<Record<string, string>>): Promise<ServedVersion> {
  const folder = await mkdtemp(join(tmpdir(), 'elira-version-'));
  // As a test's own process is not: what is built depends on it.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({
    root: 'apps/web',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
    plugins: [
      {
        name: 'other-words',
        enforce: 'pre',
        transform: (code, id) => {
          if (!id.endsWith('/text.ts')) return null;
          return Object.entries(words).reduce((text, [from, to]) => text.replaceAll(from, to), code);
        },
      },
    ],
  });
  process.env['NODE_ENV'] = NODE_ENV;
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.all('/api/*', (request, reply) => {
    reply.hijack();
    const { method, url, headers, raw } = request;
    const through = ask(new URL(url, serverUrl), { method, headers }, (answer) => {
      reply.raw.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply.raw);
    });
    through.on('error', () => reply.raw.destroy());
    reply.raw.on('close', () => through.destroy());
    raw.pipe(through);
  });
  registerPageRoutes(app, { folder });
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  return {
    port: Number(url.port),
    remove: async () => {
      app.server.closeAllConnections();
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}
