import { pino } from 'pino';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realRedis, whyNoRedis, type RealRedis } from '../../fixture/real-redis.ts';
import { Browser, runningServer, signedIn, type Answer, type RunningServer } from '../../fixture/running-server.ts';
import { readConfig } from '../config.ts';
import { startServer } from '../start-server.ts';

const missing = await whyNoRedis();
if (missing !== undefined) console.error(`✗ The cache was NOT tried against a real Redis: ${missing}.`);
const KEY = 'courses:published';

describe.skipIf(missing !== undefined)(
  `with a real redis-server${missing === undefined ? '' : ` (NOT RUN: ${missing})`}`,
  () => {
    let redis: RealRedis;
    let server: RunningServer;
    let second: { readonly url: string; readonly stop: () => Promise<void> };
    let seen: ReturnType<typeof createClient>;
    beforeAll(async () => {
      redis = await realRedis();
      seen = createClient({ url: redis.url, socket: { reconnectStrategy: () => 100 } });
      seen.on('error', () => undefined);
      await seen.connect();
      server = await runningServer('redis', { REDIS_URL: redis.url });
      second = await startServer(
        readConfig({
          PORT: '0',
          ELIRA_DATA: server.folder,
          DATABASE_URL: server.databaseUrl,
          NODE_ENV: 'test',
          REDIS_URL: redis.url,
        }),
        pino({ level: 'silent' }),
        () => undefined,
      );
    });
    afterAll(async () => {
      seen?.destroy();
      await second?.stop();
      await server?.remove();
      await redis?.remove();
    });

    const ask = (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
      new Browser(url).ask('GET', '/api/courses', undefined, headers);

    test('O7 the catalogue lies under its name for 300 s at most, and goes with the batch that changes it', async () => {
      const first = await ask(server.url);
      expect(JSON.parse((await seen.get(KEY)) ?? '{}')).toMatchObject({ body: first.text });
      expect(await seen.ttl(KEY)).toBeGreaterThan(0);
      expect(await seen.ttl(KEY)).toBeLessThanOrEqual(300);
      await server.sql.query(
        `UPDATE courses SET is_published = false WHERE id = (SELECT min(id::text)::uuid FROM published_courses)`,
      );
      await expect.poll(() => seen.get(KEY)).toBeNull();
      const then = await ask(server.url);
      expect(then.text).not.toBe(first.text);
      expect(then.text).toBe((await ask(second.url)).text);
    });

    test('O7 neither server ever answers with less than what was committed before the request', async () => {
      const admin = await signedIn(server.url, 'admin');
      const { id } = (await admin.ask('POST', '/api/admin/courses', { title: 'Round 0', description: '' })).body;
      await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
      for (let round = 1; round <= 30; round += 1) {
        await server.sql.query(`UPDATE courses SET title = $2, publications = publications + 1 WHERE id = $1`, [
          id,
          `Round ${round}`,
        ]);
        const answers = await Promise.all([ask(server.url), ask(second.url), ask(server.url), ask(second.url)]);
        for (const { text } of answers) expect(text).toContain(`"Round ${round}"`);
      }
    });

    test('O8 who has it already is told so, and only while it is so', async () => {
      const first = await ask(server.url);
      const etag = first.headers.get('etag') ?? '';
      expect(first.headers.get('cache-control')).toBe('private, no-cache');
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await ask(second.url, { 'if-none-match': tag });
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      }
      await server.sql.query(
        `UPDATE courses SET access = 'code' WHERE id = (SELECT min(id::text)::uuid FROM published_courses WHERE access = 'open')`,
      );
      expect((await ask(second.url, { 'if-none-match': etag })).status).toBe(200);
    });

    test('O7 with Redis gone or standing still everything works, and that is logged once', async () => {
      const works = async (title: string): Promise<void> => {
        const { rows } = await server.sql.query<{ id: string }>(
          `UPDATE courses SET title = $1, publications = publications + 1 WHERE id = (SELECT min(id::text)::uuid FROM published_courses) RETURNING id`,
          [title],
        );
        expect(rows).toHaveLength(1);
        for (const url of [server.url, second.url, server.url]) expect((await ask(url)).text).toContain(`"${title}"`);
      };
      const complaints = (): number => server.logged().split('Redis does not answer').length - 1;
      redis.freeze();
      await works('Frozen');
      await works('Still frozen');
      redis.thaw();
      expect(complaints()).toBe(1);
      await expect.poll(() => seen.ping()).toBe('PONG');
      await works('Thawed');
      await expect.poll(() => server.logged().includes('Redis answers again')).toBe(true);
      await redis.kill();
      await works('Gone');
      await works('Still gone');
      expect(complaints()).toBe(2);
      await redis.start();
      await expect
        .poll(
          async () => {
            await works(`Back ${Date.now()}`);
            return (await seen.get(KEY)) !== null;
          },
          { timeout: 15_000, interval: 500 },
        )
        .toBe(true);
    });
  },
);
