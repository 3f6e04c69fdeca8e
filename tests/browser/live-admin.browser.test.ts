import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TcpProxy } from '@elira/testkit';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { courseOf, withQuiz, type MadeCourse } from './course-of.ts';
import { hides, launchBrowser, shows, whyNoBrowser, Windows } from './window.ts';

const reason = await whyNoBrowser();
const LEARNER = 'Second demo learner';
const AUTHOR = 'Demo instructor';

describe.skipIf(reason !== undefined)(`an admin looks on${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let windows: Windows;

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('live_admin'), launchBrowser()]);
    windows = new Windows(browser, server.url);
  });
  afterEach(() => windows.close());
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const publish = (course: MadeCourse): Promise<unknown> =>
    server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);

  /** The dashboard's numbers, as they stand on the screen. */
  const numbersOn = (page: Page, title: string) => {
    const cells = page
      .getByRole('region', { name: 'Courses', exact: true })
      .getByRole('row', { name: title })
      .getByRole('cell');
    const today = page.locator('details table tbody tr').last().getByRole('cell');
    return async (): Promise<Record<string, string>> => {
      const [learners = '', active = '', , progress = '', score = ''] = await cells.allInnerTexts();
      const [enrolled = '', lessons = ''] = await today.allInnerTexts();
      const all = await page.locator('dl > div', { hasText: 'Learners' }).locator('dd').innerText();
      return { all, learners, active, progress: progress.trim(), score, enrolled, lessons };
    };
  };
  const plus = (text: string | undefined, by: number): string => String(Number(text) + by);
  /** What a chart draws, as it is drawn. */
  const drawn = (page: Page): Promise<unknown> => page.evaluate("document.querySelector('.uplot canvas').toDataURL()");

  test('an admin’s chart and feed move while learners work', async () => {
    const course = await courseOf(server.url, 'Soap', { Lye: 'Wear gloves.', Oils: 'Weigh them.' });
    const quiz = await withQuiz(server.url, course, 'Safety', 'What comes first?', ['Lye into water', 'Water into lye']);
    await publish(course);
    const [admin, feed, learner] = [await windows.of('admin'), await windows.of('admin'), await windows.of('learner2')];
    await Promise.all([
      admin.page.goto('/dashboard'),
      feed.page.goto('/admin/activity'),
      learner.page.goto(`/courses/${course.id}`),
    ]);
    await admin.page.getByText('As a table').click();
    await shows(admin.page.locator('.uplot canvas'));
    const numbers = numbersOn(admin.page, 'Soap');
    await expect.poll(async () => (await numbers())['learners']).toBe('0');
    const before = await numbers();
    const chart = await drawn(admin.page);
    const line = (page: Page, text: string): Locator => page.getByRole('listitem').filter({ hasText: text });
    await shows(feed.page.getByRole('link', { name: /^Everything/ }));
    expect(await line(feed.page, 'in Soap').count()).toBe(0);
    for (const { requests } of [admin, feed]) requests.splice(0);

    await learner.page.getByRole('button', { name: 'Enrol', exact: true }).click();
    await expect.poll(numbers).toMatchObject({
      all: plus(before['all'], 1),
      learners: '1',
      active: '1',
      enrolled: plus(before['enrolled'], 1),
      lessons: before['lessons'],
      score: '–',
    });
    await shows(line(admin.page, `${LEARNER} enrolled in Soap`));
    await shows(line(feed.page, `${LEARNER} enrolled in Soap`));

    await learner.page.getByRole('link', { name: 'Start learning' }).click();
    await learner.page.getByRole('button', { name: 'Mark as done' }).click();
    await expect.poll(numbers).toMatchObject({ lessons: plus(before['lessons'], 1) });
    await expect.poll(async () => (await numbers())['progress']).toMatch(/^50/);
    await shows(line(feed.page, `${LEARNER} completed the lesson Lye in Soap`));

    await learner.page.goto(`/courses/${course.id}/quizzes/${quiz}`);
    await learner.page.getByText('Lye into water').click();
    await learner.page.getByRole('button', { name: 'Hand in' }).click();
    await shows(learner.page.getByText('100 %').first());
    await expect.poll(async () => (await numbers())['score']).toBe('100 %');
    await shows(line(admin.page, `${LEARNER} answered the quiz Safety in Soap`));
    await shows(line(feed.page, `${LEARNER} answered the quiz Safety in Soap`));
    expect(await drawn(admin.page)).not.toBe(chart);

    // A kind alone: what is of another is not there, and what comes is.
    await feed.page.getByRole('link', { name: /^Quizzes answered/ }).click();
    await hides(line(feed.page, 'enrolled in Soap'));
    await shows(line(feed.page, `${LEARNER} answered the quiz Safety in Soap`));
    // The stream brought all of it.
    expect(admin.requests).toEqual([]);
    expect(feed.requests.filter((request) => request.includes('/api/'))).toEqual([]);
  });

  test('W22 the audit’s timeline grows while authors work, for admins and for the authors of the course', async () => {
    const course = await courseOf(server.url, 'Candles', {
      Wax: Array.from({ length: 60 }, (_, i) => `Line ${i} of wax.`).join('\n'),
    });
    const other = await courseOf(server.url, 'Matches', { Strike: 'Once.' });
    const [admin, coAuthor, author] = [
      await windows.of('admin'),
      await windows.of('instructor'),
      await windows.of('instructor'),
    ];
    await Promise.all([
      admin.page.goto('/admin/audit'),
      coAuthor.page.goto(`/author/courses/${course.id}`),
      author.page.goto(`/author/courses/${course.id}`),
    ]);
    await coAuthor.page.getByRole('link', { name: 'History of changes' }).click();
    const change = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text });
    await shows(change(coAuthor.page, `${AUTHOR} added the lesson “Wax”`));
    await shows(change(admin.page, `${AUTHOR} added the lesson “Strike” in Matches`));
    expect(await change(coAuthor.page, 'Strike').count()).toBe(0);
    const renamed = `${AUTHOR} changed the course “Candles and lamps”`;
    expect(await change(admin.page, renamed).count()).toBe(0);
    for (const { requests } of [admin, coAuthor]) requests.splice(0);

    await author.page.getByLabel('Title', { exact: true }).fill('Candles and lamps');
    await author.page.getByRole('button', { name: 'Save', exact: true }).click();
    for (const { page } of [admin, coAuthor]) {
      await shows(change(page, renamed));
      expect(await change(page, renamed).locator('dd').first().innerText()).toContain('Candles → ');
    }

    // Of a long text, the lines that differ.
    await server.sql.query("UPDATE lessons SET content = replace(content, 'Line 30 of wax.', 'Trim the wick.') WHERE id = $1", [
      course.lessons[0]?.id,
    ]);
    for (const { page } of [admin, coAuthor]) {
      await shows(change(page, 'The database changed the lesson “Wax”'));
      const words = change(page, 'The database changed the lesson “Wax”').first();
      await shows(words.getByText('Trim the wick', { exact: false }));
      await shows(words.getByText('Line 30 of wax', { exact: false }));
    }
    // What is another course's business never comes to this one's page.
    await server.sql.query("UPDATE lessons SET title = 'Strike twice' WHERE course_id = $1", [other.id]);
    await shows(change(admin.page, 'The database changed the lesson “Strike twice”'));
    expect(await change(coAuthor.page, 'Strike').count()).toBe(0);
    // The stream brought all of it.
    expect([...admin.requests, ...coAuthor.requests]).toEqual([]);

    // Filters stand in the address, hold for what comes as well, and are set by keyboard.
    await admin.page.getByLabel('What', { exact: true }).focus();
    await admin.page.keyboard.press('m');
    await expect.poll(() => new URL(admin.page.url()).searchParams.get('kind')).toBe('module');
    await hides(change(admin.page, 'lesson “Wax”'));
    await shows(change(admin.page, 'the module “First module” in Candles and lamps').first());
    await server.sql.query("UPDATE lessons SET title = 'Wax and more' WHERE id = $1", [course.lessons[0]?.id]);
    await server.sql.query("UPDATE modules SET title = 'Wicks' WHERE id = $1", [course.moduleId]);
    await shows(change(admin.page, 'The database changed the module “Wicks”'));
    expect(await change(admin.page, 'Wax and more').count()).toBe(0);
    await admin.page.reload();
    await shows(change(admin.page, 'The database changed the module “Wicks”'));
    expect(await change(admin.page, 'Wax and more').count()).toBe(0);
    await admin.page.getByRole('button', { name: 'Show everything' }).click();
    await shows(change(admin.page, 'lesson “Wax and more”').first());
  });

  test('W22 the past is read page by page, and after an interruption nothing is missing', async () => {
    const course = await courseOf(server.url, 'Beads', { Glass: 'Melt it.' });
    await server.sql.query("INSERT INTO modules (course_id, title) SELECT $1, 'Bead ' || i FROM generate_series(1, 120) i", [
      course.id,
    ]);
    const network = await TcpProxy.listen({ target: Number(new URL(server.url).port) });
    const beyond = new Windows(browser, `http://127.0.0.1:${network.port}`);
    const { page, context } = await beyond.of('instructor');
    await page.goto(`/author/courses/${course.id}/audit`);
    const articles = page.getByRole('article');
    await shows(articles.filter({ hasText: '“Bead 120”' }));
    expect(await articles.filter({ hasText: '“Bead 1”' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show older changes' }).click();
    await shows(articles.filter({ hasText: '“Bead 1”' }));
    await shows(page.getByText('That is where the history begins.'));
    const all = async (name: string): Promise<void> => {
      await shows(articles.filter({ hasText: `“${name} 260”` }), 30_000);
      for (const oldest of [/ 161”/, / 61”/]) {
        await shows(articles.filter({ hasText: name }).filter({ hasText: oldest }));
        await page.getByRole('button', { name: 'Show older changes' }).click();
      }
      await shows(articles.filter({ hasText: `“${name} 1”` }));
      const titles = (await articles.locator('h3').allInnerTexts()).filter((title) => title.includes(name));
      expect([titles.length, new Set(titles).size]).toEqual([260, 260]);
    };
    const make = (name: string, from: number, to: number): Promise<unknown> =>
      server.sql.query(
        "INSERT INTO modules (course_id, title) SELECT $1, $2 || ' ' || i FROM generate_series($3::int, $4::int) i",
        [course.id, name, from, to],
      );
    // More in one statement than the stream brings.
    await make('Shell', 1, 260);
    await all('Shell');

    await context.setOffline(true);
    network.cut();
    const count = await articles.count();
    await shows(page.getByText(/^Offline/), 30_000);
    expect(await articles.count()).toBe(count);
    // More than the stream still holds.
    for (const from of [1, 131]) await make('Pearl', from, from + 129);
    await server.sql.query("UPDATE recent_audit SET changed_at = changed_at - interval '61 seconds'");
    await server.sql.query('SELECT upkeep_audit()');
    await context.setOffline(false);
    await all('Pearl');
    await beyond.close();
    await network.close();
  });

  test('W24 an admin sees how the synchronisation goes, as it goes', async () => {
    const admin = await windows.of('admin');
    await admin.page.goto('/admin/sync');
    await shows(admin.page.getByRole('heading', { name: 'Good', exact: true }), 30_000);
    const connected = admin.page.locator('dl > div', { hasText: 'Connected' }).locator('dd');
    const before = Number(await connected.innerText());
    await windows.of('learner');
    await expect.poll(async () => Number(await connected.innerText()), { timeout: 30_000 }).toBeGreaterThan(before);
    // Another server that stopped reading: what is committed from now on is on its way, and it says nothing any more.
    await server.sql.query(
      `INSERT INTO sync_servers (id, started_at, seen_at, position, metrics)
       VALUES (gen_random_uuid(), now() - interval '1 hour', now(), '1:1:', '{"connectedClients": 5}')`,
    );
    await shows(admin.page.getByRole('row').filter({ hasText: 'Server 2' }));
    await courseOf(server.url, 'Late', {});
    await shows(admin.page.getByRole('heading', { name: 'Behind', exact: true }));
    await shows(admin.page.getByRole('listitem').filter({ hasText: 'Late' }).getByText('On its way'));
    await server.sql.query("DELETE FROM sync_servers WHERE position = '1:1:'");
    await shows(admin.page.getByRole('heading', { name: 'Good', exact: true }), 30_000);
    await hides(admin.page.getByRole('row').filter({ hasText: 'Server 2' }));
  });
});
