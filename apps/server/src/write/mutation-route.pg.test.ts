import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeUuidV7 } from '@elira/protocol';
import type { MutationAnswer } from '@elira/rules';
import { makeWorld, type World } from '../../fixture/course-world.ts';
import { Browser, runningServer, signedIn, type Answer, type RunningServer } from '../../fixture/running-server.ts';
import { mutation } from '../../fixture/two-doors.ts';

let server: RunningServer;
let owner: Browser;
let learner: Browser;
let world: World;

beforeAll(async () => {
  server = await runningServer('mutations');
  [owner, learner] = [await signedIn(server.url, 'instructor'), await signedIn(server.url, 'learner')];
  const id = async (browser: Browser): Promise<string> => String((await browser.ask('GET', '/api/me')).body['id']);
  const people = {
    owner: await id(owner),
    coAuthor: await id(await signedIn(server.url, 'learner2')),
    learner: await id(learner),
  };
  world = await makeWorld(server.sql, people);
});
afterAll(() => server.remove());

const at = (name: string): string => world[name] ?? '';
const send = (browser: Browser, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  browser.ask('POST', '/api/sync/mutations', body, headers);
const answersOf = (answer: Answer): MutationAnswer[] => answer.body as unknown as MutationAnswer[];

test('D4 each is answered in its order, and a refused one does not stop those that follow', async () => {
  const module = makeUuidV7();
  const all = [
    mutation('module.make', { id: module, parentId: at('course'), title: 'Made' }),
    mutation('module.save', { id: makeUuidV7(), version: 1, title: 'x' }),
    mutation('lesson.make', { id: makeUuidV7(), parentId: module, title: 'Below it' }),
    mutation('lesson.complete', { lessonId: at('lesson'), completed: true }),
    mutation('module.delete', { id: module }),
  ];
  const first = await send(owner, all);
  expect(first.status).toBe(200);
  expect(answersOf(first).map(({ id, status }) => [all.findIndex((one) => one.id === id), status])).toEqual([
    [0, 'applied'],
    [1, 'refused'],
    [2, 'applied'],
    // An author, and not enrolled.
    [3, 'refused'],
    [4, 'applied'],
  ]);
  expect(answersOf(await send(owner, all))).toEqual(answersOf(first));
  const { rows } = await server.sql.query('SELECT version FROM modules WHERE id = $1', [module]);
  expect(rows).toEqual([{ version: 2 }]);
});

test('D4 what is wrong with the request as a whole is refused as a whole', async () => {
  const one = mutation('lesson.complete', { lessonId: at('lesson'), completed: true });
  const code = async (answer: Promise<Answer>): Promise<unknown[]> => [(await answer).status, (await answer).body['code']];
  expect(await code(send(new Browser(server.url), [one]))).toEqual([401, 'not_signed_in']);
  expect(await code(send(learner, [one], { 'sec-fetch-site': 'cross-site' }))).toEqual([403, 'cross_site']);
  for (const body of [
    '',
    '[]',
    '{}',
    'null',
    '[{}]',
    '[[]]',
    '{',
    [{ ...one, extra: 1 }],
    Array.from({ length: 101 }, () => one),
  ])
    expect(await code(send(learner, body))).toEqual([400, 'invalid_request']);
  const large = mutation('lesson.complete', { lessonId: 'x'.repeat(1024 * 1024), completed: true });
  expect(await code(send(learner, [large]))).toEqual([413, 'too_large']);
  expect((await learner.ask('GET', '/api/sync/mutations')).status).toBe(405);
  expect((await server.sql.query('SELECT FROM mutations WHERE id = $1', [one.id])).rowCount).toBe(0);
});

test('D1 a request with the same Idempotency-Key has its effect once, and is answered as before', async () => {
  const headers = { 'idempotency-key': makeUuidV7() };
  const path = `/api/admin/courses/${at('course')}/modules`;
  const [first, again] = [
    await owner.ask('POST', path, { title: 'Once' }, headers),
    await owner.ask('POST', path, { title: 'Once' }, headers),
  ];
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  const taken = await learner.ask('DELETE', `/api/enrollments/${at('course')}`, undefined, headers);
  expect([taken.status, taken.body['code']]).toEqual([409, 'mutation_id_taken']);
  const old = { 'idempotency-key': makeUuidV7(Date.now() - 91 * 86_400_000) };
  const late = await owner.ask('POST', path, { title: 'Late' }, old);
  expect([late.status, late.body['code']]).toEqual([410, 'mutation_too_old']);
  // Any other key is not ours: it says nothing.
  const other = { 'idempotency-key': 'order-17' };
  for (const _ of [1, 2]) expect((await owner.ask('POST', path, { title: 'Twice' }, other)).status).toBe(201);
  const { rows } = await server.sql.query("SELECT title FROM modules WHERE title IN ('Once', 'Late', 'Twice') ORDER BY 1");
  expect(rows).toEqual([{ title: 'Once' }, { title: 'Twice' }, { title: 'Twice' }]);
});

test('D1 every write of the API leaves an entry in the ledger', async () => {
  const count = async (): Promise<number> =>
    (await server.sql.query<{ n: number }>('SELECT count(*)::int AS n FROM mutations')).rows[0]?.n ?? -1;
  const course = `/api/admin/courses/${at('course')}`;
  for (const [who, method, path, body] of [
    [owner, 'POST', '/api/admin/courses', { title: 'Another' }],
    [owner, 'PUT', course, { version: 2, title: 'Saved' }],
    [owner, 'PUT', course, { version: 2, title: 'Refused' }],
    [owner, 'POST', `${course}/publish`, undefined],
    [owner, 'POST', `${course}/authors`, { email: 'admin@elira.example' }],
    [learner, 'PUT', `/api/progress/${at('lesson')}`, { completed: true }],
    [learner, 'DELETE', `/api/enrollments/${at('course')}`, undefined],
    [learner, 'POST', '/api/enrollments', { courseId: at('course') }],
    [owner, 'DELETE', `/api/admin/options/${at('option')}`, undefined],
  ] as const) {
    const before = await count();
    await who.ask(method, path, body);
    expect(await count(), `${method} ${path}`).toBe(before + 1);
  }
});

test('D5 the entry of a mutation reaches its author with its effect, in one batch, and nobody else', async () => {
  const streams = await Promise.all([owner, learner].map((browser) => browser.open('/api/sync/stream')));
  const texts = streams.map((stream) => listen(stream));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const one = mutation('module.make', { id: makeUuidV7(), parentId: at('course'), title: 'Seen with its entry' });
  await send(owner, [one]);
  for (let tries = 0; tries < 100 && !texts[0]?.text().includes('Seen with its entry'); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const batch = texts[0]
    ?.text()
    .split('\n\n')
    .find((event) => event.includes('Seen with its entry'));
  expect(batch).toContain(`"mutations":[["${one.id}",{"id":"${one.id}","name":"module.make","status":"applied"`);
  expect(texts[1]?.text()).not.toContain(one.id);
  await Promise.all(texts.map(({ end }) => end()));
});

function listen(response: Response): { text: () => string; end: () => Promise<void> } {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const reading = (async () => {
    for (;;) {
      const part = await reader?.read().catch(() => undefined);
      if (part === undefined || part.done) return;
      text += decoder.decode(part.value, { stream: true });
    }
  })();
  return {
    text: () => text,
    end: async () => {
      await reader?.cancel();
      await reading;
    },
  };
}
