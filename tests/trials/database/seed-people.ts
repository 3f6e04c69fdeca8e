import { makeCanary, type Random } from '@elira/testkit';
import type pg from 'pg';
import { PEOPLE } from '../people.ts';
import { COURSE_IDS } from '../world.ts';
import { addLesson, addModule, addQuiz } from '../writers/content.ts';
import { addPerson, addSession } from '../writers/account-moves.ts';

const COURSES = 10;
const LIVE = 6;

/** Who is there from the start: people with a session each, and courses with content, authors and learners. */
export async function seedPeople(sql: pg.Client, random: Random): Promise<void> {
  const context = { sql, random };
  for (const person of PEOPLE) {
    await addPerson(context, person.id);
    if (person.client) await addSession(context, person.id);
  }
  for (const [index, id] of COURSE_IDS.slice(0, COURSES).entries()) {
    await sql.query('INSERT INTO courses (id, title, description, access) VALUES ($1, $2, $3, $4)', [
      id,
      `${makeCanary('body', random)} course ${index}`,
      'from the start',
      index % 5 === 3 ? 'code' : 'open',
    ]);
    await sql.query('INSERT INTO course_join_codes (course_id, code) VALUES ($1, $2)', [id, makeCanary('hidden', random)]);
    for (let module = 0; module < 2; module += 1) {
      await addModule(context, id);
      for (let lesson = 0; lesson < 2; lesson += 1) await addLesson(context, id);
    }
    await addQuiz(context, id);
    const authors = PEOPLE.filter(({ role }) => role === 'instructor');
    await sql.query(`INSERT INTO course_authors (course_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      id,
      authors[index % authors.length]?.id,
    ]);
    for (const { id: user } of random.sample(PEOPLE, 4))
      await sql.query('INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2)', [user, id]);
    if (index < LIVE) await sql.query('SELECT publish_course($1)', [id]);
  }
}
