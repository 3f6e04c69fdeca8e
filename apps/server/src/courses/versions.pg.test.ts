import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { makeRandom, scratchDatabase, type Random, type ScratchDatabase } from '@elira/testkit';
import { endedOrWaiting } from '../../fixture/ended-or-waiting.ts';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { openAppPool, type AppPool } from '../database/app-pool.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import type { Viewer } from '../viewer.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Of the random tests: rounds of edits, a publication and perhaps a way back; writers at once, and what each does. */
const ROUNDS = 30;
const WRITERS = 6;
const TURNS = 30;
let database: ScratchDatabase;
let sql: pg.Client;
let pool: AppPool;
let course: SmallCourse;

const person = (id: string): Viewer => ({ kind: 'user', id, sessionId: 'x', role: 'learner' });

beforeAll(async () => {
  database = await scratchDatabase('versions');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET deadlock_timeout = '200ms'`);
  sql = await database.client();
  pool = openAppPool(database.connection);
  for (const id of ['owner', 'other']) await newPerson(sql, id);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM courses');
  course = await makeSmallCourse(sql);
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'owner', role: 'owner' });
  await sql.query('UPDATE courses SET is_published = true');
});

async function call<T>(id: string, text: string, values: unknown[]): Promise<T> {
  return await pool.as(person(id), async (client) => (await client.query<{ result: T }>(text, values)).rows[0]?.result as T);
}
type Restored = { readonly version: number; readonly touched: number };
const restore = (version: number, id = 'owner'): Promise<Restored> =>
  call(id, 'SELECT restore_course_version($1, $2) AS result', [course.id, version]);
const discard = (id = 'owner'): Promise<Restored> => call(id, 'SELECT discard_draft($1) AS result', [course.id]);
const publish = (): Promise<unknown> => sql.query('SELECT publish_course($1)', [course.id]);

type Difference = {
  readonly entity_type: string;
  readonly entity_id: string;
  readonly change: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly fields: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
};
const diff = (from: number | null, to: number | null, id = 'owner'): Promise<Difference[]> =>
  pool.as(
    person(id),
    async (client) => (await client.query<Difference>('SELECT * FROM course_diff($1, $2, $3)', [course.id, from, to])).rows,
  );

async function newest(): Promise<number> {
  const { rows } = await sql.query<{ version: number }>(
    'SELECT max(version) AS version FROM course_versions WHERE course_id = $1',
    [course.id],
  );
  return rows[0]?.version ?? 0;
}
async function state(): Promise<{ is_draft: boolean; version: number; title: string }> {
  const { rows } = await sql.query('SELECT is_draft, version, title FROM courses WHERE id = $1', [course.id]);
  return rows[0] as never;
}

const CONTENT = ['modules', 'lessons', 'quizzes', 'questions', 'options'] as const;
/** All that learners read and all that judges them, without the numbers of the rows' versions. */
async function published(): Promise<unknown> {
  const { rows } = await sql.query(
    `SELECT e.entity_type, e.entity_id, r.content FROM course_version_entries e JOIN revisions r USING (entity_type, entity_id, revision)
     WHERE e.course_id = $1 AND e.version = $2 ORDER BY 1, 2`,
    [course.id, await newest()],
  );
  const tables: unknown[] = [rows];
  for (const table of CONTENT) {
    const read = await sql.query<{ row: unknown }>(
      `SELECT to_jsonb(p) - 'version' AS row FROM published_${table} p WHERE course_id = $1 ORDER BY id`,
      [course.id],
    );
    tables.push(read.rows);
  }
  return tables;
}

test('B1 what differs from one version to another, or to the working rows, is told field by field', async () => {
  await sql.query("UPDATE lessons SET title = 'Earth', content = '# Earth' WHERE id = $1", [course.lessons[0]]);
  await sql.query('UPDATE options SET is_correct = NOT is_correct WHERE id = $1', [course.options[1]]);
  await sql.query('UPDATE lessons SET deleted_at = now() WHERE id = $1', [course.lessons[2]]);
  const added = await insert(sql, 'quizzes', {
    course_id: course.id,
    module_id: course.modules[1],
    title: 'Test',
    status: 'draft',
  });
  const changed = [
    {
      entity_type: 'lesson',
      entity_id: course.lessons[0],
      change: 'changed',
      name: 'Earth',
      parent_id: course.modules[0],
      fields: { title: { from: 'Soil', to: 'Earth' }, content: { from: '# Soil', to: '# Earth' } },
    },
    {
      entity_type: 'option',
      entity_id: course.options[1],
      change: 'changed',
      name: 'Dry soil',
      parent_id: course.question,
      fields: { isCorrect: { from: false, to: true } },
    },
  ];
  const byType = (rows: readonly Difference[]): Difference[] =>
    rows.toSorted((a, b) => (a.entity_type + a.entity_id < b.entity_type + b.entity_id ? -1 : 1));
  const draft = await diff(1, null);
  expect(draft).toHaveLength(4);
  expect(draft).toEqual(expect.arrayContaining(changed));
  expect(draft.find(({ change }) => change === 'removed')).toMatchObject({
    name: 'Pump',
    fields: { content: { from: '# Pump', to: null } },
  });
  expect(draft.find(({ change }) => change === 'added')).toMatchObject({
    entity_id: added,
    fields: { status: { from: null, to: 'draft' } },
  });
  await publish();
  // A draft is in no version.
  expect(byType(await diff(1, 2))).toEqual(byType(draft.filter(({ change }) => change !== 'added')));
  expect(
    byType(await diff(2, 1))
      .map(({ change }) => change)
      .toSorted(),
  ).toEqual(['added', 'changed', 'changed']);
  expect(await diff(2, 2)).toEqual([]);
  expect(await diff(1, null, 'other')).toEqual([]);
});

test('B2 a version is restored to the working rows alone, under the same ids, and versions count on', async () => {
  const first = await published();
  await sql.query("UPDATE courses SET title = 'Renamed'");
  await sql.query("UPDATE lessons SET content = 'new', status = 'draft' WHERE id = $1", [course.lessons[0]]);
  await sql.query('DELETE FROM questions');
  await sql.query('UPDATE modules SET deleted_at = now() WHERE id = $1', [course.modules[1]]);
  const extra = await insert(sql, 'lessons', { course_id: course.id, module_id: course.modules[0], title: 'Extra' });
  await publish();
  const second = await published();
  expect(await restore(1)).toEqual({ version: 1, touched: 7 });
  expect(await published()).toEqual(second);
  expect(await state()).toEqual({ is_draft: true, version: 3, title: 'Sensors' });
  expect(await diff(1, null)).toEqual([]);
  const row = await sql.query('SELECT deleted_at IS NOT NULL AS gone, modified_by FROM lessons WHERE id = $1', [extra]);
  expect(row.rows).toEqual([{ gone: true, modified_by: 'owner' }]);
  expect(await restore(1)).toEqual({ version: 1, touched: 0 });
  await publish();
  expect(await published()).toEqual(first);
  expect(await newest()).toBe(3);
  expect(await diff(1, 3)).toEqual([]);
});

test('B3 a draft is discarded: back to what is live, and a draft no more', async () => {
  await sql.query("UPDATE questions SET explanation = 'other'");
  await sql.query('UPDATE options SET is_correct = NOT is_correct');
  await insert(sql, 'lessons', { course_id: course.id, module_id: course.modules[0], title: 'Extra', status: 'draft' });
  expect(await state()).toMatchObject({ is_draft: true });
  const before = await published();
  expect(await discard()).toMatchObject({ version: 1, touched: 4 });
  expect(await state()).toMatchObject({ is_draft: false });
  // There is nothing to bring, but that somebody published.
  await sql.query('BEGIN');
  await publish();
  const changes = await sql.query(
    'SELECT t.relation FROM sync.change c JOIN sync.captured_table t USING (table_id) WHERE c.xid = pg_current_xact_id()',
  );
  expect(changes.rows).toEqual([{ relation: 'recent_audit' }]);
  await sql.query('COMMIT');
  expect(await newest()).toBe(1);
  expect(await published()).toEqual(before);
  await sql.query("UPDATE options SET label = 'again' WHERE id = $1", [course.options[0]]);
  expect(await state()).toMatchObject({ is_draft: true });
  await sql.query("UPDATE courses SET title = 'Renamed'");
  await discard();
  expect(await state()).toMatchObject({ is_draft: false, title: 'Sensors' });
  await sql.query('UPDATE courses SET is_published = false');
  await expect(discard()).rejects.toMatchObject({ code: 'EL021' });
});

test('B3 while somebody else is at work the course stays a draft, and what they save afterwards is kept', async () => {
  const editor = await database.client();
  await sql.query("UPDATE lessons SET title = 'edited' WHERE id = $1", [course.lessons[0]]);
  await editor.query('BEGIN');
  await editor.query("INSERT INTO modules (course_id, title) VALUES ($1, 'Third')", [course.id]);
  await discard();
  expect(await state()).toMatchObject({ is_draft: true });
  await editor.query('COMMIT');
  expect((await diff(1, null)).map(({ name }) => name)).toEqual(['Third']);
  await discard();
  expect(await state()).toMatchObject({ is_draft: false });
});

test('B3 who discards while a publication goes on ends at what is live then', async () => {
  await sql.query("UPDATE lessons SET title = 'edited' WHERE id = $1", [course.lessons[0]]);
  await sql.query('BEGIN');
  await publish();
  const waiting = discard();
  await endedOrWaiting(waiting);
  await sql.query('COMMIT');
  expect(await waiting).toMatchObject({ version: 2 });
  expect(await diff(2, null)).toEqual([]);
  expect(await state()).toMatchObject({ is_draft: false });
});

test('B4 only the authors of a course restore and discard, and only versions that there are', async () => {
  for (const attempt of [() => restore(1, 'other'), () => discard('other'), () => restore(9), () => restore(1, 'nobody')])
    await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/P0002|42501/) });
  const elsewhere = await makeSmallCourse(sql, 'Other');
  await sql.query('UPDATE lessons SET module_id = $1, course_id = $2 WHERE id = $3', [
    elsewhere.modules[0],
    elsewhere.id,
    course.lessons[0],
  ]);
  await expect(restore(1)).rejects.toMatchObject({ code: 'EL021' });
});

/** One thing that an author may do, by SQL too. */
async function edit(random: Random, label: string): Promise<void> {
  const table = random.pick(CONTENT);
  const one = async (of: string): Promise<string | undefined> => {
    const { rows } = await sql.query<{ id: string }>(`SELECT id FROM ${of} WHERE course_id = $1 ORDER BY id`, [course.id]);
    return rows.length === 0 ? undefined : random.pick(rows).id;
  };
  const id = await one(table);
  const at = { module: await one('modules'), quiz: await one('quizzes'), question: await one('questions') };
  const word = { modules: 'title', lessons: 'title', quizzes: 'title', questions: 'prompt', options: 'label' }[table];
  const moves: [text: string, values: unknown[]][] = [
    [`UPDATE ${table} SET ${word} = $2 WHERE id = $1`, [id, label]],
    [`UPDATE ${table} SET position = $2 WHERE id = $1`, [id, `a${random.below(9)}`]],
    [`UPDATE ${table} SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = $1`, [id]],
    [`DELETE FROM ${table} WHERE id = $1`, [random.chance(0.4) ? id : null]],
    ['UPDATE courses SET title = $2 WHERE id = $1', [course.id, label]],
    [
      "UPDATE lessons SET status = CASE status WHEN 'draft' THEN 'ready' ELSE 'draft' END WHERE id = $1",
      [await one('lessons')],
    ],
    ["UPDATE quizzes SET status = CASE status WHEN 'draft' THEN 'ready' ELSE 'draft' END WHERE id = $1", [at.quiz]],
    ['UPDATE options SET is_correct = NOT is_correct WHERE id = $1', [await one('options')]],
    ['UPDATE questions SET explanation = $2, points = $3 WHERE id = $1', [at.question, label, random.below(5)]],
    ['UPDATE lessons SET module_id = $2 WHERE id = $1 AND $2::uuid IS NOT NULL', [await one('lessons'), at.module]],
    ['UPDATE questions SET quiz_id = $2 WHERE id = $1 AND $2::uuid IS NOT NULL', [at.question, at.quiz]],
    ['INSERT INTO modules (course_id, title) VALUES ($1, $2)', [course.id, label]],
    [
      'INSERT INTO lessons (course_id, module_id, title) SELECT course_id, id, $2 FROM modules WHERE id = $1',
      [at.module, label],
    ],
    [
      'INSERT INTO quizzes (course_id, module_id, title) SELECT course_id, id, $2 FROM modules WHERE id = $1',
      [at.module, label],
    ],
    [
      'INSERT INTO questions (course_id, quiz_id, prompt) SELECT course_id, id, $2 FROM quizzes WHERE id = $1',
      [at.quiz, label],
    ],
    [
      'INSERT INTO options (course_id, quiz_id, question_id, label) SELECT course_id, quiz_id, id, $2 FROM questions WHERE id = $1',
      [at.question, label],
    ],
  ];
  await sql.query(...random.pick(moves));
}

test(`B5 whatever was edited and published since: a version that is restored and published is that version again (SEED=${seed})`, async () => {
  const random = makeRandom(seed);
  const seen = new Map<number, unknown>([[1, await published()]]);
  let restored = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let edits = random.below(6); edits >= 0; edits -= 1) await edit(random, `${round}-${edits}`);
    if (random.chance(0.1)) await sql.query('UPDATE courses SET is_published = false');
    const version = random.pick([...seen.keys()]);
    const back = random.chance(0.4);
    if (back) {
      await restore(version);
      expect(await diff(version, null), `round ${round}`).toEqual([]);
      restored += 1;
    }
    await publish();
    if (back) expect(await published(), `round ${round}, version ${version}`).toEqual(seen.get(version));
    seen.set(await newest(), await published());
    expect(await state()).toMatchObject({ is_draft: false });
    if (random.chance(0.3)) {
      await edit(random, `${round}-late`);
      await discard();
      expect(await diff(await newest(), null), `round ${round}`).toEqual([]);
      expect(await state(), `round ${round}`).toMatchObject({ is_draft: false });
    }
  }
  expect(restored).toBeGreaterThan(2);
});

test(`B5 restoring, discarding, editing and publishing at once never wait for each other in a circle (SEED=${seed})`, async () => {
  const random = makeRandom(seed);
  await sql.query("UPDATE lessons SET title = 'second' WHERE id = $1", [course.lessons[0]]);
  await publish();
  const failures: unknown[] = [];
  const worker = async (stream: Random): Promise<void> => {
    const client = await database.client();
    await client.query("SET elira.user_id = 'owner'");
    for (let turn = 0; turn < TURNS; turn += 1) {
      const [text, values] = stream.pick<[string, unknown[]]>([
        ['SELECT restore_course_version($1, $2)', [course.id, stream.below(2) + 1]],
        ['SELECT discard_draft($1)', [course.id]],
        ['SELECT publish_course($1)', [course.id]],
        ['UPDATE lessons SET title = $2 WHERE id = $1', [stream.pick(course.lessons), `t${turn}`]],
        ['UPDATE options SET is_correct = NOT is_correct WHERE id = $1', [stream.pick(course.options)]],
        ['UPDATE courses SET title = $2 WHERE id = $1', [course.id, `t${turn}`]],
        ['INSERT INTO lessons (course_id, module_id, title) VALUES ($1, $2, $3)', [course.id, course.modules[0], `t${turn}`]],
      ]);
      await client.query(text, values).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => worker(random.fork(String(index)))));
  expect(failures).toEqual([]);
  await discard();
  expect(await diff(await newest(), null)).toEqual([]);
  expect(await state()).toMatchObject({ is_draft: false });
});
