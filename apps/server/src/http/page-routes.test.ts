import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registerPageRoutes, type PageParts } from './page-routes.ts';
import { registerProblemReplies } from './problem-replies.ts';

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elira-page-'));
  await mkdir(join(folder, 'assets'));
  const page =
    '<meta property="csp-nonce" nonce="%NONCE%" /><meta name="elira-demo" content="%DEMO%" /><script src="/assets/a-1.js"></script>';
  await Promise.all([
    writeFile(join(folder, 'index.html'), page),
    writeFile(join(folder, 'assets/a-1.js'), 'let a = 1;'),
    writeFile(join(folder, 'favicon.svg'), '<svg/>'),
    writeFile(join(folder, 'sw.js'), '(() => {})();'),
    writeFile(join(folder, 'elira.webmanifest'), '{}'),
  ]);
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

function serve(parts: PageParts = {}): FastifyInstance {
  app = fastify();
  registerProblemReplies(app);
  registerPageRoutes(app, { folder, ...parts });
  return app;
}

test('H10 every address of the application is the one page, and none of the API’s is', async () => {
  serve();
  for (const url of ['/', '/courses/1/lessons/2', '/author', '/sign-in?back=%2F', '/index']) {
    const { statusCode, headers } = await app.inject({ url });
    expect([url, statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      url,
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
  }
  for (const url of [
    '/api/nothing',
    '/api/',
    '/assets/gone-2.js',
    '/../secret.txt',
    '/assets/../../x.js',
    '/index.html',
    '/wp-login.php',
  ]) {
    const { statusCode, headers } = await app.inject({ url });
    expect([url, statusCode]).toEqual([url, 404]);
    expect(headers['content-type']).toMatch(/^application.problem.json/);
  }
});

test('H10 files under hashed names are kept for a year, others are not, and text travels packed', async () => {
  serve();
  const script = await app.inject({ url: '/assets/a-1.js', headers: { 'accept-encoding': 'gzip' } });
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'gzip',
  });
  expect(gunzipSync(script.rawPayload).toString()).toBe('let a = 1;');
  const plain = await app.inject({ url: '/assets/a-1.js' });
  expect([plain.body, plain.headers['content-encoding']]).toEqual(['let a = 1;', undefined]);
  expect((await app.inject({ url: '/favicon.svg' })).headers['cache-control']).toBe('public, max-age=3600');
  expect((await app.inject({ url: '/elira.webmanifest' })).headers['content-type']).toBe('application/manifest+json');
  // Whoever has an old service worker has an old application.
  expect((await app.inject({ url: '/sw.js' })).headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': "default-src 'none'; connect-src 'self'",
  });
});

test('H10 no script and no style runs but the build’s own: the policy has a new nonce each time and no unsafe word', async () => {
  serve();
  const seen = new Set<string>();
  for (let turn = 0; turn < 3; turn += 1) {
    const { headers, body } = await app.inject({ url: '/' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*|data:|http:/);
    // Pictures of lessons are at /api/media of this very server, and at addresses that authors name.
    expect(policy).toContain("img-src 'self' https:;");
    expect(policy).toMatch(/; worker-src 'self'; .*; trusted-types elira-worker$/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(body).toContain(`nonce="${nonce}"`);
    seen.add(nonce);
  }
  expect(seen.size).toBe(3);
});

test('H10 accounts of a demonstration are told where there is one, and never elsewhere', async () => {
  serve();
  expect((await app.inject({ url: '/' })).body).toContain('<meta name="elira-demo" content="" />');
  await app.close();
  serve({ demo: { accounts: [{ name: '"><script>', email: 'a@elira.example' }], password: 'p' } });
  const { body } = await app.inject({ url: '/' });
  expect(body).toContain('a@elira.example');
  expect(body.match(/<script>/g)).toBeNull();
});

test('H10 without a build the server says what to do', async () => {
  serve({ folder: join(folder, 'nowhere') });
  expect((await app.inject({ url: '/' })).body).toContain('npm start');
});
