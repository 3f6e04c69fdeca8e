import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { prepareDatabase } from '../database/prepare-database.ts';
import { importCourse, type Imported } from './import-course.ts';

const REAL = fileURLToPath(new URL('../../../../../shared/data/iot-for-beginners', import.meta.url));
let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('real_course');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
});
afterAll(() => database.drop());

async function run(publish: boolean, onProgress: (line: string) => void): Promise<Imported> {
  return await importCourse(database.connection, { folder: REAL, language: 'en', overwrite: false, publish, onProgress });
}

test('IM9 a real course goes in whole, and a second time as nothing new', async ({ skip }) => {
  if (!existsSync(REAL)) {
    console.warn('IM9 was NOT tried: the folder ../shared/data/iot-for-beginners is not there.');
    skip();
  }
  const said: string[] = [];
  const imported = await run(true, (line) => said.push(line));
  expect(imported.counts).toEqual({
    modules: 6,
    lessons: 24,
    pages: 91,
    introductions: 6,
    quizzes: 48,
    questions: 144,
    pictures: 0,
  });
  expect(imported.unused.map(({ path }) => path)).toEqual([
    'LICENSE',
    'SOURCE.md',
    'lesson-history.jsonl',
    'quizzes/ar.json',
    'quizzes/bn.json',
    'quizzes/hin.json',
    'quizzes/zh-cn.json',
  ]);
  const counted = await sql.query(
    `SELECT (SELECT count(*)::int FROM published_modules) AS modules, (SELECT count(*)::int FROM published_lessons) AS lessons, (SELECT count(*)::int FROM published_quizzes) AS quizzes,
       (SELECT count(*)::int FROM published_questions) AS questions, (SELECT count(*)::int FROM questions q WHERE (SELECT count(*) FROM options o WHERE o.question_id = q.id AND o.is_correct) = 1) AS keyed,
       (SELECT count(*)::int FROM lessons WHERE content ~ '\\]\\((?!https?:|mailto:|/courses/|#)') AS relative`,
  );
  expect(counted.rows).toEqual([{ modules: 6, lessons: 121, quizzes: 48, questions: 144, keyed: 144, relative: 0 }]);
  // Two quizzes for each lesson, eight to twelve in a module of four to six lessons.
  const perModule = await sql.query(
    'SELECT count(*)::int AS quizzes FROM quizzes z JOIN modules m ON m.id = z.module_id GROUP BY m.id, m.position ORDER BY m.position',
  );
  expect(perModule.rows.map(({ quizzes }: { quizzes: number }) => quizzes)).toEqual([8, 12, 8, 8, 4, 8]);
  expect(said).toContain('Read 50 of 123 pages.');
  expect(await run(false, () => undefined)).toMatchObject({ made: 0, changed: 0, removed: 0, same: 681 });
}, 300_000);
