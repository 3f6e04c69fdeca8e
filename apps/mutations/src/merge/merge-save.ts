import type { FieldConflict } from '../version-conflict.ts';
import { mergeText } from './merge-text.ts';

/** A save that comes when the row is no longer at the version it was based on. Fields by JSON name. */
export type LateSave = {
  /** What is sent, */
  readonly yours: Readonly<Record<string, unknown>>;
  /** and what that was before, for those who tell. */
  readonly base: Readonly<Record<string, unknown>>;
  /** The row as it is now. */
  readonly theirs: Readonly<Record<string, unknown>>;
  /** Whether somebody may have changed the field since. */
  readonly changedSince: (field: string) => boolean;
  /** Whether it is long text, which is merged by blocks. */
  readonly isProse: (field: string) => boolean;
};

export type MergedSave = {
  /** What is to be written. */
  readonly taken: Readonly<Record<string, unknown>>;
  /** Of these, the texts that hold what both have written. */
  readonly merged: readonly string[];
  /** What both have changed, each to something else. Nothing is to be written where there is one. */
  readonly conflicts: Readonly<Record<string, FieldConflict>>;
};

/** Field by field. Pure. */
export function mergeSave({ yours, base, theirs, changedSince, isProse }: LateSave): MergedSave {
  const taken: Record<string, unknown> = {};
  const merged: string[] = [];
  const conflicts: Record<string, FieldConflict> = {};
  for (const [field, value] of Object.entries(yours)) {
    const now = theirs[field];
    const knowsBase = Object.hasOwn(base, field);
    const was = base[field];
    // Nothing to write: both say the same, or it was sent though it was not changed.
    if (value === now || (knowsBase && value === was)) continue;
    if (!changedSince(field) || (knowsBase && was === now)) {
      taken[field] = value;
      continue;
    }
    const both = isProse(field) ? mergeTexts(was, now, value) : undefined;
    if (both === undefined) conflicts[field] = { ...(knowsBase ? { base: was } : {}), theirs: now, yours: value };
    else {
      taken[field] = both;
      merged.push(field);
    }
  }
  return { taken, merged, conflicts };
}

function mergeTexts(base: unknown, theirs: unknown, yours: unknown): string | undefined {
  if (typeof base !== 'string' || typeof theirs !== 'string' || typeof yours !== 'string') return undefined;
  return mergeText(base, theirs, yours);
}
