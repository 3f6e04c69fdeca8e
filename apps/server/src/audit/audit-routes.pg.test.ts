import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorld, type World } from '../../fixture/course-world.ts';
import { Browser, runningServer, signedIn, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let admin: Browser;
let owner: Browser;
let learner: Browser;
let world: World;

type Entry = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  server = await runningServer('audit_routes');
  [admin, owner, learner] = [
    await signedIn(server.url, 'admin'),
    await signedIn(server.url, 'instructor'),
    await signedIn(server.url, 'learner'),
  ];
  const id = async (browser: Browser): Promise<string> => String((await browser.ask('GET', '/api/me')).body['id']);
  const other = await signedIn(server.url, 'learner2');
  world = await makeWorld(server.sql, { owner: await id(owner), coAuthor: await id(other), learner: await id(learner) });
});
afterAll(() => server.remove());

const at = (name: string): string => world[name] ?? '';
const auditOf = (course: string, query = ''): string => `/api/admin/courses/${course}/audit${query}`;

async function entries(browser: Browser, path: string): Promise<Entry[]> {
  const { status, body, text } = await browser.ask('GET', path);
  expect(status, text).toBe(200);
  return body['entries'] as Entry[];
}

test('F8 an author reads who changed what in the course, by name, filtered', async () => {
  const path = `/api/admin/lessons/${at('draftLesson')}`;
  expect((await owner.ask('PUT', path, { version: 1, title: 'Renamed' })).status).toBe(200);
  const renamed = {
    courseId: at('course'),
    changedBy: at('owner'),
    entityType: 'lesson',
    entityId: at('draftLesson'),
    entityVersion: 2,
    fieldName: 'title',
    oldValue: 'Draft',
    newValue: 'Renamed',
    textOffset: null,
    cut: false,
  };
  const [newest] = await entries(owner, auditOf(at('course')));
  expect(newest).toMatchObject(renamed);
  expect(newest?.['changedByName']).toMatch(/\w/);
  // What came by a request is signed with its mutation.
  expect(newest?.['mutationId']).toMatch(/^[0-9a-f-]{36}$/);

  const of = async (query: string): Promise<Entry[]> => await entries(owner, auditOf(at('course'), query));
  expect(await of(`?entityType=lesson&entityId=${at('draftLesson')}&field=title&changedBy=${at('owner')}`)).toEqual([newest]);
  expect(await of('?entityType=lesson&field=nothing')).toEqual([]);
  expect(await of(`?changedBy=${randomUUID()}`)).toEqual([]);
  expect(await of(`?entityType=lesson&field=title&from=${encodeURIComponent(String(newest?.['changedAt']))}`)).toEqual([
    newest,
  ]);
  expect(await of('?to=2001-01-01T00:00:00Z')).toEqual([]);
  const authors = await of('?entityType=author');
  expect(authors.map(({ entityId, entityName }) => [entityId, typeof entityName])).toEqual(
    expect.arrayContaining([[at('coAuthor'), 'string']]),
  );
  for (const wrong of ['?entityType=x', '?before=1', '?from=yesterday', '?limit=5', `?field=${'x'.repeat(101)}`]) {
    expect((await owner.ask('GET', auditOf(at('course'), wrong))).status, wrong).toBe(400);
  }
});

test('F8 pages follow each other without gap or double', async () => {
  await server.sql.query("INSERT INTO modules (course_id, title) SELECT $1, 'module ' || i FROM generate_series(1, 250) i", [
    at('course'),
  ]);
  const seen: unknown[] = [];
  let pages = 0;
  for (let before = ''; ; pages += 1) {
    const { body } = await owner.ask('GET', auditOf(at('course'), before));
    seen.push(...(body['entries'] as Entry[]).map(({ id }) => id));
    if (typeof body['next'] !== 'string') break;
    before = `?before=${body['next']}`;
  }
  const { rows } = await server.sql.query<{ id: string }>('SELECT id FROM course_audit WHERE course_id = $1 ORDER BY id DESC', [
    at('course'),
  ]);
  expect([pages >= 2, seen]).toEqual([true, rows.map(({ id }) => id)]);
});

test('F8 a text as long as there can be is cut in the list', async () => {
  const [long, longer] = ['x'.repeat(150_000), 'y'.repeat(200_000)];
  await server.sql.query('UPDATE lessons SET content = $2 WHERE id = $1', [at('draftLesson'), long]);
  await server.sql.query('UPDATE lessons SET content = $2 WHERE id = $1', [at('draftLesson'), longer]);
  const [newest] = await entries(owner, auditOf(at('course'), '?field=content'));
  expect(newest).toMatchObject({
    oldValue: long.slice(0, 20_000),
    newValue: longer.slice(0, 20_000),
    cut: true,
    textOffset: 0,
  });
});

test('F8 administrators find roles and bans, with who gave them; nobody else does', async () => {
  const adminId = String((await admin.ask('GET', '/api/me')).body['id']);
  const userId = at('coAuthor');
  expect((await admin.ask('POST', '/api/auth/admin/set-role', { userId, role: 'instructor' })).status).toBe(200);
  expect((await admin.ask('POST', '/api/auth/admin/ban-user', { userId, banReason: 'a secret reason' })).status).toBe(200);
  expect((await admin.ask('POST', '/api/auth/admin/unban-user', { userId })).status).toBe(200);
  // Who comes after on the same connection is nobody's administrator.
  const fresh = new Browser(server.url);
  const account = { name: 'Fresh', email: 'fresh@elira.test', password: 'a long password' };
  expect((await fresh.ask('POST', '/api/auth/sign-up/email', account)).status).toBe(200);
  await server.sql.query("UPDATE users SET role = 'instructor' WHERE email = 'fresh@elira.test'");

  const found = await entries(admin, '/api/admin/audit?entityType=user');
  expect(
    found.map(({ fieldName, oldValue, newValue, changedBy }) => [fieldName, oldValue, newValue, changedBy]).slice(0, 4),
  ).toEqual([
    ['role', 'learner', 'instructor', null],
    ['banned', 'true', 'false', adminId],
    ['banned', 'false', 'true', adminId],
    ['role', 'learner', 'instructor', adminId],
  ]);
  expect(found[3]).toMatchObject({ entityId: userId, courseId: null });
  expect([typeof found[3]?.['entityName'], typeof found[3]?.['changedByName']]).toEqual(['string', 'string']);
  expect(JSON.stringify(found)).not.toContain('secret reason');
  expect(await entries(owner, '/api/admin/audit?entityType=user')).toEqual([]);
  expect(await entries(learner, '/api/admin/audit')).toEqual([]);
  expect((await entries(owner, '/api/admin/audit')).length).toBe(100);
});

test('F9 administrators see what people did, newest first, by name and title; others see nobody', async () => {
  const done = await learner.ask('PUT', `/api/progress/${at('lesson')}`, { completed: true });
  expect(done.status).toBe(200);
  const activities = async (browser: Browser, query = ''): Promise<Entry[]> =>
    (await browser.ask('GET', `/api/admin/activities${query}`)).body['activities'] as Entry[];
  const mine = `userId=${at('learner')}`;
  const [newest, before, ...rest] = await activities(admin, `?${mine}&from=2020-01-01T00:00:00Z`);
  expect(newest).toMatchObject({
    userId: at('learner'),
    activityType: 'lesson_completion',
    entityType: 'lesson',
    entityId: at('lesson'),
    entityTitle: 'Lesson',
    metadata: { courseId: at('course') },
  });
  expect(typeof newest?.['userName']).toBe('string');
  expect(before).toMatchObject({ activityType: 'enrollment', entityType: 'course', entityId: at('course') });
  // Nothing is noted twice.
  expect([before, ...rest].filter((one) => one?.['entityId'] === at('course'))).toHaveLength(1);
  expect(await activities(admin, `?activityType=lesson_completion&entityType=lesson&entityId=${at('lesson')}`)).toEqual([
    newest,
  ]);
  expect(await activities(admin, `?${mine}&before=${String(newest?.['id'])}`)).toEqual([before, ...rest]);
  expect(await activities(admin, '?to=2001-01-01T00:00:00Z')).toEqual([]);

  const saved = await owner.ask('PUT', `/api/admin/courses/${at('course')}`, { version: 2, title: 'Told' });
  expect(saved.status, saved.text).toBe(200);
  expect((await activities(admin, '?activityType=course_update'))[0]).toMatchObject({
    userId: at('owner'),
    entityId: at('course'),
    metadata: { changes: { title: 'Told' } },
  });
  expect(await activities(owner)).toEqual([]);
  expect(await activities(learner)).toEqual([]);
  for (const wrong of ['?before=1', '?entityId=x', '?limit=5']) {
    expect((await admin.ask('GET', `/api/admin/activities${wrong}`)).status, wrong).toBe(400);
  }
});
