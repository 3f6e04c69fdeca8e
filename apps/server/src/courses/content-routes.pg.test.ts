import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeWorld, stateOf, type World } from '../../fixture/course-world.ts';
import { Browser, runningServer, signedIn, type Answer, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let owner: Browser;
let coAuthor: Browser;
let learner: Browser;
let people: { owner: string; coAuthor: string; learner: string };
let world: World;

beforeAll(async () => {
  server = await runningServer('content');
  [owner, coAuthor, learner] = [
    await signedIn(server.url, 'instructor'),
    await signedIn(server.url, 'learner2'),
    await signedIn(server.url, 'learner'),
  ];
  const id = async (browser: Browser): Promise<string> => String((await browser.ask('GET', '/api/me')).body['id']);
  people = { owner: await id(owner), coAuthor: await id(coAuthor), learner: await id(learner) };
});
beforeEach(async () => {
  world = await makeWorld(server.sql, people);
});
afterAll(() => server.remove());

const state = (): Promise<unknown> => stateOf(server.sql, at('course'));
const at = (name: string): string => world[name] ?? '';
const valueOf = async (sql: string, id: string): Promise<unknown> =>
  (await server.sql.query<{ v: unknown }>(sql, [id])).rows[0]?.v;

/** Where rows of each kind are made and saved, with the least that makes one and the least that saves one. */
const KINDS = [
  {
    table: 'courses',
    item: () => `/api/admin/courses/${at('course')}`,
    list: () => '/api/admin/courses',
    make: { title: 't' },
    save: { version: 2, title: 't' },
  },
  ...(
    [
      ['modules', 'module', 'courses', 'course', { title: 't' }, 1],
      ['lessons', 'lesson', 'modules', 'module', { title: 't' }, 2],
      ['quizzes', 'quiz', 'modules', 'module', { title: 't' }, 1],
      ['questions', 'question', 'quizzes', 'quiz', { prompt: 't' }, 1],
      ['options', 'option', 'questions', 'question', { label: 't' }, 1],
    ] as const
  ).map(([table, one, parents, parent, make, version]) => ({
    table,
    item: () => `/api/admin/${table}/${at(one)}`,
    list: () => `/api/admin/${parents}/${at(parent)}/${table}`,
    make,
    save: { version, ...make },
  })),
];

/** What a client may name, besides the version; written down apart from the schemas. */
const WRITABLE: Readonly<Record<string, readonly string[]>> = {
  courses: ['title', 'description', 'access'],
  modules: ['title', 'position'],
  lessons: ['title', 'content', 'status', 'position', 'module_id'],
  quizzes: ['title', 'instructions', 'status', 'position', 'module_id'],
  questions: ['kind', 'prompt', 'explanation', 'points', 'position'],
  options: ['label', 'is_correct', 'position'],
};

test.each(KINDS)('H6 no other column of $table can be set', async ({ table, item, list, make, save }) => {
  const { rows } = await server.sql.query<{ column: string }>(
    "SELECT attname AS column FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'version'",
    [table],
  );
  const protectedColumns = rows.map(({ column }) => column).filter((column) => !WRITABLE[table]?.includes(column));
  expect(protectedColumns.length).toBeGreaterThan(4);
  const camel = protectedColumns.map((column) => column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  const fields = new Set([...protectedColumns, ...camel, '__proto__', 'constructor', 'prototype', 'operator', 'role']);
  const before = await state();
  for (const field of fields) {
    for (const [method, path, body] of [
      ['POST', list(), make],
      ['PUT', item(), save],
    ] as const) {
      const text = `${JSON.stringify(body).slice(0, -1)},"${field}":"2001-01-01T00:00:00Z"}`;
      const answer = await owner.ask(method, path, text);
      expect([answer.status, answer.body['code']], `${method} ${field}`).toEqual([400, 'invalid_request']);
      if (!/^(__proto__|constructor)$/.test(field)) expect(answer.body['detail'], field).toContain(field);
    }
  }
  expect(await state()).toEqual(before);
});

test.each(KINDS)(
  'H6 what is no value of a field of $table is refused by the name of the field',
  async ({ item, list, make, save }) => {
    const before = await state();
    for (const [name] of Object.entries(make)) {
      for (const wrong of [null, 1, true, [], {}, '', ' ', 'x'.repeat(20_001), 'a\u0000b', { toString: 'x' }]) {
        for (const [method, path, body] of [
          ['POST', list(), make],
          ['PUT', item(), save],
        ] as const) {
          const answer = await owner.ask(method, path, { ...body, [name]: wrong });
          expect([answer.status, answer.body['code']], `${method} ${name} ${JSON.stringify(wrong)}`).toEqual([
            400,
            'invalid_request',
          ]);
        }
      }
    }
    for (const version of [undefined, null, '1', 0, -1, 1.5, 1e300, 2 ** 31, [1]]) {
      expect((await owner.ask('PUT', item(), { ...save, version })).status, String(version)).toBe(400);
    }
    for (const body of ['', '[]', 'null', '"x"', '{', '{"version":1}', `${'['.repeat(100_000)}`, '{"title":']) {
      for (const [method, path] of [
        ['POST', list()],
        ['PUT', item()],
      ] as const) {
        const answer = await owner.ask(method, path, body);
        expect([answer.status, answer.body['code']], `${method} ${body.slice(0, 20)}`).toEqual([400, 'invalid_request']);
      }
    }
    expect(await state()).toEqual(before);
  },
);

test('H6 a body above the limit, and one without its type, are refused', async () => {
  const path = `/api/admin/lessons/${at('lesson')}`;
  expect((await owner.ask('PUT', path, { version: 2, content: 'x'.repeat(200_001) })).status).toBe(400);
  expect((await owner.ask('PUT', path, { version: 2, content: 'ö'.repeat(600_000) })).status).toBe(400);
  const untyped = await owner.ask('PUT', path, '{"version":2,"title":"t"}', { 'content-type': '' });
  expect([untyped.status, untyped.body['code']]).toEqual([400, 'invalid_request']);
  expect((await owner.ask('PUT', path, { version: 2, content: 'x'.repeat(200_000) })).status).toBe(200);
});

test.each(KINDS)(
  'H7 a save of $table counts the version, and one that is based on an older one is shown what is there',
  async (kind) => {
    const first = await owner.ask('PUT', kind.item(), { ...kind.save, [Object.keys(kind.make)[0] ?? '']: 'by the owner' });
    expect([first.status, first.body['version']]).toEqual([200, kind.save.version + 1]);
    const before = await state();
    const late = await coAuthor.ask('PUT', kind.item(), { ...kind.save, [Object.keys(kind.make)[0] ?? '']: 'by the other' });
    expect([late.status, late.body['code'], late.headers.get('content-type')]).toEqual([
      409,
      'version_conflict',
      expect.stringContaining('application/problem+json'),
    ]);
    expect(late.body['theirs']).toMatchObject({ version: kind.save.version + 1, modifiedBy: people.owner });
    expect(JSON.stringify(late.body['theirs'])).toContain('by the owner');
    expect(await state()).toEqual(before);
  },
);

test('H7 of saves that are sent at once, one is taken', async () => {
  const saves = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? owner : coAuthor).ask('PUT', `/api/admin/lessons/${at('lesson')}`, {
        version: 2,
        content: `save ${index}`,
      }),
    ),
  );
  expect(saves.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(saves.filter(({ status }) => status === 409)).toHaveLength(11);
  const taken = saves.find(({ status }) => status === 200)?.body['content'];
  expect(await valueOf('SELECT content AS v FROM lessons WHERE id = $1', at('lesson'))).toBe(taken);
});

test('what is made stands last, in the order it was made', async () => {
  const path = `/api/admin/modules/${at('module')}/lessons`;
  const made: Answer[] = [];
  for (let index = 0; index < 5; index += 1) made.push(await owner.ask('POST', path, { title: `lesson ${index}` }));
  const { body } = await owner.ask('GET', `/api/admin/courses/${at('course')}`);
  const [module] = body['modules'] as { lessons: { title: string; position: string; id: string }[] }[];
  expect(module?.lessons.slice(-5).map(({ title }) => title)).toEqual(made.map((_, index) => `lesson ${index}`));
  const [first = '', second = ''] = made.map((answer) => String(answer.body['position']));
  // Between the first two: a position of the client's own.
  const position = `${first}V`;
  const between = await owner.ask('POST', path, { title: 'between', position });
  expect([between.status, first < position, position < second]).toEqual([201, true, true]);
  for (const wrong of ['', '1', 'a', 'a0 ', 'ä', 'a00']) {
    expect((await owner.ask('POST', path, { title: 't', position: wrong })).status, wrong).toBe(400);
  }
});

test('a lesson moves to another module of its course, and to no other', async () => {
  const path = `/api/admin/lessons/${at('lesson')}`;
  const { body: module } = await owner.ask('POST', `/api/admin/courses/${at('course')}/modules`, { title: 'second' });
  const moved = await owner.ask('PUT', path, { version: 2, moduleId: module['id'] });
  expect([moved.status, moved.body['moduleId']]).toEqual([200, module['id']]);
  const elsewhere = await makeWorld(server.sql, people);
  const refused = await owner.ask('PUT', path, { version: 3, moduleId: elsewhere['module'] });
  expect([refused.status, refused.body['code']]).toEqual([400, 'invalid_request']);
});

test('what is deleted stays with learners until the next publication, and can be taken back', async () => {
  const path = `/api/admin/lessons/${at('lesson')}`;
  const published = (): Promise<unknown> =>
    valueOf('SELECT count(*)::int AS v FROM published_lessons WHERE id = $1', at('lesson'));
  expect((await owner.ask('DELETE', path)).status).toBe(204);
  expect((await owner.ask('DELETE', path)).status).toBe(204);
  expect(await published()).toBe(1);
  const restored = await owner.ask('PUT', path, { version: 3, deleted: false });
  expect([restored.status, restored.body['deletedAt']]).toEqual([200, null]);
  expect((await owner.ask('DELETE', path)).status).toBe(204);
  expect((await owner.ask('POST', `/api/admin/courses/${at('course')}/publish`)).status).toBe(200);
  expect(await published()).toBe(0);
  const below = await owner.ask('DELETE', `/api/admin/modules/${at('module')}`);
  expect(below.status).toBe(204);
  expect((await owner.ask('POST', `/api/admin/modules/${at('module')}/lessons`, { title: 't' })).status).toBe(404);
});

test('H9 a course with a join code takes its code, one for its authors takes nobody', async () => {
  const stranger = new Browser(server.url);
  await stranger.ask('POST', '/api/auth/sign-up/email', {
    name: 'Stranger',
    email: `${at('course')}@elira.test`,
    password: 'a long password',
  });
  const course = `/api/admin/courses/${at('course')}`;
  const enrol = (joinCode?: string): Promise<Answer> =>
    stranger.ask('POST', '/api/enrollments', { courseId: at('course'), joinCode });
  expect((await owner.ask('PUT', course, { version: 2, access: 'code', joinCode: ' open sesame ' })).body['joinCode']).toBe(
    'open sesame',
  );
  for (const wrong of [undefined, '', 'sesame', 'open sesame!']) {
    const refused = await enrol(wrong);
    expect([refused.status, refused.body['code']], String(wrong)).toEqual([403, 'join_code_wrong']);
  }
  expect((await enrol('open sesame')).status).toBe(201);
  expect((await owner.ask('PUT', course, { version: 2, joinCode: null })).body['code']).toBe('invalid_request');
  expect((await owner.ask('GET', course)).body['joinCode']).toBe('open sesame');
  expect((await stranger.ask('DELETE', `/api/enrollments/${at('course')}`)).status).toBe(204);
  expect((await owner.ask('PUT', course, { version: 2, access: 'authors' })).status).toBe(200);
  expect([(await enrol('open sesame')).status, (await enrol()).status]).toEqual([404, 404]);
  const { body } = await stranger.ask('GET', '/api/courses');
  expect((body['courses'] as { id: string }[]).map(({ id }) => id)).not.toContain(at('course'));
});

test('H9 a completion is the asker’s own, kept over leaving, and taken back by them alone', async () => {
  const path = `/api/progress/${at('lesson')}`;
  const done = await learner.ask('PUT', path, { completed: true });
  expect(done.body).toEqual({ lessonId: at('lesson'), completedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  expect((await learner.ask('PUT', path, { completed: true })).body).toEqual(done.body);
  for (const extra of ['userId', 'user_id', 'completedAt', 'progress']) {
    expect((await learner.ask('PUT', path, { completed: true, [extra]: people.owner })).status, extra).toBe(400);
  }
  const { rows } = await server.sql.query('SELECT user_id FROM lesson_progress WHERE lesson_id = $1', [at('lesson')]);
  expect(rows).toEqual([{ user_id: people.learner }]);
  expect((await learner.ask('DELETE', `/api/enrollments/${at('course')}`)).status).toBe(204);
  expect((await learner.ask('PUT', path, { completed: false })).status).toBe(404);
  const back = await learner.ask('POST', '/api/enrollments', { courseId: at('course') });
  expect([back.status, back.body['progress']]).toEqual([201, 100]);
  expect((await learner.ask('PUT', path, { completed: false })).body['completedAt']).toBe(null);
});
