import { createHmac, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, runningServer, signedIn, type RunningServer } from '../../fixture/running-server.ts';
import { AUTH_CALLS } from './auth-calls.ts';
import { DEMO_PASSWORD } from './demo-accounts.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await runningServer('sign_in');
});
afterAll(() => server.remove());

const NEW_PASSWORD = 'a long enough password';

/** Somebody new, signed in. */
async function newcomer(): Promise<{ browser: Browser; email: string; id: string }> {
  const browser = new Browser(server.url);
  const email = `${randomUUID()}@elira.test`;
  const answer = await browser.ask('POST', '/api/auth/sign-up/email', { name: 'Newcomer', email, password: NEW_PASSWORD });
  expect(answer.status, answer.text).toBe(200);
  return { browser, email, id: String((answer.body['user'] as { id: string }).id) };
}

async function roleOf(id: string): Promise<unknown> {
  return (await server.sql.query('SELECT role FROM users WHERE id = $1', [id])).rows[0]?.role;
}

/** The rest of a stream, until the server ends it or `until` occurs. */
async function follow(response: Response, until = /$^/): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (until.test(text)) break;
  }
  return text;
}

test('U1 the right password gives a cookie that scripts cannot read, and no token in the answer', async () => {
  const browser = new Browser(server.url);
  const answer = await browser.signIn('Learner@Elira.example');
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^elira\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  const { rows } = await server.sql.query<{ token: string }>('SELECT token FROM sessions');
  for (const { token } of rows) expect(answer.text).not.toContain(token);
  expect((await browser.ask('GET', '/api/auth/get-session')).text).not.toContain(rows[0]?.token);
  expect((await browser.ask('GET', '/api/me')).body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: 'Demo learner',
    email: 'learner@elira.example',
    role: 'learner',
  });
});

test('U1 each sign-in is a session of its own, whatever cookie came along', async () => {
  const browser = await signedIn(server.url, 'learner');
  const first = browser.cookie;
  await browser.signIn('learner@elira.example');
  expect(browser.cookie).not.toBe(first);
  const planted = new Browser(server.url);
  planted.cookie = 'elira.session_token=chosen-by-somebody-else';
  expect((await planted.signIn('learner2@elira.example')).status).toBe(200);
  expect(planted.cookie).not.toContain('chosen');
});

test('U1 a wrong password and an unknown address are told alike', async () => {
  const browser = new Browser(server.url);
  const wrong = await browser.signIn('learner@elira.example', 'elira-demo-2027');
  const unknown = await browser.signIn('nobody@elira.example');
  expect([wrong.status, wrong.body['code']]).toEqual([401, 'wrong_credentials']);
  expect(wrong.text).toBe(unknown.text);
  expect(browser.cookie).toBe('');
});

test('U1 a cookie counts only with its signature and its row', async () => {
  const browser = await signedIn(server.url, 'learner');
  const [name = '', value = ''] = browser.cookie.split('=');
  const [token = ''] = decodeURIComponent(value).split('.');
  const secret = (await readFile(join(server.folder, 'auth-secret'), 'utf8')).trim();
  const signed = (text: string, key: string): string =>
    encodeURIComponent(`${text}.${createHmac('sha256', key).update(text).digest('base64')}`);
  const stranger = new Browser(server.url);
  stranger.cookie = `${name}=${signed(token, secret)}`;
  expect((await stranger.ask('GET', '/api/me')).status).toBe(200);
  for (const forged of [
    token,
    `${token}.`,
    `${token}.AAAA`,
    signed(token, 'another secret'),
    signed(`${token}x`, secret),
    '%',
    '.',
  ]) {
    stranger.cookie = `${name}=${forged}`;
    for (const path of ['/api/me', '/api/courses', '/api/sync/stream']) {
      const answer = await stranger.ask('GET', path);
      expect([answer.status, answer.body['code']], `${path} ${forged}`).toEqual([401, 'not_signed_in']);
    }
  }
  expect((await stat(join(server.folder, 'auth-secret'))).mode & 0o777).toBe(0o600);
});

test('U1 a stream with the cookie holds the scopes of its user', async () => {
  const browser = await signedIn(server.url, 'learner');
  const { id } = (await browser.ask('GET', '/api/me')).body;
  const text = await follow(await browser.open(`/api/sync/stream?role=admin&user=${String(id)}`), /\nid: /);
  expect(text).toContain(`"me:${String(id)}/owner"`);
  expect(text).not.toMatch(/\/admin"/);
  // Whom a request names opens nothing: it is who the cookie says, or nobody.
  const other = await browser.ask('GET', '/api/sync/stream?user=x');
  expect([other.status, other.body['code']]).toEqual([401, 'not_signed_in']);
  const asked = await browser.ask('GET', '/api/sync/stream?scope=courses/admin');
  expect([asked.status, asked.body['code']]).toEqual([403, 'forbidden_scope']);
});

test.each([
  ['signing out', (browser: Browser) => browser.ask('POST', '/api/auth/sign-out', {})],
  ['logging out everywhere', (browser: Browser) => browser.ask('POST', '/api/auth/revoke-sessions', {})],
  ['its row is deleted', (_: Browser, id: string) => server.sql.query('DELETE FROM sessions WHERE user_id = $1', [id])],
  ['the person is deleted', (_: Browser, id: string) => server.sql.query('DELETE FROM users WHERE id = $1', [id])],
  ['a ban by SQL', (_: Browser, id: string) => server.sql.query('UPDATE users SET banned = true WHERE id = $1', [id])],
  [
    'a ban by an administrator',
    async (_: Browser, userId: string) =>
      await (await signedIn(server.url, 'admin')).ask('POST', '/api/auth/admin/ban-user', { userId }),
  ],
])('U2 %s ends requests and the stream at once', async (_name, end) => {
  const { browser, id } = await newcomer();
  const before = browser.cookie;
  const stream = await browser.open('/api/sync/stream');
  const reading = follow(stream);
  await end(browser, id);
  expect(await reading).toMatch(/event: goodbye\ndata: .*"code":"access_changed"/);
  browser.cookie = before;
  for (const path of ['/api/me', '/api/courses', '/api/admin/courses']) {
    expect((await browser.ask('GET', path)).body['code'], path).toBe('not_signed_in');
  }
  expect((await browser.ask('POST', '/api/auth/update-user', { name: 'Ghost' })).status).toBe(401);
  expect((await browser.ask('GET', '/api/auth/get-session')).text).toBe('null');
  expect((await browser.ask('GET', '/api/sync/stream')).body['code']).toBe('not_signed_in');
});

test('U2 no stream goes on after the session ended: one that is over is over, and the stream ends with it', async () => {
  const { browser, id } = await newcomer();
  await server.sql.query(`UPDATE sessions SET expires_at = now() + interval '1500 milliseconds' WHERE user_id = $1`, [id]);
  const text = await follow(await browser.open('/api/sync/stream'));
  expect(text).toMatch(/event: goodbye/);
  expect((await browser.ask('GET', '/api/me')).body['code']).toBe('not_signed_in');
});

test('U2 a session in use is prolonged, row and cookie, a day after it began', async () => {
  const { browser, id } = await newcomer();
  expect((await browser.ask('GET', '/api/me')).headers.getSetCookie()).toEqual([]);
  await server.sql.query(`UPDATE sessions SET expires_at = now() + interval '5 days' WHERE user_id = $1`, [id]);
  const before = browser.cookie;
  const answer = await browser.ask('GET', '/api/me');
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/Max-Age=604800; Path=\/; HttpOnly/)]);
  expect(browser.cookie).toBe(before);
  const { rows } = await server.sql.query(
    `SELECT expires_at > now() + interval '6 days 23 hours' AS prolonged FROM sessions WHERE user_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ prolonged: true }]);
});

test('U2 a banned person cannot sign in, and can after the ban', async () => {
  const { email, id } = await newcomer();
  await server.sql.query(`UPDATE users SET banned = true, ban_reason = 'zzz-reason' WHERE id = $1`, [id]);
  const browser = new Browser(server.url);
  const refused = await browser.signIn(email, NEW_PASSWORD);
  expect([refused.status, refused.body['code']]).toEqual([403, 'account_banned']);
  expect(refused.text).not.toContain('zzz-reason');
  // Who does not know the password does not learn of the ban.
  expect((await browser.signIn(email, 'something else')).body['code']).toBe('wrong_credentials');
  await server.sql.query(`UPDATE users SET ban_expires = now() - interval '1 second' WHERE id = $1`, [id]);
  expect((await browser.signIn(email, NEW_PASSWORD)).status).toBe(200);
});

test('U3 everybody signs up as a learner, and no part of a request says otherwise', async () => {
  const { browser, id } = await newcomer();
  expect(await roleOf(id)).toBe('learner');
  const headers = { 'x-role': 'admin', role: 'admin', 'x-user-id': id };
  const paths = ['/api/me', '/api/me?role=admin&userId=x', '/api/auth/get-session?role=admin'];
  for (const path of paths) expect((await browser.ask('GET', path, undefined, headers)).text, path).toMatch(/"role":"learner"/);
  browser.cookie += '; role=admin';
  expect((await browser.ask('GET', '/api/me', undefined, headers)).body['role']).toBe('learner');
  const made = await browser.ask('POST', '/api/admin/courses?role=admin', { title: 'mine' }, headers);
  expect([made.status, made.body['code']]).toEqual([403, 'forbidden']);
});

test.each([
  'role',
  'banned',
  'banReason',
  'banExpires',
  'id',
  'emailVerified',
  'createdAt',
  'image',
  '__proto__',
  'constructor',
])('U3 %s cannot be set by signing up or changing oneself', async (field) => {
  const { browser, id } = await newcomer();
  const value = field === 'role' ? 'admin' : 'x';
  const email = `${randomUUID()}@elira.test`;
  const signUp = await new Browser(server.url).ask(
    'POST',
    '/api/auth/sign-up/email',
    `{"name":"n","email":"${email}","password":"${NEW_PASSWORD}","${field}":"${value}"}`,
  );
  expect([signUp.status, signUp.body['code']]).toEqual([400, 'invalid_request']);
  if (field !== '__proto__') expect(signUp.body['detail']).toContain(field);
  expect((await server.sql.query('SELECT FROM users WHERE email = $1', [email])).rowCount).toBe(0);
  const update = await browser.ask('POST', '/api/auth/update-user', `{"name":"n","${field}":"${value}"}`);
  expect(update.status).toBe(400);
  expect(await roleOf(id)).toBe('learner');
});

test('U3 an administrator gives roles, to others, and the stream of whoever gets one begins anew', async () => {
  const admin = await signedIn(server.url, 'admin');
  const { browser, id } = await newcomer();
  const reading = follow(await browser.open('/api/sync/stream'));
  const given = await admin.ask('POST', '/api/auth/admin/set-role', { userId: id, role: 'instructor' });
  expect(given.status).toBe(200);
  expect(await reading).toMatch(/event: goodbye/);
  expect((await browser.ask('GET', '/api/me')).body['role']).toBe('instructor');
  expect((await browser.ask('POST', '/api/admin/courses', { title: 'mine' })).status).toBe(201);
  for (const role of ['owner', 'admin,learner', ['admin'], '']) {
    expect((await admin.ask('POST', '/api/auth/admin/set-role', { userId: id, role })).status, String(role)).toBe(400);
  }
  const own = (await admin.ask('GET', '/api/me')).body['id'];
  expect((await admin.ask('POST', '/api/auth/admin/set-role', { userId: own, role: 'learner' })).status).toBe(403);
});

test.each(['learner', 'instructor', 'nobody'] as const)(
  'U3 what administrators do with accounts is refused to a %s',
  async (name) => {
    const { id, email } = await newcomer();
    const browser = name === 'nobody' ? new Browser(server.url) : await signedIn(server.url, name);
    const bodies: Record<string, object> = {
      '/admin/set-role': { userId: id, role: 'admin' },
      '/admin/ban-user': { userId: id },
      '/admin/unban-user': { userId: id },
      '/admin/revoke-user-sessions': { userId: id },
      '/admin/set-user-password': { userId: id, newPassword: 'taken over by them' },
    };
    const calls = AUTH_CALLS.filter((call) => call.for === 'admin');
    expect(calls.map(({ path }) => path)).toEqual(Object.keys(bodies));
    for (const { path } of calls) {
      const answer = await browser.ask('POST', `/api/auth${path}`, bodies[path]);
      expect([answer.status, answer.body['code']], path).toEqual(
        name === 'nobody' ? [401, 'not_signed_in'] : [403, 'forbidden'],
      );
    }
    expect(await roleOf(id)).toBe('learner');
    expect((await new Browser(server.url).signIn(email, NEW_PASSWORD)).status).toBe(200);
  },
);

test('U4 what the library could do besides is not there', async () => {
  const admin = await signedIn(server.url, 'admin');
  for (const path of [
    'admin/impersonate-user',
    'admin/create-user',
    'admin/update-user',
    'admin/remove-user',
    'admin/list-users',
    'list-sessions',
    'update-session',
    'delete-user',
    'change-email',
    'request-password-reset',
    'sign-in/social',
    'link-social',
    'ok',
    'error',
    'reference',
  ]) {
    for (const method of ['GET', 'POST']) {
      const answer = await admin.ask(method, `/api/auth/${path}`, method === 'POST' ? {} : undefined);
      expect([answer.status, answer.body['code']], `${method} ${path}`).toEqual([404, 'not_found']);
    }
  }
});

test('U4 a password is changed with the old one, and other sessions can be ended with it', async () => {
  const { browser, email } = await newcomer();
  const other = new Browser(server.url);
  await other.signIn(email, NEW_PASSWORD);
  const change = { currentPassword: 'not that', newPassword: 'the next password', revokeOtherSessions: true };
  expect((await browser.ask('POST', '/api/auth/change-password', change)).body['code']).toBe('wrong_credentials');
  expect((await other.ask('GET', '/api/me')).status).toBe(200);
  const changed = await browser.ask('POST', '/api/auth/change-password', { ...change, currentPassword: NEW_PASSWORD });
  expect(changed.status).toBe(200);
  expect((await other.ask('GET', '/api/me')).status).toBe(401);
  expect((await browser.ask('GET', '/api/me')).status).toBe(200);
  expect((await new Browser(server.url).signIn(email, NEW_PASSWORD)).status).toBe(401);
  expect((await new Browser(server.url).signIn(email, 'the next password')).status).toBe(200);
});

test('U4 an address is taken once, and a short password not at all', async () => {
  const { email } = await newcomer();
  const browser = new Browser(server.url);
  const taken = await browser.ask('POST', '/api/auth/sign-up/email', {
    name: 'n',
    email: email.toUpperCase(),
    password: NEW_PASSWORD,
  });
  expect([taken.status, taken.body['code']]).toEqual([409, 'already_exists']);
  const short = await browser.ask('POST', '/api/auth/sign-up/email', { name: 'n', email: `x${email}`, password: 'seven77' });
  expect([short.status, short.body['detail']]).toEqual([400, expect.stringMatching(/^password: /)]);
});

test('U8 a page of another site writes nothing with this session, and does not sign anybody in', async () => {
  const { browser } = await newcomer();
  const from = { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' };
  const before = browser.cookie;
  for (const [method, path, body] of [
    ['POST', '/api/auth/sign-out', {}],
    ['POST', '/api/auth/update-user', { name: 'Evil' }],
    ['POST', '/api/auth/sign-in/email', { email: 'learner2@elira.example', password: DEMO_PASSWORD }],
    ['POST', '/api/enrollments', { courseId: randomUUID() }],
    ['PUT', `/api/progress/${randomUUID()}`, { completed: true }],
    ['DELETE', `/api/enrollments/${randomUUID()}`, undefined],
    ['GET', '/api/me', undefined],
    ['GET', '/api/sync/stream', undefined],
  ] as const) {
    const answer = await browser.ask(method, path, body, from);
    expect([answer.status, answer.body['code']], `${method} ${path}`).toEqual([403, 'cross_site']);
  }
  expect(browser.cookie).toBe(before);
  const form = await browser.ask('POST', '/api/auth/update-user', 'name=Evil', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect([form.status, form.body['code']]).toEqual([400, 'invalid_request']);
  const plain = await browser.ask('POST', '/api/auth/update-user', '{"name":"Evil"}', { 'content-type': 'text/plain' });
  expect(plain.status).toBe(400);
  expect((await browser.ask('GET', '/api/me')).body['name']).toBe('Newcomer');
});

test('U6 no password, token or cookie is in the log', async () => {
  const { browser, email } = await newcomer();
  await browser.signIn(email, 'a wrong password 4711');
  const { rows } = await server.sql.query<{ token: string }>('SELECT token FROM sessions');
  for (const secret of [NEW_PASSWORD, 'a wrong password 4711', DEMO_PASSWORD, email, ...rows.map(({ token }) => token)]) {
    expect(server.logged()).not.toContain(secret);
  }
});
