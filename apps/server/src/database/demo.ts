import type { ClientBase, ClientConfig } from 'pg';
import { asRole, withClient } from './connection.ts';
import { DEMO_COURSES, type DemoCourse, type DemoQuestion } from './demo-courses.ts';

/** Who owns the courses, where that account exists. */
export const AUTHOR = 'instructor@elira.example';

/** Courses to look at in a new database, two published and one draft. */
export async function fillDemo(connection: ClientConfig): Promise<void> {
  await withClient(asRole(connection, 'elira_owner'), async (client) => {
    await client.query('BEGIN');
    // As that person, so that they become the owner as they would by the page.
    await client.query("SELECT set_config('elira.user_id', u.id, true) FROM users u WHERE u.email = $1", [AUTHOR]);
    for (const course of DEMO_COURSES) await makeCourse(client, course);
    await client.query('COMMIT');
  });
}

async function makeCourse(client: ClientBase, { title, description, published, modules }: DemoCourse): Promise<void> {
  const course = await insert(client, 'courses', { title, description });
  for (const [i, { title: name, lessons, quizzes }] of modules.entries()) {
    const below = { course_id: course };
    const module = await insert(client, 'modules', { ...below, title: name, position: positionOf(i) });
    for (const [j, { title: lesson, content, draft }] of lessons.entries()) {
      const status = draft === true ? 'draft' : 'ready';
      await insert(client, 'lessons', { ...below, module_id: module, title: lesson, content, status, position: positionOf(j) });
    }
    for (const [j, { title: quizName, instructions, questions }] of quizzes.entries()) {
      const position = positionOf(lessons.length + j);
      const quiz = await insert(client, 'quizzes', { ...below, module_id: module, title: quizName, instructions, position });
      for (const [k, question] of questions.entries()) await makeQuestion(client, { ...below, quiz_id: quiz }, question, k);
    }
  }
  if (published) await client.query('SELECT publish_course($1)', [course]);
}

async function makeQuestion(
  client: ClientBase,
  below: { readonly course_id: string; readonly quiz_id: string },
  { prompt, explanation, right, wrong }: DemoQuestion,
  index: number,
): Promise<void> {
  const kind = right.length > 1 ? 'multiple' : 'single';
  const position = positionOf(index);
  const question = await insert(client, 'questions', { ...below, kind, prompt, explanation, position });
  // By length, so that the right ones are not always the first.
  for (const [i, label] of [...right, ...wrong].toSorted((a, b) => b.length - a.length).entries()) {
    const row = { label, is_correct: right.includes(label), position: positionOf(i) };
    await insert(client, 'options', { ...below, question_id: question, ...row });
  }
}

/** Fractional-indexing keys of the first ten siblings. */
function positionOf(index: number): string {
  return `a${index}`;
}

async function insert(client: ClientBase, table: string, row: Readonly<Record<string, unknown>>): Promise<string> {
  const columns = Object.keys(row);
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')}) RETURNING id`,
    Object.values(row),
  );
  return rows[0]?.id ?? '';
}
