import { positionAt, type Placed } from '../data/order.ts';

export type PlacedLesson = Placed & { readonly moduleId: string };
export type LessonMove = { readonly position: string; readonly moduleId?: string };

/** Pure. Where a module goes by one step; undefined at the end. */
export function moduleMove(modules: readonly Placed[], id: string, direction: 'up' | 'down'): string | undefined {
  const at = modules.findIndex((module) => module.id === id);
  const to = at + (direction === 'up' ? -1 : 1);
  if (at === -1 || to < 0 || to >= modules.length) return undefined;
  return positionAt(
    modules.filter((module) => module.id !== id),
    to,
  );
}

/** Pure. Where a lesson goes by one step: within its module, and over its end into the one beside it. */
export function lessonMove(
  modules: readonly Placed[],
  lessons: readonly PlacedLesson[],
  id: string,
  direction: 'up' | 'down',
): LessonMove | undefined {
  const lesson = lessons.find((one) => one.id === id);
  if (lesson === undefined) return undefined;
  const inModule = (moduleId: string | undefined): PlacedLesson[] => lessons.filter((one) => one.moduleId === moduleId);
  const siblings = inModule(lesson.moduleId);
  const to = siblings.indexOf(lesson) + (direction === 'up' ? -1 : 1);
  const others = siblings.filter((one) => one.id !== id);
  if (to >= 0 && to < siblings.length) return { position: positionAt(others, to) };
  const next = modules[modules.findIndex((module) => module.id === lesson.moduleId) + (direction === 'up' ? -1 : 1)];
  if (next === undefined) return undefined;
  const there = inModule(next.id);
  return { position: positionAt(there, direction === 'up' ? there.length : 0), moduleId: next.id };
}
