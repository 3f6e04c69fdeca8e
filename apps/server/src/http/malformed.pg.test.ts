import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRandom } from '@elira/testkit';
import { runningServer, signedIn, type Browser, type RunningServer } from '../../fixture/running-server.ts';
import { AUTH_CALLS } from '../auth/auth-calls.ts';

/** Requests of one run, and of them at once. */
const REQUESTS = 1_500;
const AT_ONCE = 8;

let server: RunningServer;
let browsers: Browser[];
beforeAll(async () => {
  server = await runningServer('malformed');
  browsers = await Promise.all((['admin', 'instructor', 'learner'] as const).map((name) => signedIn(server.url, name)));
});
afterAll(() => server.remove());

const ROUTES = [
  '/api/admin/courses',
  ...['courses', 'modules', 'lessons', 'quizzes', 'questions', 'options'].map((kind) => `/api/admin/${kind}/:id`),
  ...['publish', 'unpublish', 'authors', 'authors/:id', 'modules'].map((part) => `/api/admin/courses/:id/${part}`),
  '/api/admin/modules/:id/lessons',
  '/api/admin/modules/:id/quizzes',
  '/api/admin/quizzes/:id/questions',
  '/api/admin/questions/:id/options',
  '/api/enrollments',
  '/api/enrollments/:id',
  '/api/progress/:id',
  '/api/me',
  '/api/courses',
  '/',
  ...AUTH_CALLS.filter(({ path }) => !/sign-|password|revoke|ban|role/.test(path)).map(({ path }) => `/api/auth${path}`),
];
const FIELDS = [
  'version',
  'title',
  'content',
  'position',
  'courseId',
  'completed',
  'email',
  'name',
  'access',
  'isCorrect',
  '__proto__',
  'x',
];
const SCRAPS = [
  "'",
  '"',
  '\\',
  '\u0000',
  '\u2028',
  '\r\n',
  '%00',
  '%',
  '../',
  '//',
  '{',
  '[',
  'null',
  'ä',
  '\ud800',
  '1e999',
  '-0',
  ' ',
  ';--',
  '$1',
];

/** Lone surrogates cannot stand in an address. */
const encoded = (text: string): string => encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/g, '?'));

test('H1 whatever is sent, the answer is no failure of ours and tells nothing of the inside', async () => {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  console.log(`SEED=${seed}`);
  const random = makeRandom(seed);
  const { pick } = random;
  const scrap = (): string => Array.from({ length: 1 + random.below(6) }, () => pick(SCRAPS)).join('');
  const value = (depth: number): unknown =>
    pick<() => unknown>([
      scrap,
      () => randomUUID(),
      () => pick([null, true, -1, 0, 1, 1.5, 2 ** 31, 2 ** 53, 1e300]),
      () => (depth > 3 ? 1 : Array.from({ length: random.below(4) }, () => value(depth + 1))),
      () => (depth > 3 ? {} : fields(depth + 1)),
      () => scrap().repeat(random.below(2_000)),
    ])();
  const fields = (depth: number): object =>
    Object.fromEntries(Array.from({ length: random.below(5) }, () => [pick(FIELDS), value(depth)]));

  const one = async (): Promise<void> => {
    const id = pick<() => string>([() => randomUUID(), () => encoded(scrap()), () => 'x'])();
    const query = pick(['', '', '?after=', '?role=admin&x[]=1']) + encoded(pick(['', scrap()]));
    const method = pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);
    const path = pick(ROUTES).replaceAll(':id', id) + (query.startsWith('?') ? query : '');
    const text = JSON.stringify(fields(0));
    const body = method === 'GET' ? undefined : pick([text, text, text.slice(0, random.below(text.length + 1)), scrap()]);
    const answer = await pick(browsers).ask(method, path, body);
    const shown = `${method} ${path} ${body ?? ''} → ${answer.status} ${answer.text.slice(0, 300)}`;
    expect(answer.status, shown).toBeLessThan(500);
    if (answer.status >= 400) {
      expect(answer.headers.get('content-type'), shown).toMatch(/^application\/problem\+json/);
      expect(answer.text, shown).not.toMatch(/SELECT |INSERT |syntax error|violates|node_modules|\.[jt]s:\d|\n\s+at /);
    }
  };
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one));
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});
