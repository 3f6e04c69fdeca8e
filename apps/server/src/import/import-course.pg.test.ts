import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { courseFolder, GARDEN, PNG, QUIZZES, type CourseFolder } from '../../fixture/course-folder.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { importCourse, type Imported, type ImportOptions } from './import-course.ts';

let database: ScratchDatabase;
let sql: pg.Client;
const open: CourseFolder[] = [];

beforeAll(async () => {
  database = await scratchDatabase('import');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await sql.query(
    "INSERT INTO users (id, name, email, role) VALUES ('teacher', 'Teacher', 'teacher@elira.example', 'instructor'), ('other', 'Other', 'other@elira.example', 'instructor')",
  );
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((folder) => folder.remove()));
  await sql.query('DELETE FROM courses');
});
afterAll(() => database.drop());

async function garden(more: Record<string, string | Buffer> = {}): Promise<CourseFolder> {
  const folder = await courseFolder('garden', { ...GARDEN, ...more });
  open.push(folder);
  return folder;
}

async function run(folder: string, options: Partial<ImportOptions> = {}): Promise<Imported> {
  return await importCourse(database.connection, {
    folder,
    language: 'en',
    overwrite: false,
    publish: false,
    onProgress: () => undefined,
    ...options,
  });
}

type Lesson = { id: string; module: string; title: string; content: string; version: number; gone: boolean };
async function lessons(): Promise<Lesson[]> {
  const { rows } = await sql.query<Lesson>(
    `SELECT l.id, m.title AS module, l.title, l.content, l.version, l.deleted_at IS NOT NULL AS gone
     FROM lessons l JOIN modules m ON m.id = l.module_id ORDER BY m.position, l.position`,
  );
  return rows;
}

/** All that an import may have written, and when. */
async function everything(): Promise<unknown> {
  const tables = [
    'courses',
    'modules',
    'lessons',
    'quizzes',
    'questions',
    'options',
    'imported_rows',
    'course_authors',
    'published_lessons',
  ];
  const parts = tables.map((table) => `(SELECT json_agg(t ORDER BY t::text) FROM ${table} t) AS ${table}`);
  return (await sql.query(`SELECT ${parts.join(', ')}`)).rows[0];
}

test('IM1 folders are modules, numbers order them, README is the lesson, the pages it names follow it', async () => {
  const { path } = await garden();
  const imported = await run(path, { author: 'teacher@elira.example' });
  expect(imported.counts).toEqual({
    modules: 2,
    lessons: 3,
    pages: 3,
    introductions: 1,
    quizzes: 2,
    questions: 3,
    pictures: 2,
  });
  expect((await lessons()).map(({ module, title }) => `${module}: ${title}`)).toEqual([
    'The ground: The ground',
    'The ground: Soil',
    'The ground: By hand',
    'The ground: Machine',
    'The ground: Dig',
    'The ground: Water',
    'Light: Light',
  ]);
  const { rows } = await sql.query('SELECT title, description, is_published FROM courses');
  expect(rows).toEqual([{ title: 'A garden', description: 'How plants grow.\n\nAnd why.', is_published: false }]);
  const owners = await sql.query('SELECT user_id, role FROM course_authors');
  expect(owners.rows).toEqual([{ user_id: 'teacher', role: 'owner' }]);
  expect((await sql.query("SELECT FROM lessons WHERE modified_by = 'teacher'")).rowCount).toBe(7);
});

test('IM2 quizzes are in the module of the lesson that names them, with their keys', async () => {
  await run((await garden()).path);
  const { rows } = await sql.query(
    `SELECT m.title AS module, z.title, json_agg(json_build_array(q.prompt, q.kind, (
       SELECT json_agg(json_build_array(o.label, o.is_correct) ORDER BY o.position) FROM options o WHERE o.question_id = q.id)) ORDER BY q.position) AS questions
     FROM quizzes z JOIN modules m ON m.id = z.module_id JOIN questions q ON q.quiz_id = z.id GROUP BY m.title, z.title, z.position ORDER BY z.position`,
  );
  expect(rows).toEqual([
    {
      module: 'The ground',
      title: 'Lesson 1 - Soil: Pre-Lecture Quiz',
      questions: [
        [
          'What is \\*soil\\*?',
          'single',
          [
            ['Air', false],
            ['Earth', true],
          ],
        ],
      ],
    },
    {
      module: 'The ground',
      title: 'Lesson 2 - Water: Post-Lecture Quiz',
      questions: [
        [
          'What is wet?',
          'single',
          [
            ['Sand', false],
            ['Light', false],
            ['Water', true],
          ],
        ],
        [
          'What flows?',
          'single',
          [
            ['Stone', false],
            ['Water', true],
          ],
        ],
      ],
    },
  ]);
});

test('IM3 links lead to lessons and quizzes, pictures to their own address, and what leads nowhere keeps its text', async () => {
  const { courseId, notes } = await run((await garden()).path);
  const all = await lessons();
  const idOf = (title: string): string => all.find((lesson) => lesson.title === title)?.id ?? '';
  const { rows } = await sql.query<{ hash: string; content_type: string; bytes: Buffer }>(
    'SELECT * FROM media ORDER BY content_type',
  );
  const [png, svg] = rows;
  expect(png?.bytes).toEqual(PNG);
  expect(svg?.bytes.toString()).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  const quiz = (await sql.query<{ id: string }>("SELECT id FROM quizzes WHERE title LIKE '%Water%'")).rows[0]?.id;
  expect(all.find(({ title }) => title === 'Water')?.content).toBe(
    `[Before](/courses/${courseId}/lessons/${idOf('Soil')}#grains) it, [after](/courses/${courseId}/lessons/${idOf('Light')}), [quiz](/courses/${courseId}/quizzes/${quiz}).`,
  );
  expect(all.find(({ title }) => title === 'Soil')?.content.split(/\n+/)).toEqual([
    `![Grains](/api/media/${png?.hash} "Many") *Gone*`,
    '**More**',
    'H<sub>2</sub>O and **salt**',
    '## Grains',
    `First [by hand](/courses/${courseId}/lessons/${idOf('By hand')}), then [by machine](/courses/${courseId}/lessons/${idOf('Machine')}), with the code.`,
    `\`<b>\` ![Drawing](/api/media/${svg?.hash})`,
  ]);
  expect(notes.join('\n')).toMatch(/: pictures .*images\/gone\.jpg\n.*: links .*code\/soil/);
});

test('IM4 each file that is not used is named once, with the reason', async () => {
  const { path } = await garden({
    '.git/config': 'x',
    'lessons/2-light/broken.svg': '<svg><rect></svg>',
    'lessons/2-light/README.md': '# Light\n\n![x](broken.svg) ![y](y.pdf)',
    'lessons/2-light/y.pdf': '%PDF',
  });
  await symlink('/etc', join(path, 'outside'));
  await symlink('nowhere', join(path, 'dangling'));
  const { unused } = await run(path);
  expect(unused.map(({ path: at, reason }) => `${at}: ${reason.split(/[;:,]/)[0] ?? ''}`).toSorted()).toEqual([
    '.git: hidden',
    'LICENSE: neither a page',
    'dangling: a link that leads nowhere',
    'images/unused.png: neither a page',
    'lessons/2-light/broken.svg: a drawing that is no well-formed SVG',
    'lessons/2-light/y.pdf: shown as a picture',
    'notes.md: beside the modules',
    'outside: a link that leads out of the folder',
    'quizzes/fr.json: quizzes in another language than en',
  ]);
});

test('IM5 run again, nothing is written; changed files are edits of the same rows, removed ones are marked', async () => {
  const folder = await garden();
  await run(folder.path, { author: 'teacher@elira.example', publish: true });
  const first = await everything();
  expect(await run(folder.path, { author: 'teacher@elira.example' })).toMatchObject({ made: 0, changed: 0, removed: 0 });
  expect(await everything()).toEqual(first);

  const before = await lessons();
  await folder.write({
    'lessons/1-ground/lessons/2-water/README.md': '# Rain\n\nNew.',
    'lessons/1-ground/lessons/1-soil/aside.md': '# Aside\n\nNew too.',
    'quizzes/en.json': JSON.stringify(QUIZZES).replace('What flows?', 'What runs?'),
  });
  await folder.drop('lessons/1-ground/lessons/1-soil/machine.md');
  const imported = await run(folder.path);
  // Water, the question, and Soil, whose link to the machine leads nowhere now.
  expect(imported).toMatchObject({ made: 1, changed: 3, removed: 1 });
  const after = await lessons();
  expect(after.map(({ title, version, gone }) => [title, version, gone])).toEqual([
    ['The ground', 1, false],
    ['Soil', 2, false],
    ['By hand', 1, false],
    ['Aside', 1, false],
    ['Machine', 2, true],
    ['Dig', 1, false],
    ['Rain', 2, false],
    ['Light', 1, false],
  ]);
  for (const { id, title } of before)
    expect(after.find((lesson) => lesson.id === id)?.title, title).toBe(title === 'Water' ? 'Rain' : title);
  // Learners go on reading what was published, until its author publishes again.
  const { rows } = await sql.query('SELECT c.is_draft, (SELECT count(*)::int FROM published_lessons) AS live FROM courses c');
  expect(rows).toEqual([{ is_draft: true, live: 7 }]);
  await folder.write({ 'lessons/1-ground/lessons/1-soil/machine.md': 'No title here.' });
  await run(folder.path, { publish: true });
  expect((await lessons()).find(({ title }) => title === 'Machine')).toMatchObject({ gone: false });
  expect((await sql.query('SELECT FROM published_lessons')).rowCount).toBe(8);
});

test('IM5 files that only get other numbers are the same lessons, in the new order', async () => {
  const folder = await garden();
  await run(folder.path);
  const before = await lessons();
  const soil = Object.entries(GARDEN).filter(([path]) => path.startsWith('lessons/1-ground/lessons/1-soil/'));
  await folder.drop('lessons/1-ground/lessons/1-soil');
  await folder.write(Object.fromEntries(soil.map(([path, content]) => [path.replace('1-soil', '3-soil'), content])));
  const imported = await run(folder.path);
  expect(imported).toMatchObject({ made: 0, removed: 0 });
  const after = await lessons();
  expect(after.map(({ title }) => title)).toEqual(['The ground', 'Water', 'Soil', 'By hand', 'Machine', 'Dig', 'Light']);
  expect(after.map(({ id }) => id).toSorted()).toEqual(before.map(({ id }) => id).toSorted());
});

test('IM6 what authors changed in Elira stays, unless --overwrite; where both changed one field, a line says so', async () => {
  const folder = await garden();
  await run(folder.path);
  await sql.query("UPDATE lessons SET title = 'Earth' WHERE title = 'Soil'");
  await sql.query("UPDATE lessons SET content = 'By the author.' WHERE title = 'Light'");
  await sql.query("UPDATE lessons SET deleted_at = now() WHERE title = 'Dig'");
  await sql.query("UPDATE lessons SET position = 'Zz' WHERE title = 'Water'");
  await sql.query(
    "INSERT INTO lessons (course_id, module_id, title, content, position) SELECT course_id, id, 'Mine', 'Own.', 'a5' FROM modules WHERE title = 'Light'",
  );
  await folder.write({
    'lessons/1-ground/lessons/1-soil/README.md': '# Soil\n\nRewritten. [by hand](hand.md), [by machine](machine.md)',
    'lessons/2-light/README.md': '# Light\n\nBy the folder.',
  });
  const { unused, changed } = await run(folder.path);
  expect(changed).toBe(1);
  const state = async (): Promise<string[]> =>
    (await lessons()).map(({ title, content, gone }) => `${gone ? '-' : ''}${title}: ${content.slice(0, 14)}`);
  expect(await state()).toEqual([
    'Water: [Before](/cour',
    'The ground: What plants st',
    'Earth: Rewritten. [by',
    'By hand: [Back](/course',
    'Machine: No title here.',
    '-Dig: A hole.',
    'Light: By the author.',
    'Mine: Own.',
  ]);
  expect(unused.map(({ path, reason }) => `${path}: ${reason}`).filter((line) => line.includes('--overwrite'))).toEqual([
    'lessons/1-ground/lessons/1-soil/assignment.md: was deleted in Elira, and stays so; --overwrite brings it back',
    "lessons/2-light/README.md: its content was changed in Elira as well, and stays so; --overwrite takes the folder's",
  ]);
  await run(folder.path, { overwrite: true });
  expect((await state()).filter((line) => /^-?(Soil|Dig|Light|Mine)/.test(line))).toEqual([
    'Soil: Rewritten. [by',
    'Dig: A hole.',
    'Light: By the folder.',
    'Mine: Own.',
  ]);
});

test.each([
  ['no UTF-8', { 'lessons/2-light/README.md': Buffer.from([0x23, 0x20, 0xff, 0xfe]) }, /README\.md is not UTF-8/],
  ['no text', { 'lessons/2-light/README.md': '# a\0b' }, /zero byte/],
  ['too large a file', { 'lessons/2-light/README.md': `# a\n\n${'b'.repeat(1024 * 1024)}` }, /bytes, and 1048576 are the most/],
  ['too long a lesson', { 'lessons/2-light/README.md': `# a\n\n${'b'.repeat(200_001)}` }, /more than 200000 characters/],
  ['quizzes that are no JSON', { 'quizzes/en.json': '[{' }, /quizzes\/en\.json .* it is no JSON/],
  [
    'a quiz without a right answer',
    { 'quizzes/en.json': JSON.stringify(QUIZZES).replaceAll('"true"', '"false"') },
    /none of the answers is correct/,
  ],
])('IM7 %s is refused by name, and nothing is half done', async (_label, files, message) => {
  const folder = await garden();
  await run(folder.path);
  const before = await everything();
  await folder.write({ ...files, 'lessons/1-ground/README.md': '# Changed' });
  await expect(run(folder.path)).rejects.toThrow(message);
  expect(await everything()).toEqual(before);
});

test('IM7 a folder that is none, one without Markdown, loops of links and somebody unknown are told in words', async () => {
  const folder = await garden();
  await expect(run(join(folder.path, 'nowhere'))).rejects.toThrow(/There is no folder .*nowhere/);
  await expect(run(join(folder.path, 'images'))).rejects.toThrow(/no Markdown in images/);
  await expect(run(folder.path, { author: 'nobody@elira.example' })).rejects.toThrow(
    /Nobody here has the e-mail address nobody@/,
  );
  await symlink('..', join(folder.path, 'lessons/loop'));
  await expect(run(folder.path)).rejects.toThrow(/lessons\/loop is a link that leads back/);
  await folder.drop('lessons/loop');
  await symlink('self', join(folder.path, 'self'));
  await expect(run(folder.path)).rejects.toThrow(/self is a loop of links/);
  expect((await sql.query('SELECT FROM courses')).rowCount).toBe(0);
});

test('IM8 another folder of the same name touches no course but its own', async () => {
  await run((await garden()).path, { author: 'teacher@elira.example' });
  const before = await everything();
  const other = await courseFolder('garden', { '1-a/README.md': '# Another' });
  open.push(other);
  await expect(run(other.path)).rejects.toThrow(/it is another course[^]*--as <name>/);
  expect(await everything()).toEqual(before);
  await run(other.path, { name: 'second', author: 'other@elira.example' });
  const { rows } = await sql.query(
    'SELECT c.title, a.user_id FROM courses c JOIN course_authors a ON a.course_id = c.id ORDER BY c.title',
  );
  expect(rows).toEqual([
    { title: 'A garden', user_id: 'teacher' },
    { title: 'Garden', user_id: 'other' },
  ]);
});
