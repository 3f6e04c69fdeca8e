import type { ClientBase } from 'pg';
import { COURSES, LESSONS, MODULES, OPTIONS, QUESTIONS, QUIZZES, rowSql, type ContentKind } from '@elira/mutations';
import { Problem } from '@elira/protocol';

const COURSE_ROW = rowSql(COURSES.columns, 'c');

/** A row as its authors read it: camelCase, times as PostgreSQL writes them, to the microsecond. */
type ContentRow = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>;

/** Most courses of one answer. */
export const PAGE_ROWS = 100;

/** The working courses that follow `after`, in the order of their ids, and the id to go on from when there are more. */
export async function listWorkingCourses(
  client: ClientBase,
  after: string | undefined,
): Promise<{ courses: ContentRow[]; next?: string }> {
  const { rows } = await client.query<{ row: ContentRow }>(
    `SELECT ${COURSE_ROW} AS row FROM courses c WHERE $1::uuid IS NULL OR c.id > $1 ORDER BY c.id LIMIT $2`,
    [after ?? null, PAGE_ROWS + 1],
  );
  const courses = rows.slice(0, PAGE_ROWS).map(({ row }) => row);
  const last = courses.at(-1);
  return rows.length > PAGE_ROWS && last !== undefined ? { courses, next: last.id } : { courses };
}

const of = ({ table, columns }: ContentKind, alias: string): string =>
  `coalesce((SELECT json_agg(${rowSql(columns, alias)} ORDER BY ${alias}.position, ${alias}.id) FROM ${table} ${alias} WHERE ${alias}.course_id = c.id), '[]')`;

/** One statement, so that all parts are of one moment. */
const WHOLE = `
  SELECT ${COURSE_ROW} AS course,
    (SELECT j.code FROM course_join_codes j WHERE j.course_id = c.id) AS join_code,
    coalesce((SELECT json_agg(json_build_object('userId', a.user_id, 'name', p.name, 'role', a.role, 'createdAt', a.created_at)
      ORDER BY a.created_at, a.id) FROM course_authors a LEFT JOIN course_people p ON p.course_id = a.course_id AND p.user_id = a.user_id
      WHERE a.course_id = c.id), '[]') AS authors,
    ${of(MODULES, 'm')} AS modules, ${of(LESSONS, 'l')} AS lessons, ${of(QUIZZES, 'z')} AS quizzes,
    ${of(QUESTIONS, 'q')} AS questions, ${of(OPTIONS, 'o')} AS options
  FROM courses c WHERE c.id = $1`;

type Whole = {
  readonly course: ContentRow;
  readonly join_code: string | null;
  readonly authors: readonly unknown[];
  readonly modules: readonly ContentRow[];
  readonly lessons: readonly ContentRow[];
  readonly quizzes: readonly ContentRow[];
  readonly questions: readonly ContentRow[];
  readonly options: readonly ContentRow[];
};

/** A course without what is below it. Throws `Problem` not_found. */
export async function readCourse(client: ClientBase, id: string): Promise<unknown> {
  const { rows } = await client.query<{ row: ContentRow; code: string | null }>(
    `SELECT ${COURSE_ROW} AS row, j.code FROM courses c LEFT JOIN course_join_codes j ON j.course_id = c.id WHERE c.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Problem('not_found');
  return { ...rows[0].row, joinCode: rows[0].code };
}

/** A course with everything below it, rows marked as deleted included. Throws `Problem` not_found. */
export async function readWorkingCourse(client: ClientBase, id: string): Promise<unknown> {
  const { rows } = await client.query<Whole>(WHOLE, [id]);
  const [whole] = rows;
  if (whole === undefined) throw new Problem('not_found');
  return nest(whole);
}

/** Pure. */
function nest({ course, join_code, authors, modules, lessons, quizzes, questions, options }: Whole): unknown {
  const optionsOf = groupBy(options, 'questionId');
  const questionsOf = groupBy(
    questions.map((row) => ({ ...row, options: optionsOf.get(row.id) ?? [] })),
    'quizId',
  );
  const quizzesOf = groupBy(
    quizzes.map((row) => ({ ...row, questions: questionsOf.get(row.id) ?? [] })),
    'moduleId',
  );
  const lessonsOf = groupBy(lessons, 'moduleId');
  return {
    ...course,
    joinCode: join_code,
    authors,
    modules: modules.map((row) => ({
      ...row,
      lessons: lessonsOf.get(row.id) ?? [],
      quizzes: quizzesOf.get(row.id) ?? [],
    })),
  };
}

function groupBy(rows: readonly ContentRow[], key: string): Map<unknown, ContentRow[]> {
  const groups = new Map<unknown, ContentRow[]>();
  for (const row of rows) {
    const group = groups.get(row[key]);
    if (group === undefined) groups.set(row[key], [row]);
    else group.push(row);
  }
  return groups;
}
