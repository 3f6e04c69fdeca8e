import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeUuidV7 } from '@elira/protocol';
import { runningServer, signedIn, type Answer, type Browser, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let admin: Browser;
let author: Browser;
let learner: Browser;
let course: string;
let learnerId: string;

beforeAll(async () => {
  server = await runningServer('telling');
  [admin, author, learner] = await Promise.all([
    signedIn(server.url, 'admin'),
    signedIn(server.url, 'instructor'),
    signedIn(server.url, 'learner'),
  ]);
  course = String((await author.ask('POST', '/api/admin/courses', { title: 'Tides' })).body['id']);
  await author.ask('POST', `/api/admin/courses/${course}/publish`);
  await learner.ask('POST', '/api/enrollments', { courseId: course });
  learnerId = String((await learner.ask('GET', '/api/me')).body['id']);
  await server.sql.query('DELETE FROM notifications');
});
afterAll(() => server.remove());

async function mutate(browser: Browser, name: string, args: unknown): Promise<Record<string, unknown>> {
  const answer = await browser.ask('POST', '/api/sync/mutations', [{ id: makeUuidV7(), name, args }]);
  return (answer.body as unknown as Record<string, unknown>[])[0] ?? {};
}
const kinds = async (): Promise<string[]> =>
  (await server.sql.query<{ kind: string }>('SELECT kind FROM notifications ORDER BY id')).rows.map(({ kind }) => kind);

test('N12 an announcement is made and deleted over HTTP, and signed', async () => {
  const made = await author.ask('POST', '/api/admin/announcements', { courseId: course, title: 'High water', body: '**Now**' });
  expect(made.status).toBe(201);
  const id = String(made.body['id']);
  const authorId = (await author.ask('GET', '/api/me')).body['id'];
  expect(made.body).toMatchObject({ courseId: course, title: 'High water', body: '**Now**', authorId });
  expect(await kinds()).toEqual(['announcement']);
  const refused: [Answer, number, string][] = [
    [await author.ask('POST', '/api/admin/announcements', { title: 'To all' }), 403, 'forbidden'],
    [await author.ask('POST', '/api/admin/announcements', { courseId: course, title: '' }), 400, 'invalid_request'],
    [
      await author.ask('POST', '/api/admin/announcements', { courseId: course, title: 'x', authorId: 'y' }),
      400,
      'invalid_request',
    ],
    [await author.ask('POST', '/api/admin/announcements', { courseId: makeUuidV7(), title: 'x' }), 404, 'not_found'],
    [
      await author.ask('POST', '/api/admin/announcements', { courseId: course, title: 'x', body: 'y'.repeat(20_001) }),
      400,
      'invalid_request',
    ],
  ];
  for (const [{ status, body }, expected, code] of refused) expect([status, body['code']]).toEqual([expected, code]);
  expect((await admin.ask('POST', '/api/admin/announcements', { title: 'To all' })).status).toBe(201);
  expect((await author.ask('DELETE', `/api/admin/announcements/${id}`)).status).toBe(204);
  expect((await author.ask('DELETE', `/api/admin/announcements/${id}`)).status).toBe(404);
  await server.sql.query('DELETE FROM announcements');
  expect(await kinds()).toEqual([]);
});

test('N12 an author is asked whether to tell of another publication', async () => {
  await author.ask('POST', `/api/admin/courses/${course}/publish`);
  await author.ask('POST', `/api/admin/courses/${course}/publish`, { notify: false });
  expect(await kinds()).toEqual([]);
  await author.ask('POST', `/api/admin/courses/${course}/publish`, { notify: true });
  expect(await mutate(author, 'course.publish', { id: course, notify: true })).toMatchObject({ status: 'applied' });
  expect(await kinds()).toEqual(['course_updated', 'course_updated']);
  expect((await author.ask('POST', `/api/admin/courses/${course}/publish`, { notify: 'yes' })).status).toBe(400);
});

test('N12 the mutations of the same, and reading what is new', async () => {
  const id = makeUuidV7();
  const args = { id, courseId: course, title: 'Low water', body: '' };
  expect(await mutate(learner, 'announcement.make', args)).toMatchObject({ status: 'refused', problem: { code: 'not_found' } });
  expect(await mutate(author, 'announcement.make', { ...args, courseId: null })).toMatchObject({
    problem: { code: 'forbidden' },
  });
  expect(await mutate(author, 'announcement.make', args)).toMatchObject({ status: 'applied', result: { id } });
  const { rows } = await server.sql.query<{ id: string }>('SELECT id FROM notifications WHERE entity_id = $1', [id]);
  const ids = [...rows.map((row) => row.id), makeUuidV7()];
  expect(await mutate(learner, 'notification.read', { ids })).toMatchObject({ status: 'applied', result: { read: 1 } });
  expect(await mutate(learner, 'notification.read', { ids })).toMatchObject({ status: 'applied', result: { read: 0 } });
  expect(await mutate(admin, 'notification.read', { ids })).toMatchObject({ result: { read: 0 } });
  expect(await mutate(learner, 'notification.read', { ids: [] })).toMatchObject({ problem: { code: 'invalid_request' } });
  expect((await server.sql.query('SELECT user_id FROM notification_reads')).rows).toEqual([{ user_id: learnerId }]);
  expect(await mutate(learner, 'announcement.delete', { id })).toMatchObject({ problem: { code: 'forbidden' } });
  expect(await mutate(author, 'announcement.delete', { id })).toMatchObject({ status: 'applied' });
  expect((await server.sql.query('SELECT FROM notification_reads')).rowCount).toBe(0);
});

test('N12 the numbers of courses over HTTP', async () => {
  await server.sql.query('UPDATE enrollments SET progress = 40 WHERE course_id = $1', [course]);
  await server.sql.query('DELETE FROM course_analytics');
  await server.sql.query("INSERT INTO course_analytics (course_id, event) VALUES ($1, 'published')", [course]);
  const one = await author.ask('GET', `/api/admin/courses/${course}/analytics`);
  expect(one.body).toMatchObject({
    courseId: course,
    title: 'Tides',
    learners: 1,
    activeLearners: 1,
    completed: 0,
    completionRate: 0,
    averageProgress: 40,
    averageScore: null,
    events: [{ event: 'published' }],
  });
  const of = async (browser: Browser): Promise<string[]> =>
    ((await browser.ask('GET', '/api/admin/analytics')).body['courses'] as { courseId: string }[]).map(
      ({ courseId }) => courseId,
    );
  const { rows } = await server.sql.query<{ id: string }>('SELECT id FROM courses ORDER BY id');
  expect(await of(admin)).toEqual(rows.map(({ id }) => id));
  expect(await of(author)).toContain(course);
  expect(await of(learner)).toEqual([]);
});
