import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TcpProxy } from '@elira/testkit';
import { runningServer, signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { courseOf } from './course-of.ts';
import { hides, launchBrowser, shows, whyNoBrowser, Windows } from './window.ts';

const reason = await whyNoBrowser();

describe.skipIf(reason !== undefined)(`two screens${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let windows: Windows;

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('screens'), launchBrowser()]);
    windows = new Windows(browser, server.url);
  });
  afterEach(() => windows.close());
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  test('what an author publishes is on a learner’s screen without a reload, and goes when it is taken back', async () => {
    const course = await courseOf(server.url, 'Tides', { 'The moon': 'It pulls.' });
    const [author, learner] = await Promise.all([windows.of('instructor'), windows.of('learner')]);
    await learner.page.goto('/');
    const card = learner.page.getByRole('link', { name: 'Tides' });
    await author.page.goto(`/author/courses/${course.id}`);
    await author.page.getByRole('button', { name: 'Publish', exact: true }).waitFor();
    expect(await card.count()).toBe(0);
    learner.requests.splice(0);

    await author.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await shows(card);
    await shows(author.page.getByText('Learners see exactly what is here.'));
    await author.page.getByLabel('Title', { exact: true }).fill('Tides and currents');
    await author.page.getByRole('button', { name: 'Save', exact: true }).click();
    await shows(author.page.getByText('Your changes since then are not public.'));
    expect(await learner.page.getByText('Tides and currents').count()).toBe(0);
    await author.page.getByRole('button', { name: 'Publish changes' }).click();
    await shows(learner.page.getByRole('link', { name: 'Tides and currents' }));

    await author.page.getByRole('button', { name: 'Unpublish' }).click();
    await author.page.getByRole('alertdialog').getByRole('button', { name: 'Unpublish' }).click();
    await hides(learner.page.getByRole('link', { name: 'Tides and currents' }));
    // The stream brought all of it: no page was loaded again and nothing was asked.
    expect(learner.requests).toEqual([]);
  });

  test('whatever any SQL client commits shows as well', async () => {
    const course = await courseOf(server.url, 'Maps', { 'A compass': 'North.' });
    const [author, learner] = await Promise.all([windows.of('instructor'), windows.of('learner')]);
    await Promise.all([learner.page.goto('/'), author.page.goto('/author')]);
    await shows(author.page.getByRole('link', { name: 'Maps' }));
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
    await shows(learner.page.getByRole('link', { name: 'Maps' }));
    await learner.page.getByRole('link', { name: 'Maps' }).click();
    await shows(learner.page.getByText('A compass'));
    await server.sql.query("UPDATE courses SET title = 'Maps by hand' WHERE id = $1", [course.id]);
    await shows(author.page.getByRole('link', { name: 'Maps by hand' }));
    await server.sql.query('UPDATE courses SET is_published = false WHERE id = $1', [course.id]);
    await shows(learner.page.getByText('This course is not available'));
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
    await shows(learner.page.getByRole('heading', { name: 'Maps by hand' }));
  });

  test('a learner enrols and the texts arrive; what they complete moves the author’s screen; leaving closes the texts', async () => {
    const course = await courseOf(server.url, 'Bread', { Flour: 'Sift it **twice**.', Water: 'Lukewarm.' });
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
    const [author, learner] = await Promise.all([windows.of('instructor'), windows.of('learner2')]);
    await author.page.goto(`/author/courses/${course.id}`);
    await learner.page.goto(`/courses/${course.id}`);
    await learner.page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await shows(author.page.getByRole('progressbar', { name: 'Progress of Second demo learner' }));
    await learner.page.getByRole('link', { name: 'Start learning' }).click();
    await shows(learner.page.locator('.prose strong', { hasText: 'twice' }));
    await learner.page.getByRole('button', { name: 'Mark as done' }).click();
    await shows(learner.page.getByRole('button', { name: 'Done. Mark as not done' }));
    await shows(author.page.getByText('50 %'));

    // A lesson that is open changes under the reader's eyes, once it is published.
    await server.sql.query("UPDATE lessons SET content = 'Sift it three times.' WHERE id = $1", [course.lessons[0]?.id]);
    await author.page.getByRole('button', { name: 'Publish changes' }).click();
    await shows(learner.page.getByText('Sift it three times.'));

    await server.sql.query('DELETE FROM enrollments WHERE course_id = $1', [course.id]);
    await shows(learner.page.getByText('Enrol to read this lesson'));
    expect(await learner.page.getByText('Sift it three times.').count()).toBe(0);
    await shows(author.page.getByText('Nobody is enrolled yet.'));
  });

  test('a join code opens a course, and only the right one', async () => {
    const course = await courseOf(server.url, 'Knots', { Bowline: 'Up through the hole.' });
    const [author, learner] = await Promise.all([windows.of('instructor'), windows.of('learner')]);
    await author.page.goto(`/author/courses/${course.id}`);
    await author.page.getByText('By join code').click();
    await author.page.getByLabel('Join code', { exact: true }).fill('half-hitch');
    await author.page.getByRole('button', { name: 'Save access' }).click();
    await shows(author.page.getByRole('button', { name: 'Show the join code' }));
    await author.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await learner.page.goto(`/courses/${course.id}`);
    await learner.page.getByLabel('Join code').fill('granny');
    await learner.page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await shows(learner.page.getByText('That join code is not right.'));
    await learner.page.getByLabel('Join code').fill('half-hitch');
    await learner.page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await shows(learner.page.getByRole('link', { name: 'Start learning' }));
    await author.page.getByRole('button', { name: 'Show the join code' }).click();
    await shows(author.page.getByText('half-hitch'));
  });

  test('W10 what one person saw is gone when the next one signs in', async () => {
    const course = await courseOf(server.url, 'Secrets', { Recipe: 'canary-of-the-first' });
    await server.sql.query("UPDATE courses SET is_published = true, access = 'authors' WHERE id = $1", [course.id]);
    const { page } = await windows.of('instructor');
    await page.goto('/author');
    await shows(page.getByRole('link', { name: 'Secrets' }));
    await page.getByRole('link', { name: 'Secrets' }).click();
    await shows(page.getByRole('heading', { level: 1, name: 'Secrets' }));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await shows(page.getByRole('banner').getByRole('link', { name: 'Sign in' }));
    await hides(page.getByRole('heading', { name: 'Secrets' }));
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign in as Second demo learner' }).click();
    await shows(page.getByText('Second demo learner'));
    await shows(page.getByRole('link', { name: 'My courses' }));
    expect(await page.getByText('Secrets').count()).toBe(0);
    await page.goBack();
    await page.goBack();
    expect(await page.getByText('Secrets').count()).toBe(0);
    expect(await page.content()).not.toContain('canary-of-the-first');
  });

  test('W25 leaving a course and reading news show at once, wait where there is no network, and arrive when it is back', async () => {
    const course = await courseOf(server.url, 'Sails', { Hoisting: 'Into the wind.' });
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
    await (await signedIn(server.url, 'learner2')).ask('POST', '/api/enrollments', { courseId: course.id });
    const told = { courseId: course.id, title: 'Storm today', body: 'Stay ashore.' };
    await (await signedIn(server.url, 'instructor')).ask('POST', '/api/admin/announcements', told);
    const count = async (sql: string): Promise<number | null> => (await server.sql.query(sql, [course.id])).rowCount;
    const ENROLLED = 'SELECT FROM enrollments WHERE course_id = $1';
    const READ = 'SELECT FROM notification_reads r JOIN notifications n ON n.id = r.notification_id WHERE n.course_id = $1';

    const network = await TcpProxy.listen({ target: Number(new URL(server.url).port) });
    const beyond = new Windows(browser, `http://127.0.0.1:${network.port}`);
    const { page, context } = await beyond.of('learner2');
    await page.goto('/news');
    const entry = page.getByRole('article').filter({ hasText: 'Storm today' });
    await shows(entry.getByRole('img', { name: 'Unread' }));
    // Loaded before the network goes.
    await page.getByRole('link', { name: 'My courses' }).click();
    await page.getByRole('link', { name: 'Sails' }).first().click();
    await shows(page.getByRole('button', { name: 'Leave this course' }));
    await context.setOffline(true);
    network.cut();
    await shows(page.getByText(/^Offline/), 30_000);

    await page.getByRole('link', { name: /^What is new/ }).click();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await hides(entry.getByRole('img', { name: 'Unread' }));
    await shows(page.getByRole('button', { name: '1 change waiting to be sent' }));
    await page.goBack();
    await page.getByRole('button', { name: 'Leave this course' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await shows(page.getByRole('button', { name: 'Enrol', exact: true }));
    await shows(page.getByRole('button', { name: '2 changes waiting to be sent' }));
    expect([await count(ENROLLED), await count(READ)]).toEqual([1, 0]);

    await context.setOffline(false);
    await expect.poll(() => count(ENROLLED), { timeout: 30_000 }).toBe(0);
    await expect.poll(() => count(READ), { timeout: 30_000 }).toBe(1);
    await hides(page.getByRole('button', { name: /waiting to be sent/ }));
    expect(await page.getByRole('button', { name: 'Enrol', exact: true }).count()).toBe(1);
    await beyond.close();
    await network.close();
  });
});
