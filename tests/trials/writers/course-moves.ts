import { makeCanary, type Random } from '@elira/testkit';
import { PEOPLE } from '../people.ts';
import { COURSE_IDS, someBody } from '../world.ts';
import { touched, type Move } from './move.ts';

/** Elira's own tables: what authors do to courses, and what the publication triggers make of it for learners. */
const title = (random: Random): string => `${makeCanary('body', random)} a course`;
const course = (random: Random): string => random.pick(COURSE_IDS);

export const COURSE_MOVES: readonly Move[] = [
  {
    name: 'create a course',
    weight: 4,
    rings: true,
    make: ({ sql, random }) =>
      touched(
        sql,
        'INSERT INTO courses (id, title, description, is_published) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [course(random), title(random), someBody(random), random.chance(0.3)],
      ),
  },
  {
    name: 'edit a draft or a live course',
    weight: 4,
    rings: true,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE courses SET description = $2, modified_by = (SELECT id FROM users WHERE id = $3) WHERE id = $1', [
        course(random),
        someBody(random),
        random.pick(PEOPLE).id,
      ]),
  },
  {
    name: 'publication toggled',
    weight: 5,
    rings: true,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE courses SET is_published = NOT is_published WHERE id = $1', [course(random)]),
  },
  {
    name: 'publication toggled for many at once',
    weight: 1,
    rings: true,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE courses c SET is_published = NOT is_published
         FROM (SELECT id FROM courses WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) locked WHERE c.id = locked.id`,
        [random.sample(COURSE_IDS, 6)],
      ),
  },
  {
    name: 'published again while live',
    weight: 3,
    rings: true,
    async make({ sql, random }) {
      const { rows } = await sql.query<{ id: string }>(
        'SELECT id FROM courses WHERE is_published AND id = ANY ($1::uuid[]) LIMIT 1',
        [random.sample(COURSE_IDS, 10)],
      );
      return rows[0] !== undefined && touched(sql, 'SELECT publish_course($1)', [rows[0].id]);
    },
  },
  {
    name: 'delete a course',
    weight: 2,
    rings: true,
    // One that nobody has worked in: the others are kept by what was done there.
    make: ({ sql, random }) =>
      touched(
        sql,
        `DELETE FROM courses WHERE id = (SELECT c.id FROM courses c WHERE c.id = ANY ($1::uuid[])
           AND NOT EXISTS (SELECT FROM lesson_progress p WHERE p.course_id = c.id)
           AND NOT EXISTS (SELECT FROM quiz_attempts a WHERE a.course_id = c.id) ORDER BY c.id LIMIT 1)`,
        [Array.from({ length: 6 }, () => course(random))],
      ),
  },
  {
    name: 'change the key of a course',
    weight: 5,
    rings: true,
    make: ({ sql, random }) =>
      touched(sql, 'UPDATE courses SET id = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM courses WHERE id = $2)', [
        course(random),
        course(random),
      ]),
  },
];
