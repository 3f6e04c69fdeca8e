import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { Device, holds, storageOf } from './device.ts';
import { servedVersion, type ServedVersion } from './two-versions.ts';
import { shows, whyNoBrowser } from './window.ts';

const reason = await whyNoBrowser();
/** Milliseconds that a browser may take to take a version in. */
const PATIENCE_MS = 20_000;

describe.skipIf(reason !== undefined)(`a new version${reason === undefined ? '' : ` (${reason})`}`, () => {
  let server: RunningServer;
  let versions: readonly [ServedVersion, ServedVersion];
  let device: Device;

  beforeAll(async () => {
    server = await runningServer('versions');
    const now = await servedVersion(server.url, {});
    const next = await servedVersion(server.url, { 'My courses': 'My shelf', 'What is new': 'What is newer' });
    versions = [now, next];
  });
  afterEach(() => device.remove());
  afterAll(async () => {
    for (const version of versions) await version.remove();
    await server.remove();
  });

  test('W44 a page that is open keeps all of its files when a new version is there, and the next page is new as a whole', async () => {
    device = await Device.of(server.url);
    device.network.target = versions[0].port;
    const page = await device.signedIn('learner');
    const heading = (name: string, of = page): Promise<void> => shows(of.getByRole('heading', { level: 1, name, exact: true }));
    await page.goto('/');
    const shells = async (): Promise<string[]> =>
      Object.keys((await storageOf(page)).caches).filter((name) => name.startsWith('elira-shell-'));
    expect(await shells()).toHaveLength(1);
    const [old] = await shells();

    // The server is deployed anew: of the first version nothing is left on it.
    device.network.target = versions[1].port;
    device.network.cut();
    const second = await device.tab();
    await second.goto('/learning');
    await heading('My shelf', second);
    await expect.poll(shells, { timeout: PATIENCE_MS }).toHaveLength(2);
    await holds(second, 'navigator.serviceWorker.getRegistration().then(({ installing, waiting }) => !installing && !waiting)');

    // The first page goes on, with a chunk that it has not asked for before.
    await page.getByRole('link', { name: 'My courses' }).click();
    await heading('My courses');
    await page.goBack();
    await second.goto('/news');
    await heading('What is newer', second);
    expect(await shells()).toHaveLength(2);
    await page.locator('a[href="/news"]').first().click();
    await heading('What is new');

    // Without a network a page that is loaded anew is the newest, whole.
    await device.goOffline();
    await page.goto('/learning');
    await heading('My shelf');
    await page.locator('a[href="/news"]').first().click();
    await heading('What is newer');
    // Nobody shows the first version any more.
    await expect.poll(shells, { timeout: PATIENCE_MS }).toHaveLength(1);
    expect(await shells()).not.toContain(old);
  });
});
