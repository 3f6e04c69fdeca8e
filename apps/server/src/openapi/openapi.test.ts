import { Validator } from '@seriousme/openapi-schema-validator';
import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../http/build-app.ts';
import type { OpenApiDocument } from './openapi-document.ts';

let app: FastifyInstance;
let document: OpenApiDocument;

beforeAll(async () => {
  // Nothing of it is needed to tell what there is.
  const nothing = new Proxy({}, { get: () => () => nothing }) as never;
  app = buildApp({
    pool: nothing,
    engine: nothing,
    writes: nothing,
    people: nothing,
    courseList: nothing,
    token: nothing,
    log: pino({ level: 'silent' }),
    trustedProxies: [],
    demo: undefined,
  });
  await app.ready();
  document = (await app.inject({ url: '/api/openapi.json' })).json<OpenApiDocument>();
});
afterAll(() => app.close());

/** What Fastify answers to, found out by asking: each address tells the methods that it takes. */
async function realRoutes(): Promise<string[]> {
  const levels: string[] = [];
  const found: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = ''] = /^([│ ]*)(?:├──|└──) (\S+)/.exec(line) ?? [];
    levels.splice(indent.length / 4, levels.length, part);
    const route = levels.join('');
    if (part === '' || route === '/*' || route === '*') continue;
    const { headers, statusCode } = await app.inject({ method: 'PATCH', url: route.replaceAll(/:\w+/g, randomUUID()) });
    if (statusCode !== 405) continue;
    for (const method of String(headers['allow']).split(', ')) if (method !== 'HEAD') found.push(`${method} ${route}`);
  }
  return found;
}

test('OA1 the document names every address and method there is, and no other', async () => {
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(told.length).toBeGreaterThan(40);
  expect(told.toSorted()).toEqual((await realRoutes()).toSorted());
});

test('OA1 it is valid OpenAPI 3.1, and each operation has a name of its own', async () => {
  const checked = await new Validator().validate({ ...structuredClone(document) });
  expect(checked).toMatchObject({ valid: true });
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  // A fault is found: the validator looks at what is below as well.
  const wrong = structuredClone(document) as unknown as { paths: Record<string, Record<string, Record<string, unknown>>> };
  delete wrong.paths['/api/me']?.['get']?.['responses'];
  (wrong.paths['/api/me'] ?? {})['get'] = { responses: { 200: {} } };
  expect(await new Validator().validate(wrong)).toMatchObject({ valid: false });
});

test('OA1 what it refers to is in it, and parameters of an address are described', () => {
  const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect([...new Set(names)].filter((name) => !(name in document.components.schemas))).toEqual([]);
  for (const [path, methods] of Object.entries(document.paths)) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
    for (const [method, { parameters = [] }] of Object.entries(methods))
      expect(
        parameters
          .filter((one) => one.in === 'path')
          .map(({ name }) => name)
          .toSorted(),
        `${method} ${path}`,
      ).toEqual(wanted);
  }
});

test('OA3 the page for people runs nothing and loads nothing, and tells of every operation', async () => {
  const { body, headers } = await app.inject({ url: '/api/docs' });
  const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).not.toMatch(/<script|<link|<img|<iframe|<object|\son\w+=|\sstyle=|\ssrc=|@import|url\(/i);
  for (const [, to] of body.matchAll(/href="([^"]*)"/g)) expect(to).toMatch(/^#|^\/api\/openapi\.json$/);
  for (const [, name] of body.matchAll(/href="#([^"]*)"/g)) expect(body, name).toContain(`id="${name}"`);
  for (const [path, methods] of Object.entries(document.paths))
    for (const { operationId, summary } of Object.values(methods)) {
      expect(body).toContain(`<details id="${operationId}">`);
      expect(body).toContain(`<code>${path}</code> ${summary}`);
    }
});
