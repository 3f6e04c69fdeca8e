import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { Device } from './device.ts';
import { studyOf, type Study } from './study.ts';
import { shows, whyNoBrowser } from './window.ts';

const reason = await whyNoBrowser();

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

  test('W22 a learner goes offline, completes three lessons and a quiz, reloads, closes the tab and returns: all of it arrives once, while another device made progress too', async () => {
    const study: Study = await studyOf(server, 'Rivers', 'learner');
    const [train, home] = [await deviceOf(), await deviceOf()];
    let page = await train.signedIn('learner');
    await page.goto(study.path(0));
    await shows(page.getByRole('button', { name: 'Mark as done' }));
    await train.goOffline();
    await shows(page.getByText(/^Offline/));

    for (const at of [0, 1, 2]) {
      await page.goto(study.path(at));
      await page.getByRole('button', { name: 'Mark as done' }).click();
      await shows(page.getByRole('button', { name: 'Done. Mark as not done' }));
    }
    await page.goto(study.quizPath);
    await page.getByRole('radio', { name: 'To the sea' }).check({ force: true });
    await page.getByRole('button', { name: 'Hand in' }).click();
    await shows(page.getByText('Waits for a connection'));
    await shows(page.getByText('4 changes waiting to be sent'));
    await page.reload();
    await shows(page.getByText('Waits for a connection'));
  });
});
