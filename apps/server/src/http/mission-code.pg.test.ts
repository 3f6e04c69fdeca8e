import { EventSource as FetchingEventSource } from 'eventsource';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runningServer, signedIn, type Browser, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await runningServer('mission_code');
});
afterAll(() => server.remove());

const SOON = { timeout: 15_000, interval: 50 };

/** What the mission's page has around it: React's effect, TanStack's client, and a browser that sends its cookies to its own server. */
function pageOf(browser: Browser): {
  useRealtimeSync: () => void;
  invalidated: unknown[][];
  errors: unknown[];
  leave: () => void;
} {
  const invalidated: unknown[][] = [];
  const errors: unknown[] = [];
  let leave = (): void => {};
  const queryClient = { invalidateQueries: (key: unknown[]) => void invalidated.push(key) };
  const useQueryClient = (): typeof queryClient => queryClient;
  const useEffect = (effect: () => () => void, _dependencies: unknown[]): void => void (leave = effect());
  class EventSource extends FetchingEventSource {
    constructor(path: string) {
      super(new URL(path, server.url), {
        fetch: (address, init) =>
          fetch(address, {
            ...init,
            headers: { ...init.headers, cookie: browser.cookie, 'sec-fetch-site': 'same-origin' },
          }),
      });
      this.addEventListener('error', (event) => errors.push(event));
    }
  }

  // The mission's code, word by word; its address carries the form that it expects.
  function useRealtimeSync() {
    const queryClient = useQueryClient();

    useEffect(() => {
      const eventSource = new EventSource('/api/sync/stream?as=events');

      eventSource.onmessage = (event) => {
        const update = JSON.parse(event.data);

        switch (update.type) {
          case 'course_update':
            // Invalidate and refetch course data
            queryClient.invalidateQueries(['courses']);
            queryClient.invalidateQueries(['courses', update.courseId]);
            break;

          case 'enrollment_update':
            // Update user's enrollment status
            queryClient.invalidateQueries(['enrollments', update.userId]);
            break;
        }
      };

      return () => eventSource.close();
    }, [queryClient]);
  }

  return { useRealtimeSync, invalidated, errors, leave: () => leave() };
}

test('ST1 the mission’s own code hears what concerns its user, and nothing else', async () => {
  const browsers = { learner: await signedIn(server.url, 'learner'), learner2: await signedIn(server.url, 'learner2') };
  const id = async (browser: Browser): Promise<unknown> => (await browser.ask('GET', '/api/me')).body['id'];
  const [me, other] = [await id(browsers.learner), await id(browsers.learner2)];
  const { rows } = await server.sql.query<{ id: string }>(
    `INSERT INTO courses (title, description, is_published) VALUES ('Tides', 'CANARY', true), ('Secret', 'CANARY', false) RETURNING id`,
  );
  const [live, draft] = rows.map((row) => row.id);
  const page = pageOf(browsers.learner);
  page.useRealtimeSync();
  // It may have missed something before it listened.
  await expect.poll(() => page.invalidated, SOON).toContainEqual(['enrollments', me]);
  expect(page.invalidated).toContainEqual(['courses', null]);
  page.invalidated.length = 0;

  await server.sql.query(`UPDATE courses SET title = 'Tides and waves', publications = publications + 1 WHERE id = $1`, [live]);
  await expect.poll(() => page.invalidated, SOON).toEqual([['courses'], ['courses', live]]);
  page.invalidated.length = 0;

  // A draft, and what somebody else does: nothing. What one does oneself, on whatever device: heard.
  await server.sql.query(`UPDATE courses SET title = 'Still secret' WHERE id = $1`, [draft]);
  expect((await browsers.learner2.ask('POST', '/api/enrollments', { courseId: live })).status).toBeLessThan(300);
  expect((await browsers.learner.ask('POST', '/api/enrollments', { courseId: live })).status).toBeLessThan(300);
  await expect.poll(() => page.invalidated, SOON).toContainEqual(['enrollments', me]);
  // Taking part opens the course's content.
  await expect.poll(() => page.invalidated, SOON).toContainEqual(['courses', live]);
  const heard = JSON.stringify(page.invalidated);
  expect(heard).not.toContain(draft);
  expect(heard).not.toContain(String(other));
  page.invalidated.length = 0;

  await server.sql.query('UPDATE courses SET is_published = false WHERE id = $1', [live]);
  await expect.poll(() => page.invalidated, SOON).toContainEqual(['courses', live]);
  expect(page.errors).toEqual([]);
  page.leave();
});

test('ST1 who looks after a course hears whose taking part it was, also when it has ended', async () => {
  const browsers = { admin: await signedIn(server.url, 'admin'), author: await signedIn(server.url, 'instructor') };
  const learner = await signedIn(server.url, 'learner');
  const me = String((await learner.ask('GET', '/api/me')).body['id']);
  const made = await browsers.author.ask('POST', '/api/admin/courses', { title: 'Dunes' });
  const id = String(made.body['id']);
  expect((await browsers.author.ask('POST', `/api/admin/courses/${id}/publish`)).status).toBe(200);
  const pages = [pageOf(browsers.admin), pageOf(browsers.author)];
  const heard = async (): Promise<void> => {
    for (const page of pages) {
      await expect.poll(() => page.invalidated, SOON).toContainEqual(['enrollments', me]);
      expect(page.invalidated).not.toContainEqual(['enrollments', null]);
      page.invalidated.length = 0;
    }
  };
  for (const page of pages) {
    page.useRealtimeSync();
    await expect.poll(() => page.invalidated, SOON).toContainEqual(['enrollments', null]);
    page.invalidated.length = 0;
  }
  expect((await learner.ask('POST', '/api/enrollments', { courseId: id })).status).toBe(201);
  await heard();
  expect((await learner.ask('DELETE', `/api/enrollments/${id}`)).status).toBe(204);
  await heard();
  for (const page of pages) page.leave();
});

test('ST1 no byte of the short form is a row', async () => {
  const admin = await signedIn(server.url, 'admin');
  const closing = new AbortController();
  const response = await admin.open('/api/sync/stream?as=events', { signal: closing.signal });
  let text = '';
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  })().catch(() => undefined);
  await expect.poll(() => text, SOON).toContain('enrollment_update');
  const { rows } = await server.sql.query<{ id: string }>(
    `UPDATE courses SET title = 'CANARY' WHERE NOT is_published RETURNING id`,
  );
  await expect.poll(() => text, SOON).toContain(`{"type":"course_update","courseId":"${rows[0]?.id}"}`);
  expect(text).not.toContain('CANARY');
  expect(text).not.toMatch(/"put"|"drop"|"title"/);
  closing.abort();
});
