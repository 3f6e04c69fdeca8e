import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { makeUuidV7 } from '@elira/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PNG } from '../../fixture/course-folder.ts';
import { makeWorld, type World } from '../../fixture/course-world.ts';
import { Browser, runningServer, signedIn, type Answer, type RunningServer } from '../../fixture/running-server.ts';
import type { OpenApiDocument } from './openapi-document.ts';

let server: RunningServer;
let document: OpenApiDocument;
let ajv: Ajv2020;
let world: World;
const who: Record<string, Browser> = {};
const tried = new Set<string>();
const HASH = 'c'.repeat(64);

beforeAll(async () => {
  server = await runningServer('openapi');
  for (const name of ['admin', 'instructor', 'learner', 'learner2'] as const) who[name] = await signedIn(server.url, name);
  const idOf = async (name: string): Promise<string> =>
    (await server.sql.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [`${name}@elira.example`])).rows[0]?.id ??
    '';
  world = await makeWorld(server.sql, {
    owner: await idOf('instructor'),
    coAuthor: await idOf('admin'),
    learner: await idOf('learner'),
  });
  await server.sql.query("INSERT INTO media (hash, content_type, bytes) VALUES ($1, 'image/png', $2)", [HASH, PNG]);
  await server.sql.query('UPDATE lessons SET content = $2 WHERE id = $1', [world['lesson'], `![](/api/media/${HASH})`]);
  document = (await new Browser(server.url).ask('GET', '/api/openapi.json')).body as unknown as OpenApiDocument;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'https://api.invalid/', components: document.components });
});
afterAll(() => server.remove());

/** Where a stream of theirs stands. */
async function cursorOf(name: string): Promise<string> {
  const headers = { cookie: who[name]?.cookie ?? '' };
  const response = await fetch(`${server.url}/api/sync/stream`, { headers });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const id = /^id: (\S+)$/m.exec(text)?.[1];
    if (id !== undefined) return id;
  }
  throw new Error('the stream gave no cursor');
}

/** The schema at a place of the document. */
function validator(schema: unknown): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"https://api.invalid/#/components/')) as object,
  );
}

/** Asks, and holds the answer (and a body that was taken) to what the document says. */
async function ask(
  name: string,
  method: string,
  route: string,
  { at = {}, body }: { at?: Record<string, string | number | undefined>; body?: unknown } = {},
): Promise<Answer> {
  const path = route.replaceAll(/\{(\w+)\}/g, (_match, part: string) => encodeURIComponent(at[part] ?? world['course'] ?? ''));
  const answer = await (who[name] ?? new Browser(server.url)).ask(method, path, body);
  const operation = document.paths[route.replace(/\?.*/, '')]?.[method.toLowerCase()];
  const told = operation?.responses[String(answer.status)];
  expect(told, `${method} ${route} answers ${answer.status} ${answer.text}`).toBeDefined();
  const [[type, media] = []] = Object.entries(told?.content ?? {});
  const sent = answer.headers.get('content-type') ?? undefined;
  if (type === undefined) expect(answer.text, route).toBe('');
  else expect(sent?.startsWith(type.replace('*', '')), `${route}: ${sent ?? 'nothing'}`).toBe(true);
  if (media?.schema !== undefined) {
    const check = validator(media.schema);
    check(JSON.parse(answer.text));
    expect(check.errors ?? [], `${method} ${route} ${answer.status} ${answer.text.slice(0, 500)}`).toEqual([]);
  }
  const schema = operation?.requestBody?.content['application/json']?.schema;
  if (answer.status < 300 && body !== undefined) {
    const check = validator(schema);
    check(body);
    expect(check.errors ?? [], `the body of ${method} ${route}`).toEqual([]);
  }
  tried.add(`${method} ${route.replace(/\?.*/, '')}`);
  return answer;
}

const A = '/api/admin';

test('OA2 reads answer what the document says', async () => {
  for (const route of ['/healthz', '/readyz', '/api/courses', '/api/openapi.json', '/api/docs'])
    expect((await ask('nobody', 'GET', route)).status, route).toBe(200);
  for (const route of [`${A}/courses`, `${A}/courses/{id}`, `${A}/courses/{id}/versions`, '/api/me', '/api/auth/get-session'])
    expect((await ask('instructor', 'GET', route)).status, route).toBe(200);
  expect((await ask('instructor', 'GET', `${A}/courses/{id}/versions/{version}`, { at: { version: 1 } })).status).toBe(200);
  expect(
    (
      await ask('instructor', 'GET', `${A}/courses/{id}/versions/{version}/diff/{other}`, {
        at: { version: 1, other: 'draft' },
      })
    ).status,
  ).toBe(200);
  expect((await ask('admin', 'GET', '/api/sync/metrics')).status).toBe(200);
  for (const route of [`${A}/courses/{id}/audit`, `${A}/audit`, `${A}/activities`])
    expect((await ask('admin', 'GET', route)).status, route).toBe(200);
  expect((await ask('instructor', 'GET', '/api/media/{hash}', { at: { hash: HASH } })).status).toBe(200);
});

test('OA2 writes take what the document says, and answer so', async () => {
  const made = await ask('instructor', 'POST', `${A}/courses`, { body: { title: 'New' } });
  expect(made.status).toBe(201);
  const id = String(made.body['id']);
  expect(
    (
      await ask('instructor', 'PUT', `${A}/courses/{id}`, {
        at: { id },
        body: { version: 1, title: 'Other', joinCode: 'sesame' },
      })
    ).status,
  ).toBe(200);
  for (const route of ['/api/admin/analytics', '/api/admin/courses/{id}/analytics'])
    expect((await ask('instructor', 'GET', route, { at: { id } })).status, route).toBe(200);
  const told = await ask('instructor', 'POST', `${A}/announcements`, {
    body: { courseId: id, title: 'New', body: 'It is *new*.' },
  });
  expect(told.status).toBe(201);
  expect((await ask('instructor', 'DELETE', `${A}/announcements/{id}`, { at: { id: String(told.body['id']) } })).status).toBe(
    204,
  );
  for (const verb of ['publish', 'unpublish'])
    expect((await ask('instructor', 'POST', `${A}/courses/{id}/${verb}`, { at: { id } })).status, verb).toBe(200);
  const author = await ask('instructor', 'POST', `${A}/courses/{id}/authors`, {
    at: { id },
    body: { email: 'learner2@elira.example' },
  });
  expect(author.status).toBe(201);
  expect(
    (
      await ask('instructor', 'DELETE', `${A}/courses/{id}/authors/{userId}`, {
        at: { id, userId: String(author.body['userId']) },
      })
    ).status,
  ).toBe(204);
  const kinds = [
    ['courses', 'modules', id, { title: 'M' }],
    ['modules', 'lessons', undefined, { title: 'L', content: 'c', status: 'draft' }],
    ['modules', 'quizzes', undefined, { title: 'Q' }],
    ['quizzes', 'questions', undefined, { prompt: 'P', kind: 'multiple', points: 2 }],
    ['questions', 'options', undefined, { label: 'O', isCorrect: true }],
  ] as const;
  const rows = new Map<string, string>();
  for (const [parent, table, of, body] of kinds) {
    const one = await ask('instructor', 'POST', `${A}/${parent}/{id}/${table}`, { at: { id: of ?? rows.get(parent) }, body });
    expect(one.status, table).toBe(201);
    rows.set(table, String(one.body['id']));
    const at = { id: rows.get(table) };
    expect(
      (
        await ask('instructor', 'PUT', `${A}/${table}/{id}`, {
          at,
          body: { version: 1, position: 'a5', base: { position: 'a0' } },
        })
      ).status,
      table,
    ).toBe(200);
  }
  for (const [table, row] of [...rows].toReversed())
    expect((await ask('instructor', 'DELETE', `${A}/${table}/{id}`, { at: { id: row } })).status).toBe(204);
});

test('OA2 what learners do is as the document says', async () => {
  const courseId = world['course'];
  expect((await ask('learner2', 'POST', '/api/enrollments', { body: { courseId } })).status).toBe(201);
  expect((await ask('learner2', 'POST', '/api/enrollments', { body: { courseId } })).status).toBe(200);
  const lesson = { lessonId: world['lesson'] };
  expect((await ask('learner2', 'PUT', '/api/progress/{lessonId}', { at: lesson, body: { completed: true } })).status).toBe(
    200,
  );
  expect((await ask('learner2', 'DELETE', '/api/enrollments/{courseId}', { at: { courseId } })).status).toBe(204);
  const batch = { courseId, reason: 'On paper', entries: [{ userId: world['learner'], lessonIds: [world['lesson']] }] };
  expect((await ask('instructor', 'POST', `${A}/enrollments/batch`, { body: batch })).status).toBe(200);
  const mutations = [
    { id: makeUuidV7(), name: 'lesson.complete', args: { lessonId: world['lesson'], completed: false } },
    { id: makeUuidV7(), name: 'enrollment.leave', args: { courseId: world['module'] } },
  ];
  const answer = await ask('learner', 'POST', '/api/sync/mutations', { body: mutations });
  expect((answer.body as unknown as { status: string }[]).map(({ status }) => status)).toEqual(['applied', 'refused']);
});

test('OA2 a check of rows is asked and answered as the document says', async () => {
  const { body: told } = await ask('learner', 'GET', '/api/me');
  const cursor = await cursorOf('learner');
  const scope = `me:${String(told['id'])}/owner`;
  const sums = ['fffffffffffffffe', 'ffffffffffffffff'];
  const first = await ask('learner', 'POST', '/api/sync/integrity', { body: { cursor, digests: [{ scope, sums }] } });
  expect(first.body).toEqual({ differ: [{ scope, buckets: [0, 1] }], deltas: [] });
  const rows = [{ scope, of: 1, buckets: [0], rows: [['users', 'nobody', '0000000000000000']] }];
  const second = await ask('learner', 'POST', '/api/sync/integrity', { body: { cursor, rows } });
  expect(second.text).toContain('"drop":{"users":["nobody"]}');
  expect(second.text).toContain('learner@elira.example');
  expect((await ask('nobody', 'POST', '/api/sync/integrity', { body: { cursor: 'forged' } })).body['code']).toBe(
    'cursor_invalid',
  );
});

test('OA2 refusals are problem documents where the document says so', async () => {
  expect((await ask('nobody', 'GET', '/api/me')).status).toBe(401);
  expect((await ask('learner', 'GET', '/api/sync/metrics')).status).toBe(403);
  expect((await ask('learner2', 'GET', `${A}/courses/{id}`)).status).toBe(404);
  expect((await ask('instructor', 'GET', `${A}/courses/{id}`, { at: { id: 'x' } })).status).toBe(400);
  expect((await ask('learner', 'POST', '/api/sync/mutations', { body: { no: 'array' } })).status).toBe(400);
  const conflict = await ask('instructor', 'PUT', `${A}/courses/{id}`, {
    body: { version: 1, description: 'Other words altogether' },
  });
  expect([conflict.status, conflict.body['code']]).toEqual([409, 'version_conflict']);
  expect(
    (await ask('nobody', 'POST', '/api/auth/sign-in/email', { body: { email: 'a@elira.example', password: 'x' } })).status,
  ).toBe(401);
});

test('OA2 an unknown field is refused by the document and by the server alike', async () => {
  let count = 0;
  for (const [route, methods] of Object.entries(document.paths)) {
    for (const [method, { requestBody, parameters = [] }] of Object.entries(methods)) {
      const schema = requestBody?.content['application/json']?.schema;
      if (schema === undefined || route.startsWith('/api/auth/') || route === '/api/sync/mutations') continue;
      const at = Object.fromEntries(parameters.map(({ name }) => [name, world['lesson']]));
      const body = { isCanary: true };
      expect(validator(schema)(body), route).toBe(false);
      const answer = await ask('admin', method.toUpperCase(), route, { at, body });
      expect([answer.status, answer.body['code']], route).toEqual([400, 'invalid_request']);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(12);
});

test('OA2 nothing is left untried but accounts, the stream, and what takes a token', () => {
  const all = Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
  );
  const left = all.filter(
    (one) => !tried.has(one) && !/^(POST \/api\/auth\/|GET \/api\/sync\/(stream|ws|connections)$|GET \/metrics$)/.test(one),
  );
  expect(left).toEqual([]);
});
