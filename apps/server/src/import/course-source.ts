import { OperatorError } from '../operator-error.ts';
import { pictureType, PICTURE_BYTES } from '../media/picture-type.ts';
import { shapeOf, titleOfPath, type PageShape } from './course-shape.ts';
import { readPage, type PageSource } from './page-source.ts';
import { readQuizzes, type SourceQuiz } from './quiz-file.ts';
import type { Folder, SourceFile, Unused } from './read-folder.ts';
import { moduleOfQuiz } from './quiz-place.ts';
import { targetOf } from './source-target.ts';

/** A folder, understood as a course. Nothing of it has been written yet. */
export type CourseSource = {
  readonly title: string;
  readonly description: string;
  /** Path of the page that tells of the whole. */
  readonly about: string | undefined;
  readonly modules: readonly ModuleSource[];
  /** By path, those that a page shows. */
  readonly pictures: ReadonlyMap<string, SourceFile>;
  readonly unused: readonly Unused[];
};

export type ModuleSource = {
  readonly path: string;
  readonly title: string;
  readonly pages: readonly { readonly role: PageShape['role']; readonly title: string; readonly source: PageSource }[];
  readonly quizzes: readonly { readonly path: string; readonly quiz: SourceQuiz }[];
};

export type SourceOptions = {
  /** Which of several languages of the quizzes, by the name of the file. */
  readonly language: string;
  readonly onProgress: (line: string) => void;
};

/** Bytes of a Markdown file and of a file of quizzes. */
const PAGE_BYTES = 1024 * 1024;
const QUIZ_BYTES = 16 * 1024 * 1024;
/** Pages between two lines about the progress. */
const EVERY = 50;
const MARKDOWN = /\.(?:md|markdown)$/i;
const LANGUAGE = /(?:^|\/)([a-z]{2,3}(?:-[a-z]{2,4})?)\.json$/i;

/** Reads what a folder holds. Throws `OperatorError` for a folder without Markdown, and for a file that is too large or no text. */
export async function readCourse(folder: Folder, { language, onProgress }: SourceOptions): Promise<CourseSource> {
  const files = [...folder.files.values()];
  const written = files.filter(({ path }) => MARKDOWN.test(path));
  if (written.length === 0)
    throw new OperatorError(
      `There is no Markdown in ${folder.name}.`,
      'Name the folder of a course: its folders are modules, its .md files lessons.',
    );
  const pages = new Map<string, PageSource>();
  for (const file of written) {
    pages.set(file.path, readPage(file.path, await textOf(file, PAGE_BYTES)));
    if (pages.size % EVERY === 0) onProgress(`Read ${pages.size} of ${written.length} pages.`);
  }
  onProgress(`Read ${pages.size} pages.`);
  const shape = shapeOf([...pages.keys()], (readme) => linkedFrom(pages.get(readme ?? '')));
  if (shape.modules.length === 0)
    throw new OperatorError(`There is no lesson in ${folder.name}.`, 'Put the lessons into folders, one for each module.');
  const about = shape.about === undefined ? undefined : pages.get(shape.about);
  const quizzes = await quizzesOf(files, language);
  const modules = shape.modules.map(({ path, pages: below }) => {
    const sources = below.flatMap(({ path: at, role }) => {
      const source = pages.get(at);
      return source === undefined
        ? []
        : [{ role, source, title: source.title ?? titleOfPath(isReadme(at) ? folderOf(at) || folder.name : at) }];
    });
    const [first] = sources;
    const title =
      first?.role === 'introduction'
        ? first.title
        : path === ''
          ? (about?.title ?? titleOfPath(folder.name))
          : titleOfPath(path);
    return { path, title, pages: sources };
  });
  const placed = moduleOfQuiz(modules, quizzes.found);
  const { pictures, notPictures } = await picturesOf(
    folder,
    modules.flatMap(({ pages: below }) => below.map(({ source }) => source)),
  );
  const used = new Set(
    [...pages.keys()].filter((path) => !shape.rest.includes(path)).concat([...pictures.keys()], quizzes.used),
  );
  const reasons = new Map([
    ...notPictures,
    ...quizzes.reasons,
    ...shape.rest.map((path) => [path, 'beside the modules: put it into the folder of one'] as const),
  ]);
  const left = files
    .filter(({ path }) => !used.has(path))
    .map(({ path }) => ({ path, reason: reasons.get(path) ?? 'neither a page, a quiz nor a picture that a page shows' }));
  return {
    title: about?.title ?? titleOfPath(folder.name),
    description: about?.summary ?? '',
    about: shape.about,
    modules: modules.map((module, index) => ({ ...module, quizzes: placed.byModule[index] ?? [] })),
    pictures,
    unused: [
      ...folder.unused,
      ...left,
      ...placed.unplaced.map((path) => ({ path, reason: 'a quiz of no lesson: none links to it, and its title names none' })),
    ],
  };
}

/** The text of a file. Throws `OperatorError` where it is none. */
async function textOf(file: SourceFile, most: number): Promise<string> {
  if (file.size > most)
    throw new OperatorError(`${file.path} has ${file.size} bytes, and ${most} are the most.`, 'Divide it and import again.');
  const bytes = await file.read();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    throw new OperatorError(`${file.path} is not UTF-8.`, 'Save it in that encoding and import again.', { cause });
  }
  throw new OperatorError(`${file.path} is no text: there is a zero byte in it.`, 'Remove it and import again.');
}

/** Pages that a page links to, in the order of the text. */
function linkedFrom(page: PageSource | undefined): string[] {
  if (page === undefined) return [];
  const targets = page.targets.filter(({ isPicture }) => !isPicture).map(({ url }) => targetOf(page.path, url));
  return [...new Set(targets.flatMap((target) => (target.kind === 'inside' ? [target.path] : [])))];
}

type Quizzes = {
  readonly found: readonly { readonly path: string; readonly quiz: SourceQuiz }[];
  readonly used: readonly string[];
  readonly reasons: ReadonlyMap<string, string>;
};

/** Of files that are named by languages and lie in one folder, the wanted one. */
async function quizzesOf(files: readonly SourceFile[], language: string): Promise<Quizzes> {
  const found: { path: string; quiz: SourceQuiz }[] = [];
  const used: string[] = [];
  const reasons = new Map<string, string>();
  for (const file of files.filter(({ path }) => path.toLowerCase().endsWith('.json'))) {
    const named = LANGUAGE.exec(file.path)?.[1]?.toLowerCase();
    if (file.size > QUIZ_BYTES && !/quiz/i.test(file.path)) continue;
    if (named !== undefined && named !== language && /quiz/i.test(file.path)) {
      reasons.set(file.path, `quizzes in another language than ${language}; --language ${named} takes them`);
      continue;
    }
    const quizzes = readQuizzes(file.path, await textOf(file, QUIZ_BYTES));
    if (quizzes === undefined) reasons.set(file.path, 'JSON without quizzes');
    else {
      used.push(file.path);
      found.push(...quizzes.map((quiz) => ({ path: file.path, quiz })));
    }
  }
  return { found, used, reasons };
}

/** The pictures that pages show, and why others that they name are none. */
async function picturesOf(
  folder: Folder,
  pages: readonly PageSource[],
): Promise<{ pictures: Map<string, SourceFile>; notPictures: Map<string, string> }> {
  const pictures = new Map<string, SourceFile>();
  const notPictures = new Map<string, string>();
  for (const page of pages) {
    for (const { url, isPicture } of page.targets) {
      const target = targetOf(page.path, url);
      const file = target.kind === 'inside' ? folder.files.get(target.path) : undefined;
      if (file === undefined || pictures.has(file.path) || notPictures.has(file.path) || MARKDOWN.test(file.path)) continue;
      if (file.size > PICTURE_BYTES) notPictures.set(file.path, `larger than ${PICTURE_BYTES} bytes`);
      else if (pictureType(await file.read()) !== undefined) pictures.set(file.path, file);
      else if (isPicture)
        notPictures.set(file.path, 'shown as a picture, and is none that browsers are given (PNG, JPEG, GIF, WebP, AVIF, SVG)');
    }
  }
  return { pictures, notPictures };
}

function isReadme(path: string): boolean {
  return /(?:^|\/)(?:readme|index)\.[a-z]+$/i.test(path);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
