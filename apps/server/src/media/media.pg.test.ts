import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PNG, SVG } from '../../fixture/course-folder.ts';
import { Browser, runningServer, type RunningServer } from '../../fixture/running-server.ts';
import { cleanSvg } from './clean-svg.ts';

let server: RunningServer;
let course: string;
let other: string;
const who: Record<string, Browser> = {};
const hashes = { published: '', draft: '', elsewhere: '', drawing: '' };

beforeAll(async () => {
  server = await runningServer('media');
  const one = async (text: string, values: unknown[]): Promise<string> =>
    (await server.sql.query<{ id: string }>(`${text} RETURNING id`, values)).rows[0]?.id ?? '';
  const store = async (bytes: Buffer, type: string): Promise<string> => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    await server.sql.query('INSERT INTO media (hash, content_type, bytes) VALUES ($1, $2, $3)', [hash, type, bytes]);
    return hash;
  };
  const more = (): Buffer => Buffer.concat([PNG, randomBytes(8)]);
  Object.assign(hashes, {
    published: await store(PNG, 'image/png'),
    draft: await store(more(), 'image/png'),
    elsewhere: await store(more(), 'image/png'),
    drawing: await store(Buffer.from(cleanSvg(SVG) ?? ''), 'image/svg+xml'),
  });
  const make = async (title: string, content: string): Promise<string> => {
    const id = await one("INSERT INTO courses (title, description) VALUES ($1, '')", [title]);
    const module = await one("INSERT INTO modules (course_id, title) VALUES ($1, 'm')", [id]);
    await one("INSERT INTO lessons (course_id, module_id, title, content) VALUES ($1, $2, 'l', $3)", [id, module, content]);
    return id;
  };
  course = await make('With pictures', `![a](/api/media/${hashes.published}) ![b](/api/media/${hashes.drawing})`);
  other = await make('Another', `![a](/api/media/${hashes.elsewhere})`);
  await server.sql.query('UPDATE courses SET is_published = true WHERE id = ANY ($1::uuid[])', [[course, other]]);
  await server.sql.query(
    "INSERT INTO lessons (course_id, module_id, title, content, status) SELECT course_id, id, 'd', $2, 'draft' FROM modules WHERE course_id = $1",
    [course, `![](/api/media/${hashes.draft})`],
  );
  for (const name of ['admin', 'instructor', 'learner', 'learner2']) {
    const browser = new Browser(server.url);
    await browser.signIn(`${name}@elira.example`);
    who[name] = browser;
  }
  who['anonymous'] = new Browser(server.url);
  await server.sql.query(
    "INSERT INTO enrollments (user_id, course_id) SELECT id, $1 FROM users WHERE email = 'learner@elira.example'",
    [course],
  );
  await server.sql.query(
    "INSERT INTO course_authors (course_id, user_id) SELECT $1, id FROM users WHERE email = 'instructor@elira.example'",
    [course],
  );
});
afterAll(() => server.remove());

async function statuses(hash: string): Promise<Record<string, number>> {
  const entries = await Promise.all(
    Object.entries(who).map(
      async ([name, browser]) => [name, (await browser.ask('GET', `/api/media/${hash}`)).status] as const,
    ),
  );
  return Object.fromEntries(entries);
}

test('PI1 learners see what is published to them, authors what they write, admins all, and nobody anything else', async () => {
  expect(await statuses(hashes.published)).toEqual({
    anonymous: 401,
    learner: 200,
    learner2: 404,
    instructor: 200,
    admin: 200,
  });
  expect(await statuses(hashes.draft)).toEqual({ anonymous: 401, learner: 404, learner2: 404, instructor: 200, admin: 200 });
  expect(await statuses(hashes.elsewhere)).toEqual({
    anonymous: 401,
    learner: 404,
    learner2: 404,
    instructor: 404,
    admin: 200,
  });
  expect(await statuses('0'.repeat(64))).toEqual({ anonymous: 401, learner: 404, learner2: 404, instructor: 404, admin: 404 });
  const [hidden, absent] = [
    await who['learner2']?.ask('GET', `/api/media/${hashes.published}`),
    await who['learner2']?.ask('GET', `/api/media/${'0'.repeat(64)}`),
  ];
  expect(hidden?.text).toBe(absent?.text);
  for (const wrong of ['x', hashes.published.toUpperCase(), `${hashes.published}0`, '%00', "'"])
    expect((await who['admin']?.ask('GET', `/api/media/${wrong}`))?.status, wrong).toBe(400);
});

test('PI1 it ends with the enrolment, with the publication, and for a ban', async () => {
  const ask = async (): Promise<number | undefined> =>
    (
      await who['learner']?.ask('GET', `/api/media/${hashes.published}`, undefined, {
        'if-none-match': `"${hashes.published}"`,
      })
    )?.status;
  expect(await ask()).toBe(304);
  await server.sql.query('UPDATE courses SET is_published = false WHERE id = $1', [course]);
  expect(await ask()).toBe(404);
  await server.sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course]);
  expect(await ask()).toBe(304);
  await server.sql.query('DELETE FROM enrollments WHERE course_id = $1', [course]);
  expect(await ask()).toBe(404);
  await server.sql.query(
    "INSERT INTO enrollments (user_id, course_id) SELECT id, $1 FROM users WHERE email = 'learner@elira.example'",
    [course],
  );
  await server.sql.query("UPDATE users SET banned = true WHERE email = 'learner@elira.example'");
  expect(await ask()).toBe(401);
  await server.sql.query("UPDATE users SET banned = false WHERE email = 'learner@elira.example'");
});

test('PI2 a picture comes with its type, never guessed at, kept for a year by this browser, and runs nothing', async () => {
  const answer = await fetch(`${server.url}/api/media/${hashes.published}`, {
    headers: { cookie: who['admin']?.cookie ?? '' },
  });
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'Cookie, Authorization',
    etag: `"${hashes.published}"`,
    'cross-origin-resource-policy': 'same-origin',
  });
  const drawing = await who['admin']?.ask('GET', `/api/media/${hashes.drawing}`);
  expect(drawing?.headers.get('content-type')).toBe('image/svg+xml');
  expect(drawing?.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox/);
  expect(drawing?.text).not.toMatch(/script|onclick/);
});

test('PI2 the database keeps no other type and nothing larger', async () => {
  const put = (type: string, size: number): Promise<unknown> =>
    server.sql.query(
      "INSERT INTO media (hash, content_type, bytes) VALUES (repeat('a', 64), $1, convert_to(repeat('x', $2), 'UTF8'))",
      [type, size],
    );
  await expect(put('text/html', 1)).rejects.toMatchObject({ code: '23514' });
  await expect(put('image/png', 10 * 1024 * 1024 + 1)).rejects.toMatchObject({ code: '23514' });
});

test('PI1 who asks is answered by an index, not by reading lessons', async () => {
  await server.sql.query('SET enable_seqscan = off');
  const { rows } = await server.sql.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT FROM published_lessons p WHERE media_shown(p.content) @> ARRAY['${hashes.published}']`,
  );
  await server.sql.query('RESET enable_seqscan');
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('published_lessons_media');
});
