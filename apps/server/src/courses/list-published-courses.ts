import type { ClientBase } from 'pg';

/** A course as learners read it. Times are ISO 8601 in UTC, to the microsecond. */
export type PublishedCourse = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Whether it takes a join code to enrol. */
  readonly access: 'open' | 'code';
  /** Titles of what is in it, in its order. */
  readonly outline: readonly {
    readonly id: string;
    readonly title: string;
    readonly lessons: readonly { readonly id: string; readonly title: string }[];
    readonly quizzes: readonly { readonly id: string; readonly title: string }[];
  }[];
  readonly version: number;
  readonly publishedAt: string;
  readonly lastModified: string;
};

/** Most courses of one answer. */
export const PAGE_ROWS = 100;

const PAGE = `
  SELECT row_to_json(c) AS course FROM (
    SELECT id, title, description, access, outline, version, published_at AS "publishedAt", last_modified AS "lastModified"
    FROM published_courses WHERE listed AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2
  ) c`;

/** The courses of the catalogue that follow `after`, in the order of their ids, and the id to go on from when there are more. */
export async function listPublishedCourses(
  client: ClientBase,
  after: string | undefined,
): Promise<{ courses: PublishedCourse[]; next?: string }> {
  // As rendered by PostgreSQL: a Date would lose the microseconds, and differ from what the stream says.
  const { rows } = await client.query<{ course: PublishedCourse }>(PAGE, [after ?? null, PAGE_ROWS + 1]);
  const courses = rows.slice(0, PAGE_ROWS).map(({ course }) => course);
  const last = courses.at(-1);
  return rows.length > PAGE_ROWS && last !== undefined ? { courses, next: last.id } : { courses };
}
