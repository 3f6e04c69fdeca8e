import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { Device, holds, isKept, keepsRows, storageOf } from './device.ts';
import { studyOf } from './study.ts';
import { hides, shows, signIn, whyNoBrowser } from './window.ts';

const reason = await whyNoBrowser();
/** Milliseconds within which what was done offline is everywhere, on a machine that does other things as well. */
const ARRIVED_MS = 30_000;

describe.skipIf(reason !== undefined)(`offline${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  const devices: Device[] = [];
  const deviceOf = async (): Promise<Device> => {
    const device = await Device.of(server.url);
    devices.push(device);
    return device;
  };

  beforeAll(async () => {
    server = await runningServer('offline');
  });
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.remove();
  });
  afterAll(() => server.remove());

  const DONE = 'Done. Mark as not done';
  const complete = async (page: Page, path: string): Promise<void> => {
    await page.goto(path);
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await shows(page.getByRole('button', { name: DONE }));
  };
  const waiting = (page: Page, count: number): Promise<void> =>
    shows(page.getByText(`${count} change${count === 1 ? '' : 's'} waiting to be sent`));
  const nothingWaits = async (page: Page): Promise<void> => {
    await hides(page.locator('[data-waiting]'));
    await expect.poll(async () => (await storageOf(page)).outbox, { timeout: ARRIVED_MS }).toEqual([]);
  };

  test('W41 a learner goes offline, completes three lessons and a quiz, reloads, closes the tab and returns: all of it arrives once, while another device made progress too, and nothing of either is lost', async () => {
    const study = await studyOf(server, 'Rivers');
    const [train, home] = [await deviceOf(), await deviceOf()];
    let page = await train.signedIn('learner');
    await page.goto(study.path(0));
    await shows(page.getByRole('button', { name: 'Mark as done' }));
    await train.goOffline();
    await shows(page.getByText(/^Offline/));

    for (const at of [0, 1, 2]) await complete(page, study.path(at));
    await shows(page.getByText('Waits for a connection'));
    await page.goto(study.quizPath);
    await page.getByText('To the sea').click();
    await page.getByRole('button', { name: 'Hand in' }).click();
    await shows(page.getByText('Waits for a connection').first());
    await waiting(page, 4);

    await page.reload();
    await shows(page.getByText('Waits for a connection').first());
    await waiting(page, 4);
    await page.close();

    // Meanwhile, elsewhere: two other lessons, and one that was done here as well.
    const other = await home.signedIn('learner');
    for (const at of [2, 3, 4]) await complete(other, study.path(at));
    await nothingWaits(other);

    // Not only the tab: the browser is closed, too.
    await train.close();
    page = await train.tab();
    await page.goto(study.path(1));
    await shows(page.getByRole('button', { name: DONE }));
    await waiting(page, 4);
    expect((await study.stored()).completed).toEqual({ Stream: 1, Bend: 1, Ford: 1 });

    await train.goOnline();
    await nothingWaits(page);
    await expect
      .poll(() => study.stored(), { timeout: ARRIVED_MS })
      .toEqual({
        ledger: { 'lesson.complete': 6, 'quiz.submit': 1 },
        completed: { Spring: 1, Brook: 1, Stream: 1, Bend: 1, Ford: 1 },
        activities: { lesson_completion: 5, quiz_attempt: 1 },
        attempts: 1,
        grades: 1,
        progress: 71,
      });
    for (const one of [page, other]) {
      await one.goto(study.quizPath);
      await shows(one.getByText('100 %').first());
      await one.goto(`/courses/${study.course.id}`);
      await shows(one.getByText('71 %').first());
      await nothingWaits(one);
    }
  });

  test('W42 who marks lessons as done and leaves each page in the same moment has done them', async () => {
    const study = await studyOf(server, 'Estuaries');
    const device = await deviceOf();
    const page = await device.signedIn('learner');
    await page.goto(study.path(0));
    await shows(page.getByRole('button', { name: 'Mark as done' }));
    await device.goOffline();
    await shows(page.getByText(/^Offline/));
    for (const at of [0, 1, 2, 3, 4]) {
      await page.goto(study.path(at));
      await shows(page.getByRole('button', { name: 'Mark as done' }));
      await page.evaluate(`(() => {
        [...document.querySelectorAll('button')].find((button) => button.textContent.includes('Mark as done')).click();
        location.assign('${study.path(5)}');
      })()`);
      await page.waitForURL(`**${study.path(5)}`);
      await waiting(page, at + 1);
    }
    await device.goOnline();
    await nothingWaits(page);
    expect(Object.keys((await study.stored()).completed)).toHaveLength(5);
  });

  test('W40 after one visit every page opens without a network, says so, and says what is not there', async () => {
    const study = await studyOf(server, 'Lakes');
    const device = await deviceOf();
    const page = await device.signedIn('learner');
    await page.goto(study.path(0));
    await shows(page.locator('.prose img'));
    await device.goOffline();
    const PAGES: readonly (readonly [path: string, sign: string])[] = [
      ['/', 'What would you like to learn?'],
      ['/learning', 'My courses'],
      ['/news', 'What is new'],
      [`/courses/${study.course.id}`, 'Lakes'],
      [study.path(5), 'Weir'],
      [study.quizPath, 'A quiz on Lakes'],
      ['/no/such/page', 'There is nothing at this address'],
    ];
    for (const [path, sign] of PAGES) {
      await page.goto(path);
      await shows(page.getByRole('heading', { name: sign, exact: true }).first());
      await shows(page.getByText(/^Offline( · as of \d+ (s|min) ago)?$/));
    }
    // What is said has room on a narrow screen as well.
    await complete(page, study.path(1));
    await page.setViewportSize({ width: 360, height: 740 });
    await shows(page.getByText('1 waiting', { exact: true }));
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    // The picture of the lesson that was read is there, of another there is only what it shows in words.
    const isShown = `(() => { const image = document.querySelector(".prose img"); return image !== null && image.complete && image.naturalWidth > 0; })()`;
    await page.goto(study.path(0));
    await holds(page, isShown);
    await page.goto(study.path(5));
    await holds(page, `document.querySelector('.prose img')?.complete === true`);
    expect(await page.evaluate(isShown)).toBe(false);
  });

  test('W45 nothing but the application and pictures that were seen is ever in a cache', async () => {
    const study = await studyOf(server, 'Ponds');
    const device = await deviceOf();
    const page = await device.signedIn('learner');
    for (const path of ['/', '/news', study.path(0), study.quizPath, `/courses/${study.course.id}`]) {
      await page.goto(path);
      await shows(page.getByRole('heading', { level: 1 }));
    }
    await page.goto(study.path(1));
    await expect.poll(async () => (await storageOf(page)).caches[`elira-pictures-${study.userId}`]?.length).toBe(2);
    const { caches } = await storageOf(page);
    const shell = Object.keys(caches).filter((name) => name.startsWith('elira-shell-'));
    expect([shell.length, Object.keys(caches).length]).toEqual([1, 2]);
    for (const path of caches[shell[0] ?? ''] ?? [])
      expect(path).toMatch(/^\/(?:$|assets\/|favicon\.svg$|elira\.webmanifest$)/);
  });

  test('W42 of two tabs one sends what both made, each change once', async () => {
    const study = await studyOf(server, 'Seas');
    const device = await deviceOf();
    const one = await device.signedIn('learner');
    await one.goto(study.path(0));
    const two = await device.tab();
    await two.goto(study.path(1));
    await shows(two.getByRole('button', { name: 'Mark as done' }));
    await device.goOffline();
    for (const page of [one, two]) await page.getByRole('button', { name: 'Mark as done' }).click();
    for (const page of [one, two]) await waiting(page, 2);
    const sent: string[] = [];
    for (const page of [one, two])
      page.on('request', (request) => {
        if (request.url().endsWith('/api/sync/mutations')) sent.push(...idsIn(request.postData()));
      });
    await device.goOnline();
    for (const page of [one, two]) await nothingWaits(page);
    await expect.poll(async () => (await study.stored()).ledger).toEqual({ 'lesson.complete': 2 });
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(2);
    for (const [page, at] of [
      [one, 1],
      [two, 0],
    ] as const) {
      await page.goto(study.path(at));
      await shows(page.getByRole('button', { name: DONE }));
    }
  });

  test('W42 the tab that sends is closed in the middle of it: the other one sends', async () => {
    const study = await studyOf(server, 'Deltas');
    const device = await deviceOf();
    const one = await device.signedIn('learner');
    await one.goto(study.path(0));
    const two = await device.tab();
    await two.goto(study.path(1));
    await shows(two.getByRole('button', { name: 'Mark as done' }));
    // Whoever sends first gets no answer, and holds the lock meanwhile.
    const senders: Page[] = [];
    const stall =
      (page: Page) =>
      async (route: Route): Promise<void> => {
        if (senders.length === 0) senders.push(page);
        else await route.continue();
      };
    for (const page of [one, two]) await page.route('**/api/sync/mutations', stall(page));
    await one.getByRole('button', { name: 'Mark as done' }).click();
    await expect.poll(() => senders.length).toBe(1);
    await waiting(two, 1);
    expect((await study.stored()).ledger).toEqual({});
    const [leader] = senders;
    const other = leader === one ? two : one;
    await leader?.close();
    await nothingWaits(other);
    expect(await study.stored()).toMatchObject({ ledger: { 'lesson.complete': 1 }, completed: { Spring: 1 } });
  });

  test('W42 a reload in the middle of sending sends nothing twice', async () => {
    const study = await studyOf(server, 'Springs');
    const device = await deviceOf();
    const page = await device.signedIn('learner');
    await page.goto(study.quizPath);
    let taken = 0;
    // The server does it, and its answer never comes.
    await page.route('**/api/sync/mutations', async (route) => {
      await route.fetch();
      taken += 1;
    });
    await page.getByText('To the sea').click();
    await page.getByRole('button', { name: 'Hand in' }).click();
    await expect.poll(() => taken).toBe(1);
    await page.unroute('**/api/sync/mutations');
    await page.reload();
    await shows(page.getByText('100 %').first());
    await nothingWaits(page);
    expect(await study.stored()).toMatchObject({
      ledger: { 'quiz.submit': 1 },
      attempts: 1,
      grades: 1,
      activities: { quiz_attempt: 1 },
    });
  });

  test('W43 who signs out leaves nothing behind, and the next one sees and sends nothing of theirs', async () => {
    const study = await studyOf(server, 'Canals');
    const device = await deviceOf();
    const page = await device.signedIn('learner');
    await page.goto(study.path(0));
    await shows(page.locator('.prose img'));
    const pictures = async (): Promise<unknown> => (await storageOf(page)).caches[`elira-pictures-${study.userId}`];
    await expect.poll(pictures).toHaveLength(1);
    await device.goOffline();
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await waiting(page, 1);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const question = page.getByRole('alertdialog');
    await shows(question.getByText('1 change could not be sent yet.', { exact: false }));
    // Without the server nobody can be signed out; nothing is lost by trying.
    await question.getByRole('button', { name: 'Sign out' }).click();
    await shows(page.getByText('The server cannot be reached.', { exact: false }));
    await waiting(page, 1);

    await page.route('**/api/sync/mutations', (route) => route.abort());
    await device.goOnline();
    await expect
      .poll(() => page.locator('[data-freshness]').getAttribute('data-freshness'), { timeout: ARRIVED_MS })
      .toBe('quiet');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await question.getByRole('button', { name: 'Sign out' }).click();
    await shows(page.getByRole('link', { name: 'Sign in' }));
    await page.unroute('**/api/sync/mutations');
    const left = await storageOf(page);
    expect([left.databases, left.outbox, left.remembered]).toEqual([[], [], {}]);
    expect(Object.keys(left.caches).filter((name) => !name.startsWith('elira-shell-'))).toEqual([]);
    expect(JSON.stringify(left)).not.toContain(study.userId);

    await signIn(page, 'learner2');
    await isKept(page);
    await page.goto(study.path(0));
    await shows(page.getByText('Enrol to read this lesson'));
    expect(await page.locator('[data-waiting]').count()).toBe(0);
    expect((await storageOf(page)).databases.filter((name) => name.includes(study.userId))).toEqual([]);
    await keepsRows(page);
    await device.goOffline();
    await page.reload();
    await shows(page.getByText('Enrol to read this lesson'));
    expect(await page.getByText('What a spring is').count()).toBe(0);
    await device.goOnline();
    expect(await study.stored()).toMatchObject({ ledger: {}, completed: {} });
  });

  test('W46 a browser that stores nothing works online, says that it keeps no changes, and asks before they are lost', async () => {
    const study = await studyOf(server, 'Marshes');
    const device = await deviceOf();
    const window = await device.window();
    const { page } = window;
    await page.addInitScript(
      `Object.defineProperty(IDBFactory.prototype, 'open', { value: () => { throw new DOMException('denied', 'SecurityError'); } });`,
    );
    await signIn(page, 'learner');
    await isKept(page);
    await shows(page.getByText('This browser cannot keep your changes'));
    await complete(page, study.path(0));
    await hides(page.locator('[data-waiting]'));
    expect((await study.stored()).completed).toEqual({ Spring: 1 });
    await page.goto(study.path(1));
    await shows(page.getByRole('button', { name: 'Mark as done' }));
    await device.goOffline();
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await shows(page.getByText('Your last changes are in this page alone.', { exact: false }));
    window.stays = true;
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    expect((await asked).type()).toBe('beforeunload');
    await device.goOnline();
    await hides(page.locator('[data-waiting]'));
    expect((await study.stored()).completed).toEqual({ Spring: 1, Brook: 1 });
  });
});

function idsIn(body: string | null): string[] {
  return (JSON.parse(body ?? '[]') as { readonly id: string }[]).map(({ id }) => id);
}
