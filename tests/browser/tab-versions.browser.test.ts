import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runningServer, signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { courseOf } from './course-of.ts';
import { Device, holds } from './device.ts';
import { servedVersion, type ServedVersion } from './two-versions.ts';
import { shows, whyNoBrowser } from './window.ts';

const reason = await whyNoBrowser();
const STREAM = 'GET /api/sync/stream';

describe.skipIf(reason !== undefined)(`two versions in two tabs${reason === undefined ? '' : ` (NOT RUN: ${reason})`}`, () => {
  let server: RunningServer;
  let versions: readonly ServedVersion[];
  let device: Device;

  beforeAll(async () => {
    server = await runningServer('tab-versions');
    // As a version will be one day whose tabs tell each other something else.
    const newer = { 'TABS_FORM = 1;': 'TABS_FORM = 2;' };
    versions = [await servedVersion(server.url, {}), await servedVersion(server.url, newer, 'tab-message.ts')];
  });
  afterEach(() => device.remove());
  afterAll(async () => {
    for (const version of versions) await version.remove();
    await server.remove();
  });

  test('K49 two versions of the application in two tabs have a stream each, and both are kept up (F24)', async () => {
    const { id } = await courseOf(server.url, 'Tides', { 'The moon': 'It pulls.' });
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
    const admin = await signedIn(server.url, 'admin');
    const streamsAre = async (count: number): Promise<void> =>
      await expect
        .poll(async () => (await admin.ask('GET', '/api/sync/metrics')).body['connectedClients'], { timeout: 30_000 })
        .toBe(count);
    const retitled = async (title: string, ...pages: readonly Page[]): Promise<void> => {
      await server.sql.query('UPDATE courses SET title = $2 WHERE id = $1', [id, title]);
      await server.sql.query('SELECT publish_course($1)', [id]);
      for (const page of pages) await shows(page.getByRole('link', { name: title, exact: true }));
    };
    const [before, after] = versions as [ServedVersion, ServedVersion];
    device = await Device.of(server.url);
    device.network.target = before.port;
    const old = await device.signedIn('learner');
    await old.goto('/');
    await retitled('Tides, of old', old);

    device.network.target = after.port;
    device.network.cut();
    const next = await device.window();
    await next.page.goto('/');
    await holds(
      next.page,
      'navigator.serviceWorker.getRegistration().then(({ installing, waiting }) => !installing && !waiting)',
    );
    await next.page.goto('/');
    await retitled('Tides, of both', old, next.page);
    await streamsAre(2);
    expect(next.requests).toContain(STREAM);

    // Among its own, a new one shares as ever.
    const third = await device.window();
    await third.page.goto('/');
    await retitled('Tides, of three', old, next.page, third.page);
    await streamsAre(2);
    expect(third.requests).not.toContain(STREAM);
    await old.close();
    await retitled('Tides, of the new', next.page, third.page);
    await streamsAre(1);
  });
});
