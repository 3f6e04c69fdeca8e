import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@elira/protocol';
import { readPageFiles, type PageFile } from './page-files.ts';

/**
 * The screens: what `vite build` made of apps/web.
 *
 * In: the built files. Out: files under hashed names, kept by browsers for a year, and at every other address that is not the API's the
 * one page that finds out by itself what to show. The promise: no script and no style runs but the build's own.
 */
const BUILD = fileURLToPath(new URL('../../../web/dist', import.meta.url));
const YEAR_SECONDS = 31_536_000;
const NONCE_BYTES = 18;
/** Stands between the pages and the network (apps/web/src/offline); it asks this server, and loads nothing else. */
const WORKER = '/sw.js';
const WORKER_POLICY = "default-src 'none'; connect-src 'self'";

export type DemoAccounts = {
  readonly accounts: readonly { readonly name: string; readonly email: string }[];
  readonly password: string;
};

export type PageParts = {
  /** Ways in that the sign-in page may offer; undefined where there is no demonstration. */
  readonly demo?: DemoAccounts | undefined;
  readonly folder?: string;
};

/** Call after every other route: the page answers whatever is left. */
export function registerPageRoutes(app: FastifyInstance, { demo, folder = BUILD }: PageParts = {}): void {
  const files = readPageFiles(folder);
  const index = files.get('/index.html')?.body.toString('utf8') ?? NOT_BUILT;
  const page = index.replaceAll('%DEMO%', demo === undefined ? '' : escapeAttribute(JSON.stringify(demo)));
  app.get('/*', (request, reply) => {
    if (!URL.canParse(request.url, 'http://any.invalid')) throw new Problem('not_found');
    const { pathname } = new URL(request.url, 'http://any.invalid');
    const file = pathname === '/index.html' ? undefined : files.get(pathname);
    if (file !== undefined) return sendFile(request, reply, file, pathname);
    if (/^\/api(?:\/|$)/.test(pathname) || /\.[^/]*$/.test(pathname)) throw new Problem('not_found');
    return sendPage(reply, page);
  });
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile, pathname: string): Promise<FastifyReply> {
  const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? await file.gzipped() : undefined;
  if (packed !== undefined) void reply.header('content-encoding', 'gzip');
  if (pathname === WORKER) void reply.header('content-security-policy', WORKER_POLICY);
  return reply
    .header('content-type', file.type)
    .header('cache-control', cacheControl(pathname))
    .header('vary', 'accept-encoding')
    .header('cross-origin-resource-policy', 'same-origin')
    .send(packed ?? file.body);
}

/** The service worker is asked for anew each time: whoever has an old one would have an old application. */
function cacheControl(pathname: string): string {
  if (pathname === WORKER) return 'no-cache';
  return pathname.startsWith('/assets/') ? `public, max-age=${YEAR_SECONDS}, immutable` : 'public, max-age=3600';
}

/** The nonce is for style sheets that the text editor writes; it is new in every answer. */
function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy(nonce))
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-cache')
    .send(page.replaceAll('%NONCE%', nonce));
}

/** Pictures of lessons come from anywhere by https; nothing else comes from elsewhere. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' https:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // One address, that of the service worker, is made from a text.
    'trusted-types elira-worker',
  ].join('; ');
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Where the server runs from its sources alone, as its tests do. */
const NOT_BUILT =
  '<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Elira</title></head>' +
  '<body><h1>Elira</h1><p>This server runs, and its screens are not built: start it with <code>npm start</code>.</p></body></html>';
