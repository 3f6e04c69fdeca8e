import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '../../apps/server/src/auth/demo-accounts.ts';
import {
  runningServer,
  signedIn,
  type Browser as Asking,
  type RunningServer,
} from '../../apps/server/fixture/running-server.ts';
import { courseOf } from './course-of.ts';
import type { PlainBrowser, PlainTab } from './plain-browser.ts';
import { launchPlainBrowser, whyNoBrowser, whyNoWholeBrowser } from './window.ts';

const reason = await whyNoBrowser();
const wholeReason = reason ?? (await whyNoWholeBrowser());
const PATIENCE = { timeout: 30_000 };
const saying = (why: string | undefined): string => (why === undefined ? '' : ` (NOT RUN: ${why})`);

describe.skipIf(reason !== undefined)(`tabs asleep${saying(reason)}`, () => {
  let server: RunningServer;
  let admin: Asking;
  let courseId: string;
  let browser: PlainBrowser;
  let title = 'Tides';

  beforeAll(async () => {
    server = await runningServer('asleep');
    admin = await signedIn(server.url, 'admin');
    ({ id: courseId } = await courseOf(server.url, title, { 'The moon': 'It pulls.' }));
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [courseId]);
  });
  afterEach(async () => {
    await browser.close();
    await streamsAre(0);
  });
  afterAll(() => server.remove());

  const streamsAre = async (count: number): Promise<void> =>
    await expect.poll(async () => (await admin.ask('GET', '/api/sync/metrics')).body['connectedClients'], PATIENCE).toBe(count);
  const shows = async (tab: PlainTab, shown = title): Promise<void> =>
    await expect
      .poll(
        () => tab.ask(`[...document.querySelectorAll('a')].some((a) => a.innerText.trim() === ${JSON.stringify(shown)})`),
        PATIENCE,
      )
      .toBe(true);

  /** Commits another title. */
  async function retitle(): Promise<void> {
    title = `Tides ${Number(title.split(' ')[1] ?? 0) + 1}`;
    await server.sql.query('UPDATE courses SET title = $2 WHERE id = $1', [courseId, title]);
    await server.sql.query('SELECT publish_course($1)', [courseId]);
  }

  /** Two tabs of a learner. The first one leads. */
  async function twoTabs(options: { readonly whole?: boolean } = {}): Promise<[PlainTab, PlainTab]> {
    browser = await launchPlainBrowser(options);
    const first = await browser.tab(server.url);
    await expect.poll(() => first.ask('document.readyState'), PATIENCE).toBe('complete');
    const body = JSON.stringify({ email: 'learner@elira.example', password: DEMO_PASSWORD });
    const signIn = `fetch('/api/auth/sign-in/email', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }).then(({ status }) => status)`;
    expect(await first.ask(signIn)).toBe(200);
    await first.go(server.url);
    await shows(first);
    const second = await browser.tab(server.url);
    await shows(second);
    await streamsAre(1);
    return [first, second];
  }

  test('K50 a frozen tab holds no connection: another leads, and it catches up when it is thawed (F21)', async () => {
    const [frozen, other] = await twoTabs();
    await frozen.freeze();
    await retitle();
    await shows(other);
    await streamsAre(1);
    await retitle();
    await shows(other);
    await frozen.thaw();
    await shows(frozen);
    await streamsAre(1);
    await retitle();
    for (const tab of [frozen, other]) await shows(tab);
  });

  test.skipIf(wholeReason !== undefined)(
    `K50 a page in the back-forward cache holds no connection, and is there again as it was, caught up (F21)${saying(wholeReason)}`,
    async () => {
      const [left, stays] = await twoTabs({ whole: true });
      await left.ask('addEventListener("pageshow", ({ persisted }) => { globalThis.wasCached = persisted; })');
      await left.go(`${server.url}/healthz`);
      await retitle();
      await shows(stays);
      await streamsAre(1);
      await left.back();
      await shows(left);
      expect(await left.ask('globalThis.wasCached')).toBe(true);
      await retitle();
      for (const tab of [left, stays]) await shows(tab);
      await streamsAre(1);
    },
  );
});
