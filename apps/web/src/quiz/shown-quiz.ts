import type { PublishedOption, PublishedQuestion } from '../data/tables.ts';

/**
 * A quiz as it is on the screen of somebody who answers it.
 *
 * In: the published questions and options, and what was chosen. Out: what is handed in. The promise: what is handed in names exactly what
 * was shown, at the versions that were shown, whatever has been published since. Pure.
 */
export type ShownQuiz = readonly ShownQuestion[];
export type ShownQuestion = PublishedQuestion & { readonly options: readonly PublishedOption[] };

/** Ids of the options chosen, by question. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

export type SubmittedQuestion = {
  readonly id: string;
  readonly version: number;
  readonly options: readonly { readonly id: string; readonly version: number }[];
  readonly chosen: readonly string[];
};

export function shownQuiz(questions: readonly PublishedQuestion[], options: readonly PublishedOption[]): ShownQuiz {
  return questions.map((question) => ({
    ...question,
    options: options.filter(({ questionId }) => questionId === question.id),
  }));
}

/** Whether both show the same, to the last version. */
export function isSameQuiz(a: ShownQuiz, b: ShownQuiz): boolean {
  return fingerprint(a) === fingerprint(b);
}

/** What `chosen` becomes when an option is ticked: of one answer the other one goes. */
export function choose(chosen: Chosen, question: ShownQuestion, optionId: string): Chosen {
  const before = chosen[question.id] ?? [];
  if (question.kind === 'single') return { ...chosen, [question.id]: [optionId] };
  const after = before.includes(optionId) ? before.filter((id) => id !== optionId) : [...before, optionId];
  return { ...chosen, [question.id]: after };
}

export function unanswered(shown: ShownQuiz, chosen: Chosen): number {
  return shown.filter(({ id }) => (chosen[id] ?? []).length === 0).length;
}

export function toSubmission(shown: ShownQuiz, chosen: Chosen): SubmittedQuestion[] {
  return shown.map(({ id, version, options }) => ({
    id,
    version,
    options: options.map((option) => ({ id: option.id, version: option.version })),
    chosen: chosen[id] ?? [],
  }));
}

function fingerprint(shown: ShownQuiz): string {
  const parts = shown.map(({ id, version, options }) => [
    `${id} ${version}`,
    ...options.map((option) => `${option.id} ${option.version}`).toSorted(),
  ]);
  return JSON.stringify(parts.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}
