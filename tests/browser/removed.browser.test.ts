import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { Device, keepsRows, storageOf } from './device.ts';
import { studyOf } from './study.ts';
import { shows, whyNoBrowser } from './window.ts';

const reason = await whyNoBrowser();
const PATIENCE = { timeout: 20_000 };

describe.skipIf(reason !== undefined)(`what a browser removes${reason === undefined ? '' : ` (NOT RUN: ${reason})`}`, () => {
  let server: RunningServer;
  let device: Device;

  beforeAll(async () => {
    server = await runningServer('removed');
  });
  afterEach(() => device.remove());
  afterAll(() => server.remove());

  test('K36 what waits is kept anew where a page is open, and told to be lost where none was (F22)', async () => {
    const study = await studyOf(server, 'Rivers');
    device = await Device.of(server.url);
    const page = await device.signedIn('learner');
    await page.goto(study.path(0));
    const done = page.getByRole('button', { name: 'Mark as done' });
    await shows(done);
    await device.goOffline();
    await done.click();
    const waiting = async (): Promise<number> => (await storageOf(page)).outbox.length;
    await expect.poll(waiting, PATIENCE).toBe(1);

    // As a browser does that needs the room, or whose person clears what sites have stored.
    const session = await page.context().newCDPSession(page);
    const clear = (): Promise<unknown> =>
      session.send('Storage.clearDataForOrigin', { origin: device.url, storageTypes: 'indexeddb' });
    await clear();
    await expect.poll(waiting, PATIENCE).toBe(1);
    await keepsRows(page);
    await page.reload();
    await shows(page.getByText('Waits for a connection').first());

    // With no page of ours there to keep it anew.
    await page.goto('about:blank');
    await clear();
    await page.goto(`${device.url}${study.path(0)}`);
    await shows(page.getByText('Changes you made on this device are lost'));
    await page.getByRole('button', { name: 'Understood' }).click();
    await page.reload();
    await shows(page.getByText(/^Offline|Nothing is on this device yet/).first());
    expect(await page.getByText('Changes you made on this device are lost').count()).toBe(0);
  });
});
