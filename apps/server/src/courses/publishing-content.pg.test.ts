import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, makeSmallCourse, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let course: SmallCourse;

beforeAll(async () => {
  database = await scratchDatabase('content');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  // Every nested move would be an error here instead of a reload.
  await sql.query('SET sync.strict = on');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql.query('DELETE FROM courses');
  course = await makeSmallCourse(sql);
});

const PUBLISHED = ['modules', 'lessons', 'quizzes', 'questions', 'options'] as const;

/** Titles, prompts and labels of what learners have, in the order of the course. */
async function live(client: pg.ClientBase = sql): Promise<Record<(typeof PUBLISHED)[number], string[]>> {
  const lines = async (table: string, column: string): Promise<string[]> =>
    (await client.query<{ line: string }>(`SELECT ${column} AS line FROM published_${table} ORDER BY position, id`)).rows.map(
      ({ line }) => line,
    );
  return {
    modules: await lines('modules', 'title'),
    lessons: await lines('lessons', 'title'),
    quizzes: await lines('quizzes', 'title'),
    questions: await lines('questions', 'prompt'),
    options: await lines('options', 'label'),
  };
}

const WHOLE = {
  modules: ['First', 'Second'],
  lessons: ['Soil', 'Pump', 'Water'],
  quizzes: ['Check'],
  questions: ['What conducts?'],
  options: ['Wet soil', 'Dry soil'],
};
const NOTHING = { modules: [], lessons: [], quizzes: [], questions: [], options: [] };

const publish = (): Promise<unknown> => sql.query('UPDATE courses SET is_published = true');
const publishAgain = (): Promise<unknown> => sql.query('SELECT publish_course($1)', [course.id]);

async function isDraft(): Promise<boolean> {
  const { rows } = await sql.query<{ is_draft: boolean }>('SELECT is_draft FROM courses WHERE id = $1', [course.id]);
  return rows[0]?.is_draft ?? false;
}

/** Number of the latest version, and how many revisions are stored. */
async function stored(): Promise<{ version: number; revisions: number }> {
  const { rows } = await sql.query<{ version: number; revisions: number }>(
    'SELECT coalesce(max(version), 0) AS version, (SELECT count(*)::int FROM revisions) AS revisions FROM course_versions',
  );
  return rows[0] ?? { version: 0, revisions: 0 };
}

test('P1 publishing by plain SQL copies all that is ready, and unpublishing removes all of it', async () => {
  expect(await live()).toEqual(NOTHING);
  await publish();
  expect(await live()).toEqual(WHOLE);
  expect(await isDraft()).toBe(false);
  await sql.query('UPDATE courses SET is_published = false');
  expect(await live()).toEqual(NOTHING);
  expect(await isDraft()).toBe(true);
  await publish();
  expect(await live()).toEqual(WHOLE);
});

test('P1 no column of a published table can hold an answer key or an explanation, and no cell does', async () => {
  await publish();
  const { rows } = await sql.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relname LIKE 'published\\_%' AND c.relkind = 'r' AND attnum > 0 AND attname ~ 'correct|explanation|answer|key|status|deleted'`,
  );
  expect(rows).toEqual([]);
  for (const table of ['courses', ...PUBLISHED]) {
    const cells = await sql.query<{ row: string }>(`SELECT to_jsonb(p)::text AS row FROM published_${table} p`);
    for (const { row } of cells.rows) expect(row).not.toContain('Ions do');
  }
});

test('P2 edits of what is live wait for the next publication, which copies what moved and nothing else', async () => {
  await publish();
  const before = await sql.query<{ id: string; ctid: string }>('SELECT id, ctid::text FROM published_lessons ORDER BY id');
  await sql.query("UPDATE lessons SET content = 'new' WHERE id = $1", [course.lessons[1]]);
  expect(await isDraft()).toBe(true);
  const text = 'SELECT content FROM published_lessons WHERE id = $1';
  expect((await sql.query(text, [course.lessons[1]])).rows).toEqual([{ content: '# Water' }]);
  await publishAgain();
  expect((await sql.query(text, [course.lessons[1]])).rows).toEqual([{ content: 'new' }]);
  expect(await isDraft()).toBe(false);
  const after = await sql.query<{ id: string; ctid: string }>('SELECT id, ctid::text FROM published_lessons ORDER BY id');
  const moved = after.rows.filter(({ ctid }, i) => ctid !== before.rows[i]?.ctid).map(({ id }) => id);
  expect(moved).toEqual([course.lessons[1]]);
});

test('P2 publishing what is live already writes nothing that learners read', async () => {
  await publish();
  await sql.query('BEGIN');
  await publishAgain();
  const changes = await sql.query(
    'SELECT t.relation FROM sync.change c JOIN sync.captured_table t USING (table_id) WHERE c.xid = pg_current_xact_id()',
  );
  await sql.query('COMMIT');
  // Authors are told that somebody published.
  expect(changes.rows).toEqual([{ relation: 'recent_audit' }]);
});

test('P2 a live course that changes its key publishes nothing', async () => {
  await publish();
  await sql.query(`UPDATE modules SET title = 'Edited' WHERE title = 'First'`);
  const before = await live();
  await sql.query('UPDATE courses SET id = uuid_v7()');
  expect(await live()).toEqual(before);
});

test('P3 a draft stays away, with all below it, until it is ready; what was live of it stays as it was', async () => {
  await sql.query("UPDATE lessons SET status = 'draft' WHERE id = $1", [course.lessons[0]]);
  await sql.query("UPDATE quizzes SET status = 'draft'");
  await publish();
  expect(await live()).toEqual({ ...WHOLE, lessons: ['Pump', 'Water'], quizzes: [], questions: [], options: [] });
  expect(await isDraft()).toBe(false);
  // Work on a draft changes nothing that publishing would bring.
  await sql.query("UPDATE lessons SET content = 'still thinking' WHERE id = $1", [course.lessons[0]]);
  await sql.query("UPDATE options SET label = 'better'");
  expect(await isDraft()).toBe(false);
  await sql.query("UPDATE lessons SET status = 'ready'");
  expect(await isDraft()).toBe(true);
  await sql.query("UPDATE quizzes SET status = 'ready'");
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, options: ['better', 'better'] });
  await sql.query(
    "UPDATE quizzes SET status = 'draft', title = 'Reworked'; UPDATE options SET label = 'worse', deleted_at = now()",
  );
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, options: ['better', 'better'] });
});

test('P4 deleting is a mark until published, can be taken back, and takes what is below along', async () => {
  await publish();
  await sql.query('UPDATE lessons SET deleted_at = now() WHERE id = $1', [course.lessons[0]]);
  expect(await live()).toEqual(WHOLE);
  expect(await isDraft()).toBe(true);
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, lessons: ['Pump', 'Water'] });
  await sql.query('UPDATE lessons SET deleted_at = NULL');
  await publishAgain();
  expect(await live()).toEqual(WHOLE);
  await sql.query('UPDATE modules SET deleted_at = now() WHERE id = $1', [course.modules[0]]);
  await publishAgain();
  expect(await live()).toEqual({ modules: ['Second'], lessons: ['Pump'], quizzes: [], questions: [], options: [] });
  await sql.query('UPDATE modules SET deleted_at = NULL; UPDATE questions SET deleted_at = now()');
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, questions: [], options: [] });
  await sql.query('UPDATE questions SET deleted_at = NULL; UPDATE options SET deleted_at = now() WHERE is_correct');
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, options: ['Dry soil'] });
});

test('P4 below a deleted module nothing is live, nor counts as unpublished', async () => {
  await sql.query('UPDATE modules SET deleted_at = now() WHERE id = $1', [course.modules[0]]);
  await publish();
  expect(await live()).toEqual({ modules: ['Second'], lessons: ['Pump'], quizzes: [], questions: [], options: [] });
  await sql.query("UPDATE lessons SET title = 'unseen' WHERE module_id = $1", [course.modules[0]]);
  await sql.query(
    "UPDATE quizzes SET title = 'unseen'; UPDATE questions SET prompt = 'unseen'; UPDATE options SET label = 'unseen'",
  );
  expect(await isDraft()).toBe(false);
});

test.each([
  ['quizzes', { ...WHOLE, quizzes: [], questions: [], options: [] }],
  ['questions', { ...WHOLE, questions: [], options: [] }],
  ['options', { ...WHOLE, options: [] }],
])('P4 %s that are live go when they are deleted', async (table, expected) => {
  await publish();
  await sql.query(`UPDATE ${table} SET deleted_at = now()`);
  await publishAgain();
  expect(await live()).toEqual(expected);
  expect(await isDraft()).toBe(false);
});

test('P4 rows that are deleted for good go with the next publication, and may come back under their ids', async () => {
  await publish();
  await sql.query('DELETE FROM lessons WHERE id = $1', [course.lessons[2]]);
  expect(await isDraft()).toBe(true);
  expect(await live()).toEqual(WHOLE);
  await publishAgain();
  expect(await live()).toEqual({ ...WHOLE, lessons: ['Soil', 'Water'] });
  const again = { id: course.lessons[2], course_id: course.id, module_id: course.modules[1], title: 'Again', content: 'other' };
  await insert(sql, 'lessons', again);
  await publishAgain();
  expect((await live()).lessons).toEqual(['Soil', 'Again', 'Water']);
  const kept = await sql.query<{ content: { title: string } }>(
    'SELECT content FROM revisions WHERE entity_id = $1 ORDER BY revision',
    [course.lessons[2]],
  );
  expect(kept.rows.map(({ content }) => content.title)).toEqual(['Pump', 'Again']);
});

test('P5 the order and the outline follow positions, through moves between modules and back', async () => {
  await publish();
  const outline = async (): Promise<unknown> =>
    (await sql.query<{ outline: unknown }>('SELECT outline FROM published_courses')).rows[0]?.outline;
  const titles = async (): Promise<unknown> =>
    (
      await sql.query<{ titles: unknown }>(
        `SELECT jsonb_path_query_array(outline, '$[*].lessons[*].title') AS titles FROM published_courses`,
      )
    ).rows[0]?.titles;
  expect(await outline()).toEqual([
    {
      id: course.modules[0],
      title: 'First',
      lessons: [
        { id: course.lessons[0], title: 'Soil' },
        { id: course.lessons[1], title: 'Water' },
      ],
      quizzes: [{ id: course.quiz, title: 'Check' }],
    },
    { id: course.modules[1], title: 'Second', lessons: [{ id: course.lessons[2], title: 'Pump' }], quizzes: [] },
  ]);
  // Positions are compared byte by byte: Z before a.
  await sql.query("UPDATE lessons SET position = 'Zz' WHERE id = $1", [course.lessons[1]]);
  await sql.query("UPDATE lessons SET module_id = $1, position = 'a5' WHERE id = $2", [course.modules[0], course.lessons[2]]);
  await publishAgain();
  expect(await titles()).toEqual(['Water', 'Soil', 'Pump']);
  await sql.query("UPDATE modules SET position = 'Zz' WHERE id = $1", [course.modules[1]]);
  await sql.query("UPDATE lessons SET module_id = $1, position = 'a0' WHERE id = $2", [course.modules[1], course.lessons[2]]);
  await publishAgain();
  expect(await titles()).toEqual(['Pump', 'Water', 'Soil']);
});

test('P6 a version is a list of revisions, each stored once, and nothing new makes no version', async () => {
  await publish();
  expect(await stored()).toEqual({ version: 1, revisions: 10 });
  await publishAgain();
  await sql.query('UPDATE courses SET is_published = false');
  await publish();
  expect(await stored()).toEqual({ version: 1, revisions: 10 });
  await sql.query('UPDATE options SET is_correct = NOT is_correct WHERE id = $1', [course.options[0]]);
  await publishAgain();
  expect(await stored()).toEqual({ version: 2, revisions: 11 });
  const { rows } = await sql.query<{ version: number; entries: number; keys: boolean[] }>(
    `SELECT e.version, count(*)::int AS entries, array_agg((r.content ->> 'isCorrect')::boolean ORDER BY r.content ->> 'position')
       FILTER (WHERE e.entity_type = 'option') AS keys
     FROM course_version_entries e JOIN revisions r USING (entity_type, entity_id, revision) GROUP BY e.version ORDER BY 1`,
  );
  expect(rows).toEqual([
    { version: 1, entries: 10, keys: [true, false] },
    { version: 2, entries: 10, keys: [false, false] },
  ]);
});

test('P7 version, last_modified and modified_by of content are kept by triggers, and count its changes alone', async () => {
  const row = async (): Promise<unknown> =>
    (await sql.query('SELECT version, modified_by FROM lessons WHERE id = $1', [course.lessons[0]])).rows[0];
  await sql.query("UPDATE lessons SET version = 99, last_modified = '2001-01-01', title = title");
  expect(await row()).toEqual({ version: 1, modified_by: null });
  const locked = "UPDATE lessons SET content = 'mine', version = 7 WHERE id = $1 AND version = 1";
  expect((await sql.query(locked, [course.lessons[0]])).rowCount).toBe(1);
  expect((await sql.query(locked, [course.lessons[0]])).rowCount).toBe(0);
  expect(await row()).toEqual({ version: 2, modified_by: null });
});

test('P8 access is a switch: it holds for learners at once, and is no draft', async () => {
  await publish();
  const state = async (): Promise<unknown> => (await sql.query('SELECT access, listed FROM published_courses')).rows;
  expect(await state()).toEqual([{ access: 'open', listed: true }]);
  await sql.query("UPDATE courses SET access = 'authors'");
  expect(await state()).toEqual([{ access: 'authors', listed: false }]);
  expect(await isDraft()).toBe(false);
  await sql.query("UPDATE courses SET access = 'code'");
  expect(await state()).toEqual([{ access: 'code', listed: true }]);
});

test('P9 an edit that commits after a publication is not missed, and nobody waits for an editor', async () => {
  await publish();
  const [editor, other] = [await database.client(), await database.client()];
  await sql.query("UPDATE lessons SET title = 'first edit' WHERE id = $1", [course.lessons[0]]);
  await editor.query('BEGIN');
  await editor.query("UPDATE lessons SET title = 'in flight' WHERE id = $1", [course.lessons[1]]);
  // Another author, on another lesson, does not queue behind the first.
  await other.query("SET lock_timeout = '2s'; UPDATE lessons SET title = 'meanwhile' WHERE id = '" + course.lessons[2] + "'");
  await publishAgain();
  expect((await live()).lessons.toSorted()).toEqual(['Water', 'first edit', 'meanwhile']);
  await editor.query('COMMIT');
  expect(await isDraft()).toBe(true);
  await publishAgain();
  expect(await isDraft()).toBe(false);
  expect((await live()).lessons).toContain('in flight');
});

test('P9 an edit that begins during a publication waits for it, and makes the course a draft', async () => {
  await publish();
  const editor = await database.client();
  await sql.query("UPDATE lessons SET title = 'first edit' WHERE id = $1", [course.lessons[0]]);
  await sql.query('BEGIN');
  await publishAgain();
  const edit = editor.query("UPDATE lessons SET title = 'behind' WHERE id = $1", [course.lessons[1]]);
  await sql.query('COMMIT');
  await edit;
  expect(await isDraft()).toBe(true);
});

test.each([
  "UPDATE modules SET title = 'x'",
  "UPDATE lessons SET position = 'zz'",
  "UPDATE quizzes SET instructions = 'x'",
  "UPDATE questions SET explanation = 'x'",
  'UPDATE options SET is_correct = NOT is_correct',
  'DELETE FROM options',
  'DELETE FROM questions',
  'UPDATE questions SET deleted_at = now()',
  "INSERT INTO modules (course_id, title) SELECT id, 'x' FROM courses",
  "INSERT INTO options (course_id, quiz_id, question_id, label) SELECT course_id, quiz_id, id, 'x' FROM questions",
])('P9 the course becomes a draft, and by publishing again none: %s', async (change) => {
  await publish();
  await sql.query(change);
  expect(await isDraft()).toBe(true);
  await publishAgain();
  expect(await isDraft()).toBe(false);
});

test('P9 a title that is taken back is a draft still while a lesson differs', async () => {
  await publish();
  await sql.query("UPDATE lessons SET title = 'other' WHERE id = $1", [course.lessons[0]]);
  await sql.query("UPDATE courses SET title = 'Other'");
  await sql.query("UPDATE courses SET title = 'Sensors'");
  expect(await isDraft()).toBe(true);
  await sql.query('UPDATE courses SET is_draft = false');
  expect(await isDraft()).toBe(true);
});

test('P1 a row cannot hang below another course', async () => {
  const other = await makeSmallCourse(sql, 'Other');
  await expect(
    sql.query('UPDATE lessons SET course_id = $1 WHERE id = $2', [other.id, course.lessons[0]]),
  ).rejects.toMatchObject({
    code: '23503',
  });
  await expect(
    sql.query('UPDATE lessons SET module_id = $1 WHERE id = $2', [other.modules[0], course.lessons[0]]),
  ).rejects.toMatchObject({ code: '23503' });
});

test('P1 a statement that changes the key of a course cannot publish or unpublish it as well, since its content has not followed yet', async () => {
  const together = (what: string): Promise<unknown> => sql.query(`UPDATE courses SET id = uuid_v7(), ${what}`);
  await expect(together('is_published = true')).rejects.toMatchObject({
    code: '0A000',
    hint: expect.stringContaining('its own'),
  });
  expect(await live()).toEqual(NOTHING);
  await publish();
  for (const what of ['publications = publications + 1', 'is_published = false'])
    await expect(together(what)).rejects.toMatchObject({ code: '0A000' });
  expect(await live()).toEqual(WHOLE);
});

test('P1 a course may change its key, with all that is in it', async () => {
  await publish();
  const { rows } = await sql.query<{ id: string }>('UPDATE courses SET id = uuid_v7() RETURNING id');
  expect(await live()).toEqual(WHOLE);
  for (const table of PUBLISHED) {
    const found = await sql.query<{ course_id: string }>(
      `SELECT course_id FROM published_${table} UNION SELECT course_id FROM ${table}`,
    );
    expect(found.rows, table).toEqual([{ course_id: rows[0]?.id }]);
  }
  await sql.query('DELETE FROM courses');
  expect(await live()).toEqual(NOTHING);
});
