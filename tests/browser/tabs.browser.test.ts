import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  runningServer,
  signedIn,
  type Browser as Asking,
  type RunningServer,
} from '../../apps/server/fixture/running-server.ts';
import { courseOf } from './course-of.ts';
import { launchBrowser, shows, signIn, watch, whyNoBrowser, type Window } from './window.ts';

const reason = await whyNoBrowser();
const STREAM = 'GET /api/sync/stream';

describe.skipIf(reason !== undefined)(`many tabs${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let admin: Asking;
  let courseId: string;
  let context: BrowserContext;
  const tabs: Window[] = [];
  let title = 'Tides';

  beforeAll(async () => {
    [server, browser] = await Promise.all([runningServer('tabs'), launchBrowser()]);
    admin = await signedIn(server.url, 'admin');
    ({ id: courseId } = await courseOf(server.url, title, { 'The moon': 'It pulls.' }));
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [courseId]);
  });
  afterEach(async () => {
    const faults = tabs.splice(0).flatMap((tab) => tab.faults);
    await context.close();
    await streamsAre(0);
    if (faults.length > 0) throw new Error(`In the browser:\n${faults.join('\n')}`);
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** How many streams the server itself says it holds. */
  const streams = async (): Promise<unknown> => (await admin.ask('GET', '/api/sync/metrics')).body['connectedClients'];
  const streamsAre = async (count: number): Promise<void> => await expect.poll(streams, { timeout: 30_000 }).toBe(count);

  async function tab(path = '/'): Promise<Window> {
    const window = watch(context, await context.newPage());
    tabs.push(window);
    await window.page.goto(path);
    return window;
  }

  /** One browser in which somebody is signed in, with so many tabs that show the course. */
  async function open(count: number, name = 'learner'): Promise<Window[]> {
    context = await browser.newContext({ baseURL: server.url });
    const first = watch(context, await context.newPage());
    tabs.push(first);
    await signIn(first.page, name);
    await first.page.goto('/');
    while (tabs.length < count) await tab();
    await allShow(tabs.map(({ page }) => page));
    return tabs;
  }

  async function allShow(pages: readonly Page[], shown = title): Promise<void> {
    for (const page of pages) await shows(page.getByRole('link', { name: shown, exact: true }), 30_000);
  }

  /** Commits another title; returns it. */
  async function retitle(): Promise<string> {
    title = `Tides ${Number(title.split(' ')[1] ?? 0) + 1}`;
    await server.sql.query('UPDATE courses SET title = $2 WHERE id = $1', [courseId, title]);
    await server.sql.query('SELECT publish_course($1)', [courseId]);
    return title;
  }

  /** The tab that asked for a stream last, since the requests were emptied. */
  const leading = (): Window => {
    const led = tabs.filter(({ requests }) => requests.includes(STREAM));
    expect(led).toHaveLength(1);
    return led[0] as Window;
  };
  const others = (of: Window): Page[] => tabs.filter((one) => one !== of).map(({ page }) => page);
  const forgetRequests = (): void => tabs.forEach(({ requests }) => requests.splice(0));
  const cdp = (of: Window): Promise<CDPSession> => context.newCDPSession(of.page);

  test('K47 K48 four tabs are one stream; when the leading one is closed or killed another takes over, and nothing is missed (F21)', async () => {
    await open(4);
    await streamsAre(1);
    await retitle();
    await allShow(tabs.map(({ page }) => page));
    // The first one led from the beginning.
    const first = tabs[0] as Window;
    forgetRequests();
    await first.page.close();
    tabs.splice(0, 1);
    await retitle();
    await allShow(tabs.map(({ page }) => page));
    const second = leading();
    await streamsAre(1);

    forgetRequests();
    const gone = new Promise((resolve) => second.page.once('crash', resolve));
    (await cdp(second)).send('Page.crash').catch(() => undefined);
    await gone;
    await retitle();
    await allShow(others(second));
    expect(leading()).not.toBe(second);
    await streamsAre(1);
  });

  test('K48 a leading tab that stands still without a word is replaced by age, and follows when it goes on (F21)', async () => {
    await open(3);
    const stuck = tabs[0] as Window;
    forgetRequests();
    const session = await cdp(stuck);
    await session.send('Debugger.enable');
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
    void session.send('Runtime.evaluate', { expression: 'debugger' });
    await paused;
    await retitle();
    await allShow(others(stuck));
    await session.send('Debugger.resume');
    await retitle();
    await allShow(tabs.map(({ page }) => page));
    await streamsAre(1);
    // By now it follows: what comes, comes from another tab.
    forgetRequests();
    await retitle();
    await allShow(tabs.map(({ page }) => page));
    await streamsAre(1);
    expect(tabs.flatMap(({ requests }) => requests)).not.toContain(STREAM);
  });

  test('K49 two people in two tabs share nothing, and whoever signs out in one tab is signed out in all', async () => {
    await open(2);
    const [mine, theirs] = tabs as [Window, Window];
    await theirs.page.getByRole('button', { name: 'Sign out' }).click();
    await shows(theirs.page.getByRole('link', { name: 'Sign in' }).first());
    await signIn(theirs.page, 'instructor');
    await theirs.page.goto('/author');
    await shows(theirs.page.getByRole('link', { name: title }).first());
    // What the first tab shows is no longer kept up, and never becomes the other's.
    await streamsAre(1);
    await server.sql.query("UPDATE courses SET title = 'A draft of theirs' WHERE id = $1", [courseId]);
    await shows(theirs.page.getByRole('link', { name: 'A draft of theirs' }).first());
    expect(await mine.page.getByText('A draft of theirs').count()).toBe(0);
    await shows(mine.page.getByText('You have been signed out'));
    await server.sql.query('UPDATE courses SET title = $2 WHERE id = $1', [courseId, title]);
  });
});
