import type { Resolved } from '@elira/mutations';
import { isRecord } from '../data/request.ts';
import type { Draft } from './draft.ts';
import type { Decisions } from './conflict.ts';

/** What a form holds that is not saved. */
export type Unsaved = {
  readonly draft: Draft;
  readonly decisions: Decisions;
  /** How clashes were decided that are part of the draft now. */
  readonly resolved: Resolved;
};

export const NOTHING_UNSAVED: Unsaved = { draft: {}, decisions: {}, resolved: {} };

const PREFIX = 'elira-draft/';

/**
 * Unsaved drafts, by person and form, for as long as the tab is there: they outlive a reload. Another tab has its own, so two never
 * write over each other; whoever signs in next finds nothing, and signing out wipes them.
 */
export const keptDrafts = {
  read(userId: string, name: string): Unsaved {
    try {
      const value: unknown = JSON.parse(sessionStorage.getItem(`${PREFIX}${userId}/${name}`) ?? 'null');
      return isUnsaved(value) ? value : NOTHING_UNSAVED;
    } catch {
      return NOTHING_UNSAVED;
    }
  },
  write(userId: string, name: string, unsaved: Unsaved): void {
    const key = `${PREFIX}${userId}/${name}`;
    try {
      if (Object.keys(unsaved.draft).length === 0) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(unsaved));
    } catch {
      // A browser that keeps nothing, or no more: leaving the page asks all the same.
    }
  },
  /** Of all people, or of all but one. */
  wipe(except?: string): void {
    try {
      const others = Object.keys(sessionStorage).filter(
        (key) => key.startsWith(PREFIX) && (except === undefined || !key.startsWith(`${PREFIX}${except}/`)),
      );
      for (const key of others) sessionStorage.removeItem(key);
    } catch {
      // Then nothing was kept either.
    }
  },
} as const;

function isUnsaved(value: unknown): value is Unsaved {
  return (
    isRecord(value) &&
    all(value['draft'], (edit) => isRecord(edit) && typeof edit['base'] === 'string' && typeof edit['typed'] === 'string') &&
    all(value['decisions'], (decision) => isRecord(decision) && typeof decision['way'] === 'string') &&
    all(value['resolved'], Array.isArray)
  );
}

function all(value: unknown, is: (one: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(is);
}
