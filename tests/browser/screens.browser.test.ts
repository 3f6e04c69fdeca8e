import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TcpProxy } from '@elira/testkit';
import { runningServer, signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { HARMFUL } from '../../apps/web/src/markdown/fixture/harmful.ts';
import { courseOf, type MadeCourse } from './course-of.ts';
import { launchBrowser, shows, whyNoBrowser, Windows } from './window.ts';

const reason = await whyNoBrowser();
/** Milliseconds that looking at every page may take, on a machine that does other things as well. */
const PATIENCE_MS = 240_000;

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] };

describe.skipIf(reason !== undefined)(`screens${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let windows: Windows;
  let course: MadeCourse;

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('pages'), launchBrowser()]);
    windows = new Windows(browser, server.url);
    course = await courseOf(server.url, 'Birds', {
      Song: '# Dawn\n\nA *blackbird* sings.\n\n| bird | time |\n|---|--:|\n| robin | 4:30 |\n\n- [x] heard\n\n> listen\n\n`whistle`[^1]\n\n[^1]: Softly.',
      Nests: 'Do not touch.',
    });
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
    for (const name of ['learner', 'instructor'] as const)
      await (await signedIn(server.url, name)).ask('POST', '/api/enrollments', { courseId: course.id });
  });
  afterEach(() => windows.close());
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** What axe finds, as one line each. */
  const violations = async (page: Page): Promise<string[]> => {
    // In a world of the test's own, which the page's policy for scripts does not concern.
    await page.evaluate(axe.source);
    const found = (await page.evaluate(
      'axe.run({ resultTypes: ["violations"] }).then((result) => result.violations)',
    )) as Violation[];
    return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
  };
  const overflow = (page: Page): Promise<unknown> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  const PAGES: readonly (readonly [who: string, path: () => string, sign: string])[] = [
    ['learner', () => '/', 'What would you like to learn?'],
    ['learner', () => `/courses/${course.id}`, 'Birds'],
    ['learner', () => `/courses/${course.id}/lessons/${course.lessons[0]?.id}`, 'Song'],
    ['learner', () => '/learning', 'My courses'],
    ['learner', () => '/news', 'What is new'],
    ['instructor', () => '/author', 'Your courses'],
    ['instructor', () => '/dashboard', 'Dashboard'],
    ['instructor', () => `/author/courses/${course.id}`, 'Birds'],
    ['instructor', () => `/author/courses/${course.id}/lessons/${course.lessons[0]?.id}`, 'Song'],
    ['instructor', () => `/author/courses/${course.id}/audit`, 'History of changes'],
    ['admin', () => '/admin/courses', 'All courses'],
    ['admin', () => '/admin/users', 'People'],
    ['admin', () => '/admin/activity', 'Activity'],
    ['admin', () => '/admin/audit', 'Audit'],
    ['admin', () => '/admin/sync', 'Synchronisation'],
    ['admin', () => '/dashboard', 'Dashboard'],
    ['admin', () => '/no/such/page', 'There is nothing at this address'],
  ];

  test.each([
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 360, dark: false },
    { width: 360, dark: true },
  ])(
    'W7 every page can be used by everybody at $width px, dark: $dark',
    async (look) => {
      const signedOut = await windows.open(look);
      await signedOut.page.goto('/sign-in');
      await shows(signedOut.page.getByRole('heading', { level: 1 }));
      expect(await violations(signedOut.page)).toEqual([]);
      for (const who of ['learner', 'instructor', 'admin']) {
        const { page } = await windows.of(who, look);
        for (const [, path, sign] of PAGES.filter(([one]) => one === who)) {
          await page.goto(path());
          await shows(page.getByRole('heading', { name: sign, exact: true }).first());
          if (path().startsWith('/author/') && path().includes('/lessons/')) await shows(page.locator('.cm-content'));
          expect(await violations(page), `${path()} for ${who}`).toEqual([]);
          expect(await overflow(page), `${path()} for ${who}`).toBe(0);
        }
      }
    },
    PATIENCE_MS,
  );

  test('W1 harmful texts do nothing in a browser, neither in the preview nor in the lesson', async () => {
    const text = HARMFUL.join('\n\n---\n\n');
    const harmful = await courseOf(server.url, 'Harm', { Everything: text });
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [harmful.id]);
    await (await signedIn(server.url, 'learner')).ask('POST', '/api/enrollments', { courseId: harmful.id });
    const lesson = `/lessons/${harmful.lessons[0]?.id}`;
    const [author, learner] = await Promise.all([windows.of('instructor'), windows.of('learner')]);
    for (const [{ page, requests }, path] of [
      [author, `/author/courses/${harmful.id}${lesson}`],
      [learner, `/courses/${harmful.id}${lesson}`],
    ] as const) {
      // Pictures by https are allowed, and none of them is there.
      await page.route('https://**', (route) => route.abort());
      await page.goto(path);
      await shows(page.locator('.prose').first());
      const found = await page.evaluate(
        `[...document.querySelectorAll('.prose script, .prose style, .prose iframe, .prose form, .prose [onerror], .prose [onload], .prose [onclick], .prose [style], .prose [href^="javascript:" i], .prose [href^="data:" i]')].map((one) => one.outerHTML)`,
      );
      expect(found).toEqual([]);
      expect(requests.filter((request) => /evil|pixel/.test(request))).toEqual([]);
    }
  });

  test('W8 the indicator is quiet while all is well, tells when offline, and everything is there again afterwards', async () => {
    const network = await TcpProxy.listen({ target: Number(new URL(server.url).port) });
    const beyond = new Windows(browser, `http://127.0.0.1:${network.port}`);
    const { page, context } = await beyond.of('learner');
    await page.goto('/');
    const indicator = page.locator('[data-freshness]');
    await expect.poll(() => indicator.getAttribute('data-freshness')).toBe('quiet');
    // It is quiet while it connects as well.
    await shows(page.getByRole('link', { name: 'Birds', exact: true }));
    await context.setOffline(true);
    network.cut();
    await shows(page.getByText(/^Offline/));
    expect(await page.getByRole('link', { name: 'Birds', exact: true }).count()).toBe(1);
    await shows(page.getByText(/^Offline · as of \d+ s ago/), 20_000);
    const rename = async (title: string): Promise<void> => {
      await server.sql.query('UPDATE courses SET title = $2, publications = publications + 1 WHERE id = $1', [
        course.id,
        title,
      ]);
    };
    await rename('Birds of the yard');
    await context.setOffline(false);
    await shows(page.getByRole('link', { name: 'Birds of the yard' }));
    await expect.poll(() => indicator.getAttribute('data-freshness')).toBe('quiet');
    await rename('Birds');
    await beyond.close();
    await network.close();
  });

  test('W9 a screen that is looked at asks for nothing: not on a timer, and not when rows change', async () => {
    const { page, requests } = await windows.of('learner');
    await page.goto(`/courses/${course.id}`);
    await shows(page.getByText('Your progress', { exact: true }));
    await page.waitForTimeout(1000);
    requests.splice(0);
    await server.sql.query('UPDATE enrollments SET progress = 50 WHERE course_id = $1', [course.id]);
    await shows(page.getByText('50 %').first());
    // More than one heartbeat.
    await page.waitForTimeout(6500);
    expect(requests).toEqual([]);
    await server.sql.query('UPDATE enrollments SET progress = 0 WHERE course_id = $1', [course.id]);
  });
});
