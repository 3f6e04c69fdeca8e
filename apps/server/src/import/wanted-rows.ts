import { createHash } from 'node:crypto';
import { OperatorError } from '../operator-error.ts';
import type { CourseSource, ModuleSource } from './course-source.ts';
import { quizNamedBy } from './quiz-place.ts';
import { rewritePage, type NewAddress } from './rewrite-page.ts';
import { targetOf } from './source-target.ts';

export const ROW_KINDS = ['course', 'module', 'lesson', 'quiz', 'question', 'option'] as const;
export type RowKind = (typeof ROW_KINDS)[number];
export type Value = string | number | boolean;

/** A row as the folder wants it. */
export type WantedRow = {
  readonly kind: RowKind;
  readonly id: string;
  /** Of the file, and within it. */
  readonly path: string;
  /** Among its siblings. */
  readonly place: number;
  readonly fields: Readonly<Record<string, Value>>;
};

export type WantedCourse = {
  readonly rows: readonly WantedRow[];
  /** What could not be taken along as it was, a line each. */
  readonly notes: readonly string[];
};

/** Every row that has an id: kind and path, in the order in which parents come before children. */
export type RowPath = { readonly kind: RowKind; readonly path: string };

/** Characters of a lesson. */
const CONTENT = 200_000;

/** Pure. */
export function pathsOf({ modules }: CourseSource): readonly RowPath[] {
  return [
    { kind: 'course', path: '' },
    ...modules.flatMap(({ path, pages, quizzes }): RowPath[] => [
      { kind: 'module', path },
      ...pages.map(({ source }): RowPath => ({ kind: 'lesson', path: source.path })),
      ...quizzes.flatMap(({ path: file, quiz }): RowPath[] => [
        { kind: 'quiz', path: `${file}#${quiz.key}` },
        ...quiz.questions.flatMap(({ options }, at): RowPath[] => [
          { kind: 'question', path: `${file}#${quiz.key}/${at + 1}` },
          ...options.map((_, index): RowPath => ({ kind: 'option', path: `${file}#${quiz.key}/${at + 1}/${index + 1}` })),
        ]),
      ]),
    ]),
  ];
}

/**
 * The rows of the course, their links and pictures leading where these are now. `idOf` knows every path of `pathsOf`. Throws `OperatorError`
 * for a page that is too long. Pure.
 */
export function wantedRows(
  source: CourseSource,
  { idOf, pictureAt }: { readonly idOf: (row: RowPath) => string; readonly pictureAt: (path: string) => string | undefined },
): WantedCourse {
  const notes: string[] = [];
  const addressOf = makeAddressOf(source, { idOf, pictureAt });
  const rows: WantedRow[] = [];
  const want = (kind: RowKind, path: string, place: number, fields: WantedRow['fields']): void =>
    void rows.push({ kind, id: idOf({ kind, path }), path, place, fields });
  want('course', '', 0, { title: source.title, description: source.description });
  for (const [at, { path, title, pages, quizzes }] of source.modules.entries()) {
    const moduleId = idOf({ kind: 'module', path });
    want('module', path, at, { title });
    for (const [place, { source: page, title: name }] of pages.entries()) {
      const { content, missing } = rewritePage(page, (url, isPicture) => addressOf(page.path, url, isPicture));
      if (content.length > CONTENT)
        throw new OperatorError(
          `${page.path} has more than ${CONTENT} characters.`,
          'Divide it into several pages and import again.',
        );
      want('lesson', page.path, place, { moduleId, title: name, content });
      notes.push(...notesOn(page.path, page.dropped, missing));
    }
    for (const [place, { path: file, quiz }] of quizzes.entries()) wantQuiz({ want, idOf }, { moduleId, file, quiz, place });
  }
  return { rows, notes };
}

type Maker = {
  readonly want: (kind: RowKind, path: string, place: number, fields: WantedRow['fields']) => void;
  readonly idOf: (row: RowPath) => string;
};

function wantQuiz(
  { want, idOf }: Maker,
  {
    moduleId,
    file,
    quiz,
    place,
  }: { moduleId: string; file: string; quiz: ModuleSource['quizzes'][number]['quiz']; place: number },
): void {
  const path = `${file}#${quiz.key}`;
  const quizId = idOf({ kind: 'quiz', path });
  want('quiz', path, place, { moduleId, title: quiz.title, instructions: '' });
  for (const [at, { options, ...question }] of quiz.questions.entries()) {
    const below = `${path}/${at + 1}`;
    const questionId = idOf({ kind: 'question', path: below });
    want('question', below, at, { quizId, ...question });
    for (const [index, option] of options.entries())
      want('option', `${below}/${index + 1}`, index, { quizId, questionId, ...option });
  }
}

/** Where a page's links and pictures lead in Elira. */
function makeAddressOf(
  source: CourseSource,
  { idOf, pictureAt }: { readonly idOf: (row: RowPath) => string; readonly pictureAt: (path: string) => string | undefined },
): (from: string, url: string, isPicture: boolean) => NewAddress {
  const course = `/courses/${idOf({ kind: 'course', path: '' })}`;
  const lessons = new Map<string, string>();
  for (const { path, pages } of source.modules) {
    for (const { source: page } of pages) {
      const id = idOf({ kind: 'lesson', path: page.path });
      lessons.set(page.path, id);
      // A folder stands for its README.
      const folder = page.path.replace(/(?:^|\/)(?:readme|index)\.[a-z]+$/i, '');
      if (folder !== page.path && !lessons.has(folder)) lessons.set(folder, id);
    }
    const [first] = pages;
    if (first !== undefined && !lessons.has(path)) lessons.set(path, idOf({ kind: 'lesson', path: first.source.path }));
  }
  const quizzes = new Map<string, string>();
  for (const { quizzes: below } of source.modules)
    for (const { path, quiz } of below) quizzes.set(quiz.key, idOf({ kind: 'quiz', path: `${path}#${quiz.key}` }));
  return (from, url, isPicture) => {
    const target = targetOf(from, url);
    if (target.kind === 'here') return 'keep';
    if (target.kind === 'elsewhere') {
      const quiz = isPicture ? undefined : quizzes.get(quizNamedBy(url) ?? '');
      return quiz === undefined ? 'keep' : { to: `${course}/quizzes/${quiz}` };
    }
    const picture = pictureAt(target.path);
    if (picture !== undefined) return { to: picture };
    if (isPicture) return 'missing';
    const lesson = lessons.get(target.path);
    if (lesson !== undefined) return { to: `${course}/lessons/${lesson}${encodeURI(target.fragment)}` };
    return target.path === '' || target.path === source.about ? { to: course } : 'missing';
  };
}

/** Addresses that one line names. */
const NAMED = 5;

function notesOn(
  path: string,
  dropped: ReadonlyMap<string, number>,
  missing: readonly { readonly url: string; readonly isPicture: boolean }[],
): string[] {
  const listed = (urls: readonly string[]): string => `${urls.slice(0, NAMED).join(', ')}${urls.length > NAMED ? ', …' : ''}`;
  const pictures = missing.filter(({ isPicture }) => isPicture).map(({ url }) => url);
  const links = missing.filter(({ isPicture }) => !isPicture).map(({ url }) => url);
  const elements = [...dropped].map(([name, count]) => `${count} × <${name}>`);
  const note = (what: string, count: number, names: readonly string[]): string[] =>
    count === 0 ? [] : [`${path}: ${what} (${count}): ${listed(names)}`];
  return [
    ...note('pictures that are not in the folder, their descriptions stand instead', pictures.length, pictures),
    ...note('links to what is not imported, their texts stay', links.length, links),
    ...note('HTML that screens do not show, without its frame', elements.length, elements),
  ];
}

/** What tells whether a value is still the same. Pure. */
export function valueHash(value: Value): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}
