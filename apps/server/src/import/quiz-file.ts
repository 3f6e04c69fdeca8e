import { z } from 'zod';
import { OperatorError } from '../operator-error.ts';

/** A quiz as a file tells it. */
export type SourceQuiz = {
  /** Within its file. */
  readonly key: string;
  readonly title: string;
  readonly questions: readonly SourceQuestion[];
};

export type SourceQuestion = {
  /** Markdown. */
  readonly prompt: string;
  readonly kind: 'single' | 'multiple';
  readonly explanation: string;
  readonly points: number;
  readonly options: readonly { readonly label: string; readonly isCorrect: boolean }[];
};

const truth = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const QUESTION = z.object({
  questionText: z.string().trim().min(1).max(10_000),
  explanation: z.string().max(10_000).optional(),
  points: z.int().min(0).max(1000).optional(),
  answerOptions: z
    .array(
      z.object({ answerText: z.union([z.string().trim().min(1).max(5_000), z.number().transform(String)]), isCorrect: truth }),
    )
    .min(2)
    .max(50)
    .refine((options) => options.some(({ isCorrect }) => isCorrect), 'none of the answers is correct'),
});
const QUIZ = z.object({
  id: z.union([z.int(), z.string().min(1).max(100)]),
  title: z.string().trim().min(1),
  quiz: z.array(QUESTION).min(1).max(500),
});
const FILE = z
  .array(z.object({ quizzes: z.array(QUIZ).min(1).max(1000) }))
  .min(1)
  .max(100);

/** Faults that one message names. */
const FAULTS_TOLD = 3;

/**
 * The quizzes of a file: `[{"quizzes": [{"id", "title", "quiz": [{"questionText", "answerOptions": [{"answerText", "isCorrect"}]}]}]}]`,
 * each question with `explanation` and `points` where there are any. Undefined where it holds something else altogether.
 * Throws `OperatorError` for quizzes that are not as described.
 */
export function readQuizzes(path: string, text: string): readonly SourceQuiz[] | undefined {
  const value = parsed(path, text);
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!parts.some((part) => typeof part === 'object' && part !== null && 'quizzes' in part)) return undefined;
  const result = FILE.safeParse(parts);
  if (!result.success) {
    const told = result.error.issues.slice(0, FAULTS_TOLD).map(({ path: at, message }) => `${at.join('.')}: ${message}`);
    throw broken(path, told.join('; '));
  }
  const quizzes = result.data.flatMap((part) => part.quizzes);
  const keys = quizzes.map(({ id }) => String(id));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw broken(path, `two quizzes have the id ${twice}`);
  return quizzes.map(({ id, title, quiz }) => ({ key: String(id), title: title.slice(0, 255), questions: quiz.map(question) }));
}

function question({ questionText, explanation, points, answerOptions }: z.infer<typeof QUESTION>): SourceQuestion {
  return {
    prompt: asMarkdown(questionText),
    kind: answerOptions.filter(({ isCorrect }) => isCorrect).length > 1 ? 'multiple' : 'single',
    explanation: asMarkdown(explanation ?? ''),
    points: points ?? 1,
    options: answerOptions.map(({ answerText, isCorrect }) => ({ label: answerText, isCorrect })),
  };
}

/** Questions are plain text in the file, and Markdown on the screens. */
function asMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~&]/g, '\\$&').replaceAll(/^(\s*\d*)([-+.)])/gm, '$1\\$2');
}

/** A file of quizzes that is no JSON is a fault: left out, it would look as if its quizzes had been removed. */
function parsed(path: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return value;
  } catch {
    if (/quiz/i.test(path)) throw broken(path, 'it is no JSON');
    return undefined;
  }
}

function broken(path: string, why: string): OperatorError {
  return new OperatorError(
    `${path} does not hold quizzes as they are imported: ${why}.`,
    'How such a file looks stands in docs/operating.md.',
  );
}
