import { mutators } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import { createSyncClient, MemoryDevice, type OfflineStore, type SyncClient } from '@elira/sync-client';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  runningServer,
  signedIn,
  type Answer,
  type Browser,
  type RunningServer,
} from '../../apps/server/fixture/running-server.ts';

let server: RunningServer;
const clients: SyncClient[] = [];

beforeAll(async () => {
  server = await runningServer('client_writes');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
});
afterAll(async () => {
  await server.remove();
});

const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 });

async function idOf(browser: Browser): Promise<string> {
  return String((await browser.ask('GET', '/api/me')).body['id']);
}

type Options = { readonly offline?: OfflineStore; readonly isOnline?: () => boolean };

/** A client that writes as `id`, with the cookie of `browser`. */
function write(browser: Browser, id: string, { offline, isOnline = () => true }: Options = {}): SyncClient {
  const client = createSyncClient({
    url: `${server.url}/api/sync/stream`,
    headers: () => ({ cookie: browser.cookie, origin: server.url, 'sec-fetch-site': 'same-origin' }),
    fetch: (...given) => (isOnline() ? fetch(...given) : Promise.reject(new TypeError('no network'))),
    user: { id },
    mutators,
    ...(offline === undefined ? {} : { offline }),
  });
  clients.push(client);
  client.start();
  return client;
}

/** A course of several lessons that the learner is not in. */
async function course(): Promise<{ readonly id: string; readonly lessons: readonly string[] }> {
  const { rows } = await server.sql.query<{ id: string; lessons: string[] }>(
    `SELECT c.id, array_agg(l.id::text) AS lessons FROM published_courses c JOIN published_lessons l ON l.course_id = c.id
     WHERE c.listed AND c.access = 'open' GROUP BY c.id HAVING count(*) > 2 ORDER BY c.id LIMIT 1`,
  );
  return rows[0] ?? { id: '', lessons: [] };
}

test('K31 K33 joined and completed without a network, over a reload, and done once: no state in between is shown', async () => {
  const browser = await signedIn(server.url, 'learner');
  const [user, { id, lessons }] = [await idOf(browser), await course()];
  await browser.ask('DELETE', `/api/enrollments/${id}`);
  const device = new MemoryDevice();
  let isOnline = true;
  const first = write(browser, user, { offline: device.tab(user), isOnline: () => isOnline });
  await until(() => expect(first.status).toBe('live'));
  const joined = await first.mutate('enrollment.join', { courseId: id }).settled;
  expect(joined.status).toBe('applied');
  await until(() =>
    expect([first.store.rows('published_lessons').has(lessons[0] ?? ''), first.outbox.list()]).toEqual([true, []]),
  );
  isOnline = false;
  const made = lessons.slice(0, 3).map((lessonId) => first.mutate('lesson.complete', { lessonId, completed: true }).id);
  const done = (client: SyncClient): number =>
    client
      .table('lesson_progress')
      .all()
      .filter((row) => row['completedAt'] !== null && made.length > 0 && lessons.includes(String(row['lessonId']))).length;
  await until(() => expect(done(first)).toBe(3));
  await new Promise((resolve) => setTimeout(resolve, 400));
  first.stop();
  await until(async () => expect((await device.tab(user).readMutations()).length).toBe(3));
  const second = write(browser, user, { offline: device.tab(user), isOnline: () => isOnline });
  await until(() => expect([done(second), second.outbox.unsent]).toEqual([3, 3]));
  const seen = new Set<number>();
  second.table('lesson_progress').subscribe(() => void seen.add(done(second)));
  second.store.subscribe(() => void seen.add(done(second)));
  isOnline = true;
  second.wake();
  await until(() => expect(second.outbox.list()).toEqual([]));
  await until(() => expect(second.store.rows('lesson_progress').size).toBeGreaterThanOrEqual(3));
  expect([[...seen].filter((count) => count !== 3), second.isPending('lesson_progress', lessons[0] ?? '')]).toEqual([
    [],
    false,
  ]);
  const { rows } = await server.sql.query<{ ids: string[] }>(
    "SELECT array_agg(id::text ORDER BY id) AS ids FROM mutations WHERE user_id = $1 AND name = 'lesson.complete'",
    [user],
  );
  expect(rows[0]?.ids).toEqual(made.toSorted());
  await until(async () => expect(await device.tab(user).readMutations()).toEqual([]));
});

test('K27 what one person made is not written with the cookie of another', async () => {
  const [ann, bob] = [await signedIn(server.url, 'learner'), await signedIn(server.url, 'learner2')];
  const [user, { id }] = [await idOf(ann), await course()];
  const client = write(bob, user);
  client.mutate('enrollment.join', { courseId: id });
  await until(() => expect(client.outbox.problem?.code).toBe('not_signed_in'));
  expect(client.outbox.unsent).toBe(1);
  const { rows } = await server.sql.query('SELECT 1 FROM mutations WHERE user_id = $1', [await idOf(bob)]);
  expect(rows).toEqual([]);
});

test('K28 a refusal of the server shows nothing and is kept with its reason', async () => {
  const browser = await signedIn(server.url, 'learner');
  const client = write(browser, await idOf(browser));
  await until(() => expect(client.status).toBe('live'));
  const { settled } = client.mutate('enrollment.leave', { courseId: '01970000-0000-7000-8000-000000000000' });
  expect(await settled).toMatchObject({ status: 'refused', problem: { code: 'not_found' } });
  expect(client.outbox.list()).toMatchObject([{ state: 'refused', problem: { code: 'not_found' } }]);
});

test('D9 K26 who sends too much at once is told when to come again, waits that long, and loses nothing', async () => {
  const browser = await signedIn(server.url, 'learner');
  const [user, { id, lessons }] = [await idOf(browser), await course()];
  await browser.ask('POST', '/api/enrollments', { courseId: id });
  const completion = (): unknown => [
    { id: makeUuidV7(), name: 'lesson.complete', args: { lessonId: lessons[0] ?? '', completed: true } },
  ];
  // Whatever is committed together waits for this row.
  await server.sql.query('BEGIN');
  await server.sql.query('SELECT FROM enrollments WHERE user_id = $1 AND course_id = $2 FOR UPDATE', [user, id]);
  const answers: Answer[] = [];
  const sent = Array.from({ length: 20 }, async () => {
    answers.push(await browser.ask('POST', '/api/sync/mutations', completion()));
  });
  // Sixteen are being decided, the others are not.
  await until(() => expect(answers.length).toBe(4));
  for (const { status, headers, body } of answers)
    expect([status, headers.get('retry-after'), body['code']]).toEqual([429, '2', 'too_many_requests']);

  const asked: number[] = [];
  const client = write(browser, user, { isOnline: () => asked.push(performance.now()) > 0 });
  await until(() => expect(client.status).toBe('live'));
  asked.length = 0;
  const { settled } = client.mutate('lesson.complete', { lessonId: lessons[1] ?? '', completed: true });
  await until(() => expect(client.outbox.problem?.code).toBe('too_many_requests'));
  expect(client.outbox.list()).toMatchObject([{ state: 'waiting' }]);
  await server.sql.query('COMMIT');
  await Promise.all(sent);
  expect(answers.slice(4).map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
  expect(await settled).toMatchObject({ status: 'applied' });
  expect(asked.slice(1).every((at, index) => at - (asked[index] ?? 0) >= 2000)).toBe(true);
  expect(asked.length).toBeGreaterThan(1);
  await until(() => expect(client.outbox.list()).toEqual([]));
});
