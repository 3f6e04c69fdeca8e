import { parseArgs } from 'node:util';
import { AUTHOR as DEMO_AUTHOR } from '../database/demo.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { importCourse, type Imported } from '../import/import-course.ts';
import { say, UsageError, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

const OPTIONS = {
  as: { type: 'string' },
  author: { type: 'string' },
  language: { type: 'string', default: 'en' },
  overwrite: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
} as const;

export const importCommand: Command = {
  name: 'import',
  usage: '<folder> [--as <name>] [--author <e-mail>] [--language en] [--overwrite] [--publish] [--strict]',
  summary: 'make a course of a folder of Markdown, pictures and quizzes, or bring it up to date',
  run: async (args, config) => {
    const { folder, ...options } = read(args);
    const imported = await withDatabase(config, async ({ connection }) => {
      await prepareDatabase(connection, say);
      return await importCourse(connection, {
        folder,
        name: options.as,
        author: options.author,
        usualAuthor: DEMO_AUTHOR,
        language: options.language.toLowerCase(),
        overwrite: options.overwrite,
        publish: options.publish,
        onProgress: say,
      });
    });
    process.stdout.write(`${reportOf(imported, options.publish).join('\n')}\n`);
    return options.strict && imported.unused.length > 0 ? 1 : 0;
  },
};

type Arguments = {
  readonly folder: string;
  readonly as?: string | undefined;
  readonly author?: string | undefined;
  readonly language: string;
  readonly overwrite: boolean;
  readonly publish: boolean;
  readonly strict: boolean;
};

function read(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new UsageError('It takes one folder.');
    return { folder, ...values };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(error instanceof Error ? error.message : 'It cannot be read.');
  }
}

function reportOf(
  { courseId, title, counts, made, changed, removed, same, unused, notes }: Imported,
  published: boolean,
): string[] {
  const { modules, lessons, pages, introductions, quizzes, questions, pictures } = counts;
  return [
    ...notes.map((note) => `note      ${note}`),
    ...unused.map(({ path, reason }) => `not used  ${path}: ${reason}`),
    `course    ${title} (${courseId})`,
    `          ${modules} modules, ${lessons} lessons with ${pages} pages, ${introductions} introductions, ${quizzes} quizzes, ${questions} questions, ${pictures} pictures`,
    `          ${made} rows made, ${changed} changed, ${removed} marked as deleted, ${same} the same; ${unused.length} files not used`,
    `          ${published ? 'published' : 'learners see it when its author publishes it: /author/courses/'}${published ? '' : courseId}`,
  ];
}
