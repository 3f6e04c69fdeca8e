import { positionAt, type Placed } from '../data/order.ts';

/** A lesson, or a quiz among quizzes. */
export type PlacedPart = Placed & { readonly moduleId: string };
export type PartMove = { readonly position: string; readonly moduleId?: string };

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

/** Pure. Where a lesson, or a quiz, goes by one step: within its module, and over its end into the one beside it. */
export function partMove(
  modules: readonly Placed[],
  parts: readonly PlacedPart[],
  id: string,
  direction: 'up' | 'down',
): PartMove | undefined {
  const part = parts.find((one) => one.id === id);
  if (part === undefined) return undefined;
  const inModule = (moduleId: string | undefined): PlacedPart[] => parts.filter((one) => one.moduleId === moduleId);
  const siblings = inModule(part.moduleId);
  const to = siblings.indexOf(part) + (direction === 'up' ? -1 : 1);
  const others = siblings.filter((one) => one.id !== id);
  if (to >= 0 && to < siblings.length) return { position: positionAt(others, to) };
  const next = modules[modules.findIndex((module) => module.id === part.moduleId) + (direction === 'up' ? -1 : 1)];
  if (next === undefined) return undefined;
  const there = inModule(next.id);
  return { position: positionAt(there, direction === 'up' ? there.length : 0), moduleId: next.id };
}
