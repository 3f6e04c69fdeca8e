import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SyncClient } from '@elira/sync-client';
import { makeSmallCourse, type SmallCourse } from '../../fixture/small-course.ts';
import { runningServer, signedIn, type Browser, type RunningServer } from '../../fixture/running-server.ts';
import { runCommand } from '../cli/run-command.ts';
import type { Sent } from './explain-lines.ts';
import type { Explanation } from './explain-row.ts';

const LEARNER = 'learner@elira.example';
const OTHER = 'learner2@elira.example';
let server: RunningServer;
let browser: Browser;
let client: SyncClient;
let course: SmallCourse;

beforeAll(async () => {
  server = await runningServer('explain');
  browser = await signedIn(server.url, 'learner');
  course = await makeSmallCourse(server.sql, 'Tides');
  await server.sql.query(`UPDATE lessons SET status = 'ready'`);
  await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
  await server.sql.query(
    'INSERT INTO course_authors (course_id, user_id, role) SELECT $1, id, $$owner$$ FROM users WHERE email = $$instructor@elira.example$$',
    [course.id],
  );
  await browser.ask('POST', '/api/enrollments', { courseId: course.id });
  client = new SyncClient({ url: `${server.url}/api/sync/stream`, headers: { cookie: browser.cookie } });
  client.start();
  await vi.waitUntil(() => client.status === 'live');
});
afterAll(async () => {
  client?.stop();
  await server?.remove();
});

async function explain(args: readonly string[], url = server.url): Promise<{ code: number; out: string; errors: string }> {
  let [out, errors] = ['', ''];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  const stderr = vi.spyOn(console, 'error').mockImplementation((line: unknown) => void (errors += `${String(line)}\n`));
  vi.stubEnv('ELIRA_URL', url);
  const code = await runCommand(['explain', ...args], { DATABASE_URL: server.databaseUrl, ELIRA_DATA: server.folder });
  stdout.mockRestore();
  stderr.mockRestore();
  vi.unstubAllEnvs();
  return { code, out, errors };
}
const json = async (...args: readonly string[]): Promise<Explanation & { sent: Sent }> =>
  JSON.parse((await explain([...args, '--json'])).out) as Explanation & { sent: Sent };

test('EX1 who is enrolled has a published lesson: by which row, under which columns, and what their stream was sent', async () => {
  const [lesson] = course.lessons;
  const { code, out } = await explain([LEARNER, 'published_lessons', lesson]);
  expect(code).toBe(0);
  expect(out).toContain(`has this row.`);
  expect(out).toMatch(new RegExp(`scope +content:${course.id}/learner\\n +held by the row [-0-9a-f]{36} of enrollments`));
  expect(out).toMatch(/select +as this person finds the row/);
  expect(out).toMatch(/masked +\S/);
  expect(out).toMatch(/sent +stream 1 at http:\S+: live, \d+ scopes/);
  const told = await json(LEARNER, 'published_lessons', lesson);
  expect(told).toMatchObject({ has: true, selected: true, exists: true, routing: { course_id: course.id } });
  // Something that is new is told as sent.
  const title = 'Tides, and what makes them';
  await server.sql.query('UPDATE lessons SET title = $2 WHERE id = $1', [lesson, title]);
  await server.sql.query('SELECT publish_course($1)', [course.id]);
  await expect.poll(() => client.table('published_lessons').get(lesson)?.['title']).toBe(title);
  expect((await explain([LEARNER, 'published_lessons', lesson])).out).toMatch(
    /sent in content:\S+, (in the last batch|\d+ batch)/,
  );
});

test('EX1 who is not enrolled does not, and what would let them is told', async () => {
  const { out } = await explain([OTHER, 'published_lessons', course.lessons[0]]);
  expect(out).toContain('does not have this row');
  expect(out).toContain(`not held; it would be opened by a row of enrollments with their user_id and course_id ${course.id}`);
  expect(out).toContain('as this person finds nothing');
  expect(out).toContain('no open stream of theirs');
  expect(out).not.toContain('fault of Elira');
});

test('EX1 the working row, a draft and what is not published are told apart from what learners receive', async () => {
  const working = await explain([LEARNER, 'lessons', course.lessons[0]]);
  expect(working.out).toMatch(/does not have this row[^]*Learners receive that of published_lessons, which is there/);
  const { rows } = await server.sql.query<{ id: string }>(
    `INSERT INTO lessons (course_id, module_id, title, content, position, status) VALUES ($1, $2, 'New', '', 'b0', 'draft') RETURNING id`,
    [course.id, course.modules[0]],
  );
  const draft = await explain([LEARNER, 'published_lessons', rows[0]?.id ?? '']);
  expect(draft.out).toMatch(
    /There is no such row[^]*There is a working row of this id in lessons: it is not published, or is a draft/,
  );
});

test('EX1 roles and masks: an author has the working rows, an admin all of them, oneself one’s own account without its secrets', async () => {
  const author = await explain(['instructor@elira.example', 'lessons', course.lessons[1]]);
  expect(author.out).toMatch(/has this row[^]*authoring:\S+\n +held by the row [-0-9a-f]{36} of course_authors/);
  const admin = await json('admin@elira.example', 'lessons', course.lessons[1]);
  expect(admin.scopes.find(({ scope }) => scope === 'courses/admin')?.heldBy).toContain('administrator');
  const me = await json(LEARNER, 'users', (await json(LEARNER, 'users', 'x')).person.id);
  expect(me).toMatchObject({ has: true, selected: true });
  expect(me.masked).toEqual(expect.arrayContaining(['ban_reason', 'email_verified', 'banned']));
  expect(me.masked).not.toContain('email');
  const other = await json(OTHER, 'users', me.person.id);
  expect(other).toMatchObject({ has: false, selected: false, masked: [] });
  for (const one of [author.out, JSON.stringify([admin, me, other])]) expect(one).not.toContain('fault of Elira');
});

test('EX1 a row that is not there, an unknown table or person, a server that does not run: each is told', async () => {
  const none = await explain([LEARNER, 'lessons', '01930000-0000-7000-8000-000000000000']);
  expect([none.code, none.out.split('\n')[0]]).toEqual([0, 'There is no such row, so nobody has it.']);
  expect((await explain([LEARNER, 'lessons', 'no uuid'])).out).toContain('There is no such row');
  const table = await explain([LEARNER, 'accounts', 'x']);
  expect([table.code, table.errors]).toEqual([
    1,
    expect.stringMatching(/No table "accounts" is synchronised\.\nThose that are: [^]*lesson_progress, lessons/),
  ]);
  const person = await explain(['nobody@elira.example', 'lessons', 'x']);
  expect([person.code, person.errors]).toEqual([1, expect.stringContaining('There is nobody with the id or e-mail address')]);
  expect((await explain([LEARNER, 'lessons'])).code).toBe(2);
  expect((await explain([LEARNER, 'lessons', course.lessons[0]], 'http://127.0.0.1:9')).out).toContain(
    'no server runs at http://127.0.0.1:9',
  );
});

test('EX1 a ban shows, and that nobody is signed in', async () => {
  await server.sql.query('UPDATE users SET banned = true WHERE email = $1', [OTHER]);
  expect((await explain([OTHER, 'published_courses', course.id])).out).toMatch(
    /does not have this row[^]*banned[^]*This account is banned/,
  );
  await server.sql.query('UPDATE users SET banned = false WHERE email = $1', [OTHER]);
  expect((await explain([OTHER, 'published_courses', course.id])).out).toMatch(/has this row[^]*no session at the moment/);
});
