import { createSyncClient, type ClientProblem, type SyncClient } from '@elira/sync-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FetchOverHttp2 } from '../../fixture/fetch-over-http2.ts';
import { realNginx, whyNoNginx, type RealNginx } from '../../fixture/real-nginx.ts';
import { runningServer, signedIn, type RunningServer } from '../../fixture/running-server.ts';

const missing = await whyNoNginx();
if (missing !== undefined) console.error(`✗ The stream was NOT tried behind a real nginx: ${missing}.`);
const SOON = { timeout: 20_000 };

describe.skipIf(missing !== undefined)(`behind a real nginx${missing === undefined ? '' : ` (NOT RUN: ${missing})`}`, () => {
  let server: RunningServer;
  let nginx: RealNginx;
  let stubborn: RealNginx;
  let over2: FetchOverHttp2;
  let courseId: string;
  const clients: SyncClient[] = [];

  beforeAll(async () => {
    server = await runningServer('nginx');
    nginx = await realNginx(server.url);
    // As where an operator has forbidden that an answer decides.
    stubborn = await realNginx(server.url, 'proxy_ignore_headers X-Accel-Buffering;');
    over2 = new FetchOverHttp2(nginx.secure, nginx.certificate);
    const author = await signedIn(server.url, 'instructor');
    courseId = String((await author.ask('POST', '/api/admin/courses', { title: 'Tides' })).body['id']);
    await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [courseId]);
  });
  afterEach(() => clients.splice(0).forEach((client) => client.stop()));
  afterAll(async () => {
    over2?.close();
    await nginx?.remove();
    await stubborn?.remove();
    await server?.remove();
  });

  type Following = {
    readonly client: SyncClient;
    readonly titles: () => unknown[];
    readonly hellos: string[];
    readonly problems: ClientProblem[];
  };

  async function follow(url: string, over: typeof fetch): Promise<Following> {
    const { cookie } = await signedIn(server.url, 'learner');
    const [hellos, problems]: [string[], ClientProblem[]] = [[], []];
    const client = createSyncClient({
      url: `${url}/api/sync/stream`,
      headers: { cookie },
      fetch: over,
      onMessage: (message) => void (message.event === 'hello' && hellos.push(message.data.resumed)),
      onProblem: (problem) => void problems.push(problem),
    });
    clients.push(client);
    client.start();
    const titles = (): unknown[] =>
      client
        .table('published_courses')
        .all()
        .filter((row) => row['id'] === courseId)
        .map((row) => row['title']);
    await expect.poll(titles, SOON).toHaveLength(1);
    return { client, titles, hellos, problems };
  }

  const retitle = async (title: string): Promise<void> => {
    await server.sql.query('UPDATE courses SET title = $2 WHERE id = $1', [courseId, title]);
    await server.sql.query('SELECT publish_course($1)', [courseId]);
  };
  const ways = [
    ['HTTP/1.1', () => ({ url: nginx.plain, over: fetch })],
    ['HTTP/2 and TLS', () => ({ url: nginx.secure, over: over2.fetch })],
  ] as const;

  for (const [name, way] of ways) {
    test(`Y5 over ${name} each change comes as it happens, on one stream`, async () => {
      const { url, over } = way();
      const { titles, hellos, problems } = await follow(url, over);
      for (const title of ['Tides of spring', 'Tides of autumn']) {
        await retitle(`${title}, ${name}`);
        await expect.poll(titles, SOON).toEqual([`${title}, ${name}`]);
      }
      expect([hellos, problems]).toEqual([['snapshot'], []]);
      if (over !== fetch) expect(over2.protocol).toBe('h2');
    });

    test(`Y5 over ${name} a client whose nginx was killed catches up by its cursor`, async () => {
      const { url, over } = way();
      const { titles, hellos } = await follow(url, over);
      await nginx.kill();
      await retitle(`Meanwhile, ${name}`);
      await nginx.start();
      await expect.poll(titles, SOON).toEqual([`Meanwhile, ${name}`]);
      expect(hellos.at(-1)).toBe('ring');
    });

    test(`Y5 over ${name} what is revoked goes at once`, async () => {
      const { url, over } = way();
      const { client, titles, problems } = await follow(url, over);
      await server.sql.query(
        `DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = 'learner@elira.example')`,
      );
      // Everything goes with the stream; whoever comes back with what has ended is refused.
      await expect.poll(() => problems.map(({ code }) => code), SOON).toEqual(['access_changed', 'not_signed_in']);
      expect([titles(), client.store.scopes(), client.status]).toEqual([[], [], 'stopped']);
    });
  }

  test('K53 where nginx buffers all the same, the client asks in polls and is kept up', async () => {
    const { titles, hellos, problems } = await follow(stubborn.plain, fetch);
    for (const title of ['Tides, buffered', 'Tides, buffered again']) {
      await retitle(title);
      await expect.poll(titles, SOON).toEqual([title]);
    }
    expect(hellos.length).toBeGreaterThan(2);
    expect(problems).toEqual([]);
  });
});
