import type { Outline } from '../data/tables.ts';

export type Stop = { readonly kind: 'lesson' | 'quiz'; readonly id: string; readonly title: string };

/** Pure. Everything a learner passes, in order: each module's lessons, then its quizzes. */
export function stopsOf(outline: Outline | null | undefined): readonly Stop[] {
  return (outline ?? []).flatMap(({ lessons, quizzes }) => [
    ...lessons.map(({ id, title }): Stop => ({ kind: 'lesson', id, title })),
    ...quizzes.map(({ id, title }): Stop => ({ kind: 'quiz', id, title })),
  ]);
}

export function lessonCount(outline: Outline | null | undefined): number {
  return (outline ?? []).reduce((sum, { lessons }) => sum + lessons.length, 0);
}

/** Pure. What stands before and after a lesson or quiz, and what the module around it is called. */
export function around(outline: Outline | null | undefined, id: string): { before?: Stop; after?: Stop; module?: string } {
  const stops = stopsOf(outline);
  const at = stops.findIndex((stop) => stop.id === id);
  if (at === -1) return {};
  const [before, after] = [stops[at - 1], stops[at + 1]];
  const module = (outline ?? []).find(({ lessons, quizzes }) => [...lessons, ...quizzes].some((one) => one.id === id))?.title;
  return {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(module === undefined ? {} : { module }),
  };
}

/** Pure. The first lesson that is not done yet; the first of all when every one is. */
export function nextLesson(outline: Outline | null | undefined, isDone: (lessonId: string) => boolean): Stop | undefined {
  const lessons = stopsOf(outline).filter(({ kind }) => kind === 'lesson');
  return lessons.find(({ id }) => !isDone(id)) ?? lessons[0];
}
