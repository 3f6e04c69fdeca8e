import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { makeRandom, scratchDatabase, type Random, type ScratchDatabase } from '@elira/testkit';
import { makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

/** Writers at once, and transactions of each. */
const WRITERS = 12;
const TRANSACTIONS = 120;
const PEOPLE = ['p0', 'p1', 'p2', 'p3', 'p4'];
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
let database: ScratchDatabase;
let sql: pg.Client;
let courses: readonly SmallCourse[];

beforeAll(async () => {
  database = await scratchDatabase('hands');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await sql.query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  await sql.query(`ALTER DATABASE ${database.name} SET deadlock_timeout = '200ms'`);
  for (const id of PEOPLE) await newPerson(sql, id, 'instructor');
  courses = [await makeSmallCourse(sql, 'A'), await makeSmallCourse(sql, 'B'), await makeSmallCourse(sql, 'C')];
  await sql.query('UPDATE courses SET is_published = true');
});
afterAll(() => database.drop());

const DELETED = 'SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = $1';

/** One thing that somebody may do at any moment. */
function something(random: Random, person: string, label: string): [text: string, values: unknown[]] {
  const course = random.pick(courses);
  return random.pick<[string, unknown[]]>([
    ['SELECT enroll($1)', [course.id]],
    ['SELECT leave_course($1)', [course.id]],
    ['SELECT complete_lesson($1, $2)', [random.pick(course.lessons), random.chance(0.7)]],
    ['SELECT complete_lesson($1, $2)', [random.pick(course.lessons), random.chance(0.7)]],
    ['UPDATE lessons SET title = $2 WHERE id = $1', [random.pick(course.lessons), label]],
    ['UPDATE lessons SET module_id = $2 WHERE id = $1', [random.pick(course.lessons), random.pick(course.modules)]],
    ["UPDATE lessons SET status = CASE status WHEN 'draft' THEN 'ready' ELSE 'draft' END WHERE id = $1", [course.lessons[1]]],
    ["UPDATE quizzes SET status = CASE status WHEN 'draft' THEN 'ready' ELSE 'draft' END WHERE id = $1", [course.quiz]],
    ['UPDATE options SET label = $2 WHERE id = $1', [random.pick(course.options), label]],
    [`UPDATE lessons ${DELETED}`, [random.pick(course.lessons)]],
    [`UPDATE modules ${DELETED}`, [random.pick(course.modules)]],
    [`UPDATE questions ${DELETED}`, [course.question]],
    ['SELECT publish_course($1)', [course.id]],
    ['SELECT publish_course($1)', [course.id]],
    ['SELECT publish_course($1)', [course.id]],
    ['SELECT unpublish_course($1)', [course.id]],
    ['UPDATE courses SET title = $2 WHERE id = $1', [course.id, random.pick(['x', 'y'])]],
    ['UPDATE courses SET access = $2 WHERE id = $1', [course.id, random.pick(['open', 'authors'])]],
    ['INSERT INTO course_authors (course_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [course.id, person]],
    ['DELETE FROM course_authors WHERE course_id = $1 AND user_id = $2', [course.id, person]],
    ['UPDATE users SET name = $2 WHERE id = $1', [person, label]],
  ]);
}

/** Every error but that something is not there at this moment. */
async function write(writer: number): Promise<string[]> {
  const random = makeRandom(seed).fork(`writer ${writer}`);
  const client = await database.client();
  const errors: string[] = [];
  for (let i = 0; i < TRANSACTIONS; i += 1) {
    const person = random.pick(PEOPLE);
    await client.query(`BEGIN; SET LOCAL elira.user_id = '${person}'`);
    try {
      await client.query(...something(random, person, `${writer}.${i}`));
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      if (!(error instanceof Error && 'code' in error && error.code === 'P0002')) errors.push(String(error));
    }
  }
  return errors;
}

const FAULTS: Readonly<Record<string, string>> = {
  'a course that differs from what is live and is no draft': `
    SELECT c.id FROM courses c JOIN published_courses p ON p.id = c.id
    WHERE NOT c.is_draft AND (content_differs(c.id) OR (p.title, p.description) IS DISTINCT FROM (c.title, c.description))`,
  'a course that is live in one table and not in the other': `
    SELECT c.id FROM courses c LEFT JOIN published_courses p ON p.id = c.id WHERE c.is_published <> (p.id IS NOT NULL)`,
  'content of a course that is not live': `
    SELECT course_id FROM published_modules EXCEPT SELECT id FROM published_courses`,
  'access that differs': `SELECT c.id FROM courses c JOIN published_courses p ON p.id = c.id WHERE p.access <> c.access`,
  'progress that is not what the completions say': `
    SELECT e.id FROM enrollments e JOIN published_courses c ON c.id = e.course_id WHERE e.progress <> coalesce(100 * (
      SELECT count(*) FROM lesson_progress p JOIN published_lessons l ON l.id = p.lesson_id AND l.course_id = e.course_id
      WHERE p.user_id = e.user_id AND p.completed_at IS NOT NULL
    ) / nullif((SELECT count(*) FROM published_lessons l WHERE l.course_id = e.course_id), 0), 0)`,
  'people who take part and are not named, or the other way round': `
    WITH wanted AS (
      SELECT c.id AS course_id, u.id AS user_id, u.name, coalesce(a.role, 'learner') AS role FROM courses c CROSS JOIN users u
      LEFT JOIN course_authors a ON a.course_id = c.id AND a.user_id = u.id
      LEFT JOIN enrollments e ON e.course_id = c.id AND e.user_id = u.id WHERE a.id IS NOT NULL OR e.id IS NOT NULL
    ), named AS (SELECT course_id, user_id, name, role FROM course_people)
    (SELECT * FROM wanted EXCEPT SELECT * FROM named) UNION ALL (SELECT * FROM named EXCEPT SELECT * FROM wanted)`,
  'a version whose revisions are not stored': `
    SELECT e.entity_id FROM course_version_entries e LEFT JOIN revisions r USING (entity_type, entity_id, revision) WHERE r.content IS NULL`,
};

test(`P9 J3 J5 whatever is done at once, in whatever order, everything fits and nothing deadlocks (SEED=${seed})`, async () => {
  const errors = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  expect(errors.flat()).toEqual([]);
  for (const [what, text] of Object.entries(FAULTS)) expect((await sql.query(text)).rows, what).toEqual([]);
  // At rest a publication leaves no draft.
  for (const { id } of courses) await sql.query('SELECT publish_course($1)', [id]);
  expect((await sql.query('SELECT id FROM courses WHERE is_draft OR content_differs(id)')).rows).toEqual([]);
});
