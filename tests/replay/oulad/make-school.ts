import type pg from 'pg';
import { makeUuidV7 } from '@elira/protocol';
import { forEach, type Calls } from './calls.ts';
import type { Oulad } from './oulad-files.ts';
import { planCourses, type PlannedCourse } from './plan-courses.ts';

export const ADMIN = 'oulad-admin';
/** Joins and leaves a course of their own: whoever sees that has seen all that was committed before. */
export const MARKER = 'oulad-marker';

export type OuladSchool = { readonly courses: readonly PlannedCourse[]; readonly markerCourse: string };

/** Mutations in one request. */
const PER_REQUEST = 50;

export const learnerId = (learner: string): string => `oulad-${learner}`;
/** Each presentation has one, who makes its course and marks what a computer does not. */
export const tutorId = ({ presentation }: Pick<PlannedCourse, 'presentation'>): string =>
  `tutor-${presentation.toLowerCase().replace(' ', '-')}`;

/** People and their sessions by SQL, as nobody can sign thousands of them up; courses by their tutors, through the door. */
export async function makeSchool(sql: pg.ClientBase, calls: Calls, oulad: Oulad): Promise<OuladSchool> {
  const courses = planCourses(oulad);
  const learners = new Set(oulad.days.flatMap(({ events }) => events.map(({ learner }) => learnerId(learner))));
  await makePeople(sql, 'learner', [...learners, MARKER]);
  await makePeople(sql, 'instructor', courses.map(tutorId));
  await makePeople(sql, 'admin', [ADMIN]);
  const markerCourse = makeUuidV7();
  const marks = [
    { name: 'course.make', args: { id: markerCourse, title: 'Marks', description: '' } },
    { name: 'course.publish', args: { id: markerCourse } },
  ];
  const making = [...courses.map((course) => [tutorId(course), course.mutations] as const), [ADMIN, marks] as const];
  await forEach(making, making.length, async ([tutor, mutations]) => {
    for (let from = 0; from < mutations.length; from += PER_REQUEST) {
      const answers = await calls.mutate(tutor, mutations.slice(from, from + PER_REQUEST));
      const refused = answers.find(({ status }) => status !== 'applied');
      if (refused !== undefined) throw new Error(`${tutor} could not make a course: ${refused.code}`);
    }
  });
  return { courses, markerCourse };
}

async function makePeople(sql: pg.ClientBase, role: string, ids: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO users (id, name, email, role) SELECT n, n, n || '@replay.invalid', $2 FROM unnest($1::text[]) n`,
    [ids, role],
  );
  await sql.query(
    `INSERT INTO sessions (id, user_id, token, expires_at)
     SELECT 'session-' || n, n, 'token-' || n, now() + interval '7 days' FROM unnest($1::text[]) n`,
    [ids],
  );
}
