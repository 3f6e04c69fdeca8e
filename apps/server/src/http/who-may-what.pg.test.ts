import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeUuidV7 } from '@elira/protocol';
import { makeWorld, SECRET, stateOf, type World } from '../../fixture/course-world.ts';
import { Browser, runningServer, signedIn, type Answer, type RunningServer } from '../../fixture/running-server.ts';
import { buildApp } from './build-app.ts';

/** Each kind of viewer, as it stands towards the course of the test. */
const VIEWERS = ['anonymous', 'operator', 'stranger', 'learner', 'instructor', 'owner', 'coAuthor', 'admin'] as const;
type Viewer = (typeof VIEWERS)[number];

let server: RunningServer;
const browsers = new Map<Viewer, Browser>();
const ids = new Map<Viewer, string>();
let token: string;

beforeAll(async () => {
  server = await runningServer('who_may_what');
  token = (await readFile(join(server.folder, 'operator-token'), 'utf8')).trim();
  for (const viewer of VIEWERS) {
    const browser = viewer === 'admin' ? await signedIn(server.url, 'admin') : new Browser(server.url);
    browsers.set(viewer, browser);
    if (viewer === 'anonymous' || viewer === 'operator') continue;
    if (viewer !== 'admin') {
      const email = `${viewer.toLowerCase()}@elira.test`;
      await browser.ask('POST', '/api/auth/sign-up/email', { name: viewer, email, password: 'a long password' });
      if (viewer === 'owner' || viewer === 'instructor')
        await server.sql.query("UPDATE users SET role = 'instructor' WHERE email = $1", [email]);
    }
    ids.set(viewer, String((await browser.ask('GET', '/api/me')).body['id']));
  }
});
afterAll(() => server.remove());

const idOf = (viewer: Viewer): string => ids.get(viewer) ?? '';
const newWorld = (): Promise<World> =>
  makeWorld(server.sql, { owner: idOf('owner'), coAuthor: idOf('coAuthor'), learner: idOf('learner') });

async function ask(viewer: Viewer, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = viewer === 'operator' ? { authorization: `Bearer ${token}` } : {};
  return await (browsers.get(viewer) ?? new Browser(server.url)).ask(method, path, body, headers);
}

type Case = {
  readonly method: string;
  /** The route, with `:name` for ids. */
  readonly route: string;
  /** The ids, by the names of the route. Of a world. */
  readonly at?: Readonly<Record<string, string>>;
  /** What else stands in the address. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly body?: (world: World) => unknown;
  readonly expected: Readonly<Record<Viewer, number>>;
};

/** Statuses in the order of VIEWERS. */
function statuses(
  ...numbers: readonly [number, number, number, number, number, number, number, number]
): Record<Viewer, number> {
  return Object.fromEntries(VIEWERS.map((viewer, index) => [viewer, numbers[index]])) as Record<Viewer, number>;
}

/** What authors and administrators do: nobody else learns that there is something. */
const working = (status: number): Record<Viewer, number> => statuses(401, 403, 404, 404, 404, status, status, status);
const seen = statuses(401, 200, 404, 404, 404, 200, 200, 200);
const COURSE = '/api/admin/courses/:id';

const made = (parent: string, child: string, body: object): Case => ({
  method: 'POST',
  route: `/api/admin/${parent}/:id/${child}`,
  at: { id: { courses: 'course', modules: 'module', quizzes: 'quiz', questions: 'question' }[parent] ?? '' },
  body: () => body,
  expected: working(201),
});
const kept = (kind: string, at: string, change: object): Case[] => [
  {
    method: 'PUT',
    route: `/api/admin/${kind}/:id`,
    at: { id: at },
    // The lesson has been edited since it was published.
    body: () => ({ version: kind === 'lessons' ? 2 : 1, ...change }),
    expected: working(200),
  },
  { method: 'DELETE', route: `/api/admin/${kind}/:id`, at: { id: at }, expected: working(204) },
];

const CASES: readonly Case[] = [
  { method: 'GET', route: '/api/me', expected: statuses(401, 401, 200, 200, 200, 200, 200, 200) },
  { method: 'GET', route: '/api/courses', expected: statuses(200, 200, 200, 200, 200, 200, 200, 200) },
  { method: 'GET', route: '/api/sync/metrics', expected: statuses(401, 200, 403, 403, 403, 403, 403, 200) },
  {
    method: 'GET',
    route: '/api/sync/connections?user=nobody&table=lessons&key=x',
    expected: statuses(401, 200, 401, 401, 401, 401, 401, 401),
  },
  { method: 'GET', route: '/api/admin/courses', expected: statuses(401, 200, 200, 200, 200, 200, 200, 200) },
  {
    method: 'POST',
    route: '/api/admin/courses',
    body: () => ({ title: 'New' }),
    expected: statuses(401, 403, 403, 403, 201, 201, 403, 201),
  },
  { method: 'GET', route: COURSE, at: { id: 'course' }, expected: statuses(401, 200, 404, 404, 404, 200, 200, 200) },
  {
    method: 'PUT',
    route: COURSE,
    at: { id: 'course' },
    body: () => ({ version: 2, title: 'Saved', joinCode: 'sesame' }),
    expected: working(200),
  },
  {
    method: 'POST',
    route: '/api/sync/mutations',
    // Answered for each: what it may do is in mutation-route.pg.test.ts.
    body: () => [{ id: makeUuidV7(), name: 'notification.none', args: {} }],
    expected: statuses(401, 403, 200, 200, 200, 200, 200, 200),
  },
  {
    method: 'POST',
    route: '/api/sync/integrity',
    // Whoever has a stream has a cursor; what is told is in the engine's tests.
    body: () => ({ cursor: 'none' }),
    expected: statuses(400, 400, 400, 400, 400, 400, 400, 400),
  },
  { method: 'GET', route: `${COURSE}/audit`, at: { id: 'course' }, expected: statuses(401, 200, 404, 404, 404, 200, 200, 200) },
  // Lists: everybody may ask, and finds what they may see.
  { method: 'GET', route: '/api/admin/audit', expected: statuses(401, 200, 200, 200, 200, 200, 200, 200) },
  { method: 'GET', route: '/api/admin/activities', expected: statuses(401, 200, 200, 200, 200, 200, 200, 200) },
  { method: 'POST', route: `${COURSE}/publish`, at: { id: 'course' }, expected: working(200) },
  { method: 'POST', route: `${COURSE}/unpublish`, at: { id: 'course' }, expected: working(200) },
  {
    method: 'POST',
    route: `${COURSE}/authors`,
    at: { id: 'course' },
    body: () => ({ email: 'instructor@elira.example' }),
    expected: working(201),
  },
  { method: 'DELETE', route: `${COURSE}/authors/:userId`, at: { id: 'course', userId: 'coAuthor' }, expected: working(204) },
  {
    method: 'DELETE',
    route: `${COURSE}/authors/:userId`,
    at: { id: 'course', userId: 'owner' },
    expected: statuses(401, 403, 404, 404, 404, 403, 403, 204),
  },
  { method: 'GET', route: `${COURSE}/versions`, at: { id: 'course' }, expected: seen },
  { method: 'GET', route: `${COURSE}/versions/:version`, at: { id: 'course' }, fixed: { version: '1' }, expected: seen },
  {
    method: 'GET',
    route: `${COURSE}/versions/:version/diff/:other`,
    at: { id: 'course' },
    fixed: { version: '1', other: 'draft' },
    expected: seen,
  },
  {
    method: 'POST',
    route: '/api/admin/enrollments/batch',
    body: ({ course, learner, lesson }) => ({
      courseId: course,
      reason: 'x',
      entries: [{ userId: learner, lessonIds: [lesson] }],
    }),
    expected: working(200),
  },
  made('courses', 'modules', { title: 'New' }),
  made('modules', 'lessons', { title: 'New', content: '# New' }),
  made('modules', 'quizzes', { title: 'New' }),
  made('quizzes', 'questions', { prompt: 'New?' }),
  made('questions', 'options', { label: 'New', isCorrect: true }),
  ...kept('modules', 'module', { title: 'Saved' }),
  ...kept('lessons', 'lesson', { content: 'Saved' }),
  ...kept('quizzes', 'quiz', { instructions: 'Saved' }),
  ...kept('questions', 'question', { points: 3 }),
  ...kept('options', 'option', { isCorrect: false }),
  {
    method: 'POST',
    route: '/api/enrollments',
    body: ({ course }) => ({ courseId: course }),
    expected: statuses(401, 403, 201, 200, 201, 201, 201, 201),
  },
  {
    method: 'DELETE',
    route: '/api/enrollments/:courseId',
    at: { courseId: 'course' },
    expected: statuses(401, 403, 404, 204, 404, 404, 404, 404),
  },
  {
    method: 'PUT',
    route: '/api/progress/:lessonId',
    at: { lessonId: 'lesson' },
    body: () => ({ completed: true }),
    expected: statuses(401, 403, 404, 200, 404, 404, 404, 404),
  },
  { method: 'GET', route: '/api/admin/analytics', expected: statuses(401, 403, 200, 200, 200, 200, 200, 200) },
  {
    method: 'GET',
    route: `${COURSE}/analytics`,
    at: { id: 'course' },
    expected: statuses(401, 403, 404, 404, 404, 200, 200, 200),
  },
  {
    method: 'POST',
    route: '/api/admin/announcements',
    body: ({ course }) => ({ courseId: course, title: 'New' }),
    expected: working(201),
  },
  {
    method: 'POST',
    route: '/api/admin/announcements',
    body: () => ({ title: 'To all' }),
    expected: statuses(401, 403, 403, 403, 403, 403, 403, 201),
  },
  {
    method: 'DELETE',
    route: '/api/admin/announcements/:id',
    at: { id: 'announcement' },
    // A learner of the course reads it.
    expected: statuses(401, 403, 404, 403, 404, 204, 204, 204),
  },
];

function pathOf({ route, at = {}, fixed = {} }: Case, world: World): string {
  return route.replaceAll(/:(\w+)/g, (_match, name: string) => fixed[name] ?? world[at[name] ?? ''] ?? '');
}

const cells = CASES.flatMap((one) => VIEWERS.map((viewer) => ({ ...one, viewer, status: one.expected[viewer] })));

test.each(cells)('H5 $viewer: $method $route ($at) is $status', async (cell) => {
  const { viewer, method, body, status } = cell;
  const world = await newWorld();
  const before = await stateOf(server.sql, world['course'] ?? '');
  const answer = await ask(viewer, method, pathOf(cell, world), body?.(world));
  expect(answer.status, answer.text).toBe(status);
  const after = await stateOf(server.sql, world['course'] ?? '');
  if (status >= 400 || method === 'GET') expect(after).toEqual(before);
  if (status >= 400) expect(answer.text).not.toMatch(/SELECT|INSERT|policy|relation|\.ts\b|\n\s+at /);
  const kept = cell.route === '/api/courses' && status === 200 ? 'private, no-cache' : 'no-store';
  expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([kept, 'Cookie, Authorization']);
  if (viewer === 'anonymous' || viewer === 'stranger' || viewer === 'learner' || viewer === 'instructor') {
    // H8 on the same bytes.
    expect(answer.text).not.toContain(SECRET);
  }
});

test.each(CASES.filter(({ at, expected }) => at !== undefined && expected.stranger === 404))(
  'H5 $method $route: what is hidden looks like what is not there',
  async (one) => {
    const world = await newWorld();
    const nowhere = Object.fromEntries(Object.keys(world).map((key) => [key, randomUUID()]));
    const [hidden, absent] = [
      await ask('stranger', one.method, pathOf(one, world), one.body?.(world)),
      await ask('stranger', one.method, pathOf(one, nowhere), one.body?.(world)),
    ];
    expect(hidden.text).toBe(absent.text);
    for (const wrong of ['x', "'", '1 OR 1=1', '%00', `${randomUUID()}x`]) {
      const strange = Object.fromEntries(Object.keys(world).map((key) => [key, encodeURIComponent(wrong)]));
      const told = await ask('owner', one.method, pathOf(one, strange), one.body?.(world));
      expect([told.status, told.body['code']], wrong).toEqual([400, 'invalid_request']);
    }
  },
);

test('H5 every address under /api/ is in the table', async () => {
  const nothing = {} as never;
  const app = buildApp({
    pool: nothing,
    engine: { poke: nothing } as never,
    courseList: nothing,
    writes: nothing,
    people: nothing,
    token: nothing,
    log: pino({ level: 'silent' }),
    trustedProxies: [],
    demo: undefined,
  });
  await app.ready();
  const levels: string[] = [];
  const found: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = ''] = /^([│ ]*)(?:├──|└──) (\S+)/.exec(line) ?? [];
    levels.splice(indent.length / 4, levels.length, part);
    const route = levels.join('');
    // Those have tests of their own: sign-in.pg.test.ts, media.pg.test.ts, and the engine's.
    if (!route.startsWith('/api/') || /^\/api\/(?:auth\/|media\/|sync\/(?:stream|ws)$|openapi\.json$|docs$)/.test(route))
      continue;
    const url = route.replaceAll(/:\w+/g, randomUUID());
    const { headers } = await app.inject({ method: 'PATCH', url });
    for (const method of String(headers['allow']).split(', ')) if (method !== 'HEAD') found.push(`${method} ${route}`);
  }
  await app.close();
  const asked = CASES.map(({ method, route }) => `${method} ${route.replace(/[?].*/, '')}`);
  expect(found.toSorted()).toEqual([...new Set(asked)].toSorted());
});

test('H5 lists hold what their reader may see', async () => {
  const { course } = await newWorld();
  for (const viewer of VIEWERS.filter((one) => one !== 'anonymous')) {
    const sees: string[] = [];
    for (let path = '/api/admin/courses'; path !== '';) {
      const { body } = await ask(viewer, 'GET', path);
      sees.push(...(body['courses'] as { id: string }[]).map(({ id }) => id));
      path = typeof body['next'] === 'string' ? `/api/admin/courses?after=${body['next']}` : '';
    }
    expect(sees.includes(course ?? ''), viewer).toBe(['operator', 'owner', 'coAuthor', 'admin'].includes(viewer));
  }
});

test('H8 drafts, keys, explanations and join codes are in no answer to a learner', async () => {
  // What the tests above published is no secret any more.
  await server.sql.query('UPDATE courses SET is_published = false');
  const world = await newWorld();
  for (const viewer of ['anonymous', 'stranger', 'learner'] as const) {
    for (const one of CASES) {
      const answer = await ask(viewer, one.method, pathOf(one, world), one.body?.(world));
      expect(answer.text, `${one.method} ${one.route}`).not.toMatch(new RegExp(`${SECRET}|isCorrect|joinCode|explanation`));
    }
  }
  // The same requests, by an author, do show it: it is there to be leaked.
  const seen = await ask('owner', 'GET', pathOf({ ...(CASES[4] as Case) }, world));
  expect(seen.text).toContain(SECRET);
});
