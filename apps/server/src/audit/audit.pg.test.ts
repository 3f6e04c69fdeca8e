import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let course: SmallCourse;

const MUTATION = '01890a5d-ac96-774b-bcce-b302099a8057';

beforeAll(async () => {
  database = await scratchDatabase('audit');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  for (const id of ['ann', 'bob', 'owner']) await newPerson(sql, id);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql.query('RESET elira.user_id; RESET elira.mutation_id; RESET timezone');
  await sql.query(
    'TRUNCATE grades, quiz_attempts; DELETE FROM lesson_progress; DELETE FROM announcements; DELETE FROM courses',
  );
  course = await makeSmallCourse(sql);
  await sql.query('TRUNCATE course_audit');
});

type Entry = { what: string; field: string; was: string | null; now: string | null; by: string | null };

/** What was written since the last call, as `entity field`, in its order. */
async function written(columns = ''): Promise<(Entry & Record<string, unknown>)[]> {
  const { rows } = await sql.query<Entry & Record<string, unknown>>(
    `SELECT entity_type AS what, field_name AS field, old_value AS was, new_value AS now, changed_by AS by${columns} FROM course_audit ORDER BY id`,
  );
  await sql.query('TRUNCATE course_audit');
  return rows;
}
const lines = async (): Promise<string[]> =>
  (await written()).map(({ what, field, was, now, by }) => `${what} ${field}: ${was ?? '-'} > ${now ?? '-'} (${by ?? '-'})`);
const as = (user: string): Promise<unknown> =>
  sql.query(`SET elira.user_id = '${user}'; SET elira.mutation_id = '${MUTATION}'`);

test('F1 each changed field is one row: who, what, from what to what, at which version, by which mutation', async () => {
  await as('owner');
  await sql.query("UPDATE lessons SET title = 'Earth', status = 'draft' WHERE id = $1", [course.lessons[0]]);
  expect(
    await written(', course_id, entity_id, entity_version, text_offset, mutation_id, changed_at = now() AS dated'),
  ).toEqual(
    [
      { field: 'title', was: 'Soil', now: 'Earth' },
      { field: 'status', was: 'ready', now: 'draft' },
    ].map((one) => ({
      what: 'lesson',
      ...one,
      by: 'owner',
      course_id: course.id,
      entity_id: course.lessons[0],
      entity_version: 2,
      text_offset: null,
      mutation_id: MUTATION,
      // Another transaction reads it.
      dated: false,
    })),
  );
});

test('F1 every kind of row, made, changed and gone', async () => {
  await as('owner');
  await sql.query("UPDATE courses SET description = 'How', access = 'authors', is_published = true");
  await sql.query("UPDATE modules SET title = 'One' WHERE title = 'First'; UPDATE quizzes SET instructions = 'Think'");
  await sql.query("UPDATE questions SET points = 3; UPDATE options SET is_correct = true WHERE label = 'Dry soil'");
  await sql.query("UPDATE lessons SET deleted_at = '2026-01-02T03:04:05+02' WHERE title = 'Soil'");
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'ann' });
  await sql.query(
    "UPDATE course_authors SET role = 'owner' WHERE user_id = 'ann'; DELETE FROM course_authors WHERE user_id = 'ann'",
  );
  await sql.query(
    "UPDATE users SET role = 'instructor', name = 'A' WHERE id = 'ann'; UPDATE users SET banned = true, ban_reason = 'x' WHERE id = 'bob'",
  );
  await insert(sql, 'announcements', { course_id: course.id, title: 'Hello', author_id: 'owner' });
  await sql.query("UPDATE announcements SET body = 'World'; DELETE FROM announcements");
  await newPerson(sql, 'cat');
  await insert(sql, 'grades', {
    user_id: 'cat',
    course_id: course.id,
    quiz_id: course.quiz,
    points: 75,
    max_points: 100,
    percent: 75,
    reason: 'Shown in class',
    graded_by: 'owner',
  });
  expect(await lines()).toEqual([
    'course description: How to measure > How (owner)',
    'course access: open > authors (owner)',
    'course is_published: false > true (owner)',
    'module title: First > One (owner)',
    'quiz instructions:  > Think (owner)',
    'question points: 1 > 3 (owner)',
    'option is_correct: false > true (owner)',
    'lesson deleted_at: - > 2026-01-02 01:04:05+00 (owner)',
    'author *: - > co-author (owner)',
    'author role: co-author > owner (owner)',
    'author *: owner > - (owner)',
    'user role: learner > instructor (owner)',
    'user banned: false > true (owner)',
    'announcement *: - > Hello (owner)',
    'announcement body:  > World (owner)',
    'announcement *: Hello > - (owner)',
    'grade *: - > 75 (owner)',
    'grade user_id: - > cat (owner)',
    `grade quiz_id: - > ${course.quiz} (owner)`,
    'grade reason: - > Shown in class (owner)',
  ]);
  await sql.query("UPDATE users SET role = 'learner', banned = false");
  await written();
  await sql.query("DELETE FROM users WHERE id = 'cat'");
  await sql.query('DELETE FROM courses');
  // In the order in which PostgreSQL follows the keys. The course is no more when its rows go.
  expect((await lines()).toSorted()).toEqual(
    [
      'grade *: 75 > -',
      'user *: learner > -',
      ...['One', 'Second'].map((title) => `module *: ${title} > -`),
      ...['Soil', 'Water', 'Pump'].map((title) => `lesson *: ${title} > -`),
      'quiz *: Check > -',
      'question *: What conducts? > -',
      'option *: Wet soil > -',
      'option *: Dry soil > -',
      'course *: Sensors > -',
    ]
      .map((line) => `${line} (owner)`)
      .toSorted(),
  );
});

test('F1 what changes nothing, and what is noise, writes nothing', async () => {
  await sql.query(
    "UPDATE courses SET title = title; UPDATE lessons SET title = 'x' WHERE false; DELETE FROM lessons WHERE false",
  );
  await sql.query("INSERT INTO modules (course_id, title) SELECT id, 'x' FROM courses WHERE false");
  await sql.query("UPDATE courses SET sync_status = 'synced', last_synced_at = now(); UPDATE lessons SET modified_by = 'ann'");
  await sql.query("UPDATE users SET name = 'New name', updated_at = now() WHERE id = 'bob'");
  await sql.query("INSERT INTO users (id, name, email) VALUES ('new', 'New', 'new@elira.example')");
  expect(await lines()).toEqual([]);
  // Nobody becomes an administrator in silence, not by INSERT either; nor is anybody erased so.
  await sql.query("INSERT INTO users (id, name, email, role) VALUES ('chief', 'C', 'c@elira.example', 'admin')");
  await sql.query("DELETE FROM users WHERE id IN ('chief', 'new')");
  expect((await lines()).toSorted()).toEqual(['user *: - > admin (-)', 'user *: admin > - (-)', 'user *: learner > - (-)']);
});

test('F1 every column of the audited tables is watched, or is one of those that tell nothing', async () => {
  const noise = ['id', 'course_id', 'version', 'last_modified', 'modified_by', 'field_versions', 'created_at'];
  const computed: Readonly<Record<string, readonly string[]>> = {
    courses: ['is_draft', 'published_at', 'previous_version', 'last_synced_at', 'sync_status'],
    users: ['name', 'email', 'email_verified', 'image', 'ban_reason', 'updated_at'],
    grades: ['course_version', 'detail', 'graded_by', 'graded_at'],
    questions: [],
    options: ['quiz_id'],
    announcements: ['to_all', 'author_id'],
  };
  const { rows } = await sql.query<{ table: string; column: string }>(
    `SELECT t.tgrelid::regclass::text AS table, a.attname AS column FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid
     WHERE t.tgname = 'audit_update' AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT a.attname = ANY (string_to_array(encode(t.tgargs, 'escape'), E'\\\\000')) ORDER BY 1, a.attnum`,
  );
  expect(rows.filter(({ table, column }) => !noise.includes(column) && !(computed[table] ?? []).includes(column))).toEqual([]);
});

test('F1 who was enrolled or removed by somebody else is there, who did it alone is not', async () => {
  await sql.query('UPDATE courses SET is_published = true');
  await written();
  await as('bob');
  await sql.query('SELECT enroll($1, NULL); SELECT leave_course($1)'.replaceAll('$1', `'${course.id}'`));
  expect(await lines()).toEqual([]);
  await as('owner');
  await insert(sql, 'enrollments', { user_id: 'bob', course_id: course.id });
  await sql.query('UPDATE enrollments SET progress = 7');
  await sql.query('RESET elira.user_id; DELETE FROM enrollments');
  expect(await lines()).toEqual(['enrollment *: - > enrolled (owner)', 'enrollment *: enrolled > - (-)']);
});

test('F2 of a long text the changed middle is kept, and the earlier text comes back', async () => {
  const [lesson] = course.lessons;
  const texts = [`${'é'.repeat(900)}one${'😀'.repeat(900)}`, `${'é'.repeat(900)}two words${'😀'.repeat(900)}`, 'short'];
  for (const text of texts) await sql.query('UPDATE lessons SET content = $2 WHERE id = $1', [lesson, text]);
  const entries = await written(', text_offset');
  expect(entries.slice(1, 2)).toMatchObject([{ field: 'content', was: 'one', now: 'two words', text_offset: 900 }]);
  let text = 'short';
  for (const { was, now, text_offset: at } of entries.toReversed()) {
    const { rows } = await sql.query<{ text: string }>('SELECT audit_undo($1, $2, $3, $4) AS text', [text, was, now, at]);
    text = rows[0]?.text ?? '';
  }
  expect(text).toBe('# Soil');
});

test('F3 no statement of the application changes the audit, stops it, or writes to it', async () => {
  await sql.query("UPDATE courses SET title = 'a'");
  const tries = [
    "INSERT INTO course_audit (entity_type, entity_id, field_name) VALUES ('course', 'x', '*')",
    'UPDATE course_audit SET changed_by = NULL',
    'DELETE FROM course_audit',
    'TRUNCATE course_audit',
    'ALTER TABLE courses DISABLE TRIGGER audit_update',
    'DROP TRIGGER audit_update ON courses',
    'SET session_replication_role = replica',
    'ALTER TABLE course_audit DISABLE ROW LEVEL SECURITY',
    "CREATE OR REPLACE FUNCTION audit_difference(was text, now text, OUT old_value text, OUT new_value text, OUT text_offset integer) LANGUAGE sql AS 'SELECT NULL, NULL, 0'",
    'CREATE TABLE public.course_audit_too (id int)',
    'SET ROLE elira_owner',
    'SELECT audit_changes()',
    "SELECT log_activity('x', 'y', NULL, NULL)",
  ];
  for (const role of ['elira_app', 'elira_reader', 'elira_flush', 'elira_auth']) {
    for (const text of tries) {
      await sql.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL elira.user_id = 'owner'`);
      // As from a session of that role, which cannot become what the test is.
      await sql.query(`SET LOCAL SESSION AUTHORIZATION ${role}`);
      await expect(sql.query(text), `${role}: ${text}`).rejects.toThrow();
      await sql.query('ROLLBACK');
    }
  }
  // What it does to rows under a name of its own choice is told all the same.
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'owner' });
  await written();
  await sql.query("BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = 'owner'");
  await sql.query('CREATE TEMP TABLE course_audit (id int); SET LOCAL search_path = pg_temp, public');
  await sql.query("UPDATE lessons SET id = gen_random_uuid(), title = 'hidden' WHERE title = 'Soil'");
  await sql.query('COMMIT; DROP TABLE pg_temp.course_audit');
  expect(await lines()).toEqual(['lesson *: Soil > - (owner)', 'lesson *: - > hidden (owner)']);
});

test('F4 people are erased, courses go and change their ids, and the audit stays', async () => {
  await as('ann');
  await sql.query("UPDATE lessons SET title = 'by ann'; RESET elira.user_id");
  const renamed = '01890a5d-ac96-774b-bcce-b302099a8099';
  await sql.query('UPDATE courses SET id = $1', [renamed]);
  const told = async (): Promise<unknown[]> =>
    (
      await sql.query(
        "SELECT entity_type || ' ' || field_name AS what, course_id, changed_by FROM course_audit WHERE entity_type <> 'user' ORDER BY id LIMIT 5",
      )
    ).rows;
  const lesson = { what: 'lesson title', course_id: renamed, changed_by: 'ann' };
  const keys = [
    { what: 'course *', course_id: null, changed_by: null },
    { what: 'course *', course_id: renamed, changed_by: null },
  ];
  expect(await told()).toEqual([lesson, lesson, lesson, ...keys]);
  await sql.query("UPDATE users SET id = 'anna' WHERE id = 'ann'");
  expect((await told())[0]).toEqual({ ...lesson, changed_by: 'anna' });
  await sql.query("DELETE FROM users WHERE id = 'anna'");
  expect((await told())[0]).toEqual({ ...lesson, changed_by: null });
  await newPerson(sql, 'ann');
  await sql.query('DELETE FROM courses');
  // Who takes the id of a course that is gone does not read its history.
  await insert(sql, 'courses', { id: renamed, title: 'Another', description: '' });
  const { rows } = await sql.query('SELECT new_value FROM course_audit WHERE course_id = $1', [renamed]);
  expect(rows).toEqual([{ new_value: 'Another' }]);
});

test('F4 what is set to no id, upserts, MERGE, COPY of 10,000 rows and TRUNCATE are written and fail nobody', async () => {
  await sql.query("SET elira.mutation_id = 'no id'; SET elira.user_id = 'nobody'");
  await sql.query("INSERT INTO lessons SELECT * FROM lessons ON CONFLICT (id) DO UPDATE SET title = 'again'");
  expect(await lines()).toEqual(['Soil', 'Water', 'Pump'].map((title) => `lesson title: ${title} > again (-)`));
  await sql.query(`MERGE INTO modules m USING (VALUES ('First', 'Merged'), ('Third', 'Made')) v (was, now) ON m.title = v.was
    WHEN MATCHED THEN UPDATE SET title = v.now WHEN NOT MATCHED THEN INSERT (course_id, title) VALUES ('${course.id}', v.now)`);
  expect((await lines()).toSorted()).toEqual(['module *: - > Made (-)', 'module title: First > Merged (-)']);
  const { rows } = await sql.query<{ file: string }>("SELECT current_setting('data_directory') || '/audit-copy' AS file");
  await sql.query(`COPY (SELECT 'course ' || i, 'text' FROM generate_series(1, 10000) i) TO '${rows[0]?.file ?? ''}'`);
  await sql.query(`COPY courses (title, description) FROM '${rows[0]?.file ?? ''}'`);
  expect((await written()).length).toBe(10_000);
  await sql.query('UPDATE courses SET is_published = true');
  expect((await written()).length).toBe(10_001);
  await sql.query('DELETE FROM courses WHERE title LIKE $1', ['course %']);
  expect((await written()).length).toBe(10_000);
  await sql.query('BEGIN; TRUNCATE courses CASCADE');
  expect(await lines()).toContain('course *: all > - (-)');
  await sql.query('ROLLBACK');
}, 180_000);

test('F4 an edit does not wait for who holds the course alone', async () => {
  const other = await database.client();
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'ann' });
  await written();
  await as('owner');
  await other.query('BEGIN; SELECT FROM courses FOR UPDATE');
  await sql.query("SET statement_timeout = '10s'");
  await sql.query("UPDATE options SET label = 'meanwhile'");
  await sql.query('DELETE FROM course_authors');
  await sql.query('RESET statement_timeout');
  await other.query("UPDATE options SET label = 'after'; COMMIT");
  expect((await lines()).map((line) => line.replace(/^.*:/, ''))).toEqual([
    ' Wet soil > meanwhile (owner)',
    ' Dry soil > meanwhile (owner)',
    ' co-author > - (owner)',
    ' meanwhile > after (-)',
    ' meanwhile > after (-)',
  ]);
});
