import { useState } from 'react';
import { ApiProblem, told } from '../data/problem.ts';
import { isRecord } from '../data/request.ts';
import {
  changesOf,
  clashesOf,
  keepMine,
  saved,
  takeTheirs,
  typeInto,
  UNTOUCHED,
  valueOf,
  type Clash,
  type Draft,
  type Fields,
} from './draft.ts';

type Versioned = { readonly version: number } & Readonly<Record<string, unknown>>;

export type DraftForm<F extends string> = {
  readonly value: (field: F) => string;
  readonly type: (field: F, typed: string) => void;
  readonly isDirty: boolean;
  readonly clashes: readonly (Clash & { readonly field: string })[];
  readonly keepMine: (field: string) => void;
  readonly takeTheirs: (field: string) => void;
  /** Resolves to whether everything is saved. Never rejects: `failure` says what went wrong, and nothing typed is lost. */
  readonly save: (more?: Fields) => Promise<boolean>;
  readonly isSaving: boolean;
  readonly failure: string | undefined;
};

/** Saves in turn that lose against others' saves of other fields before giving up. */
const MOST_TRIES = 5;

/**
 * A form over a row of the store. `save` sends the version it is based on and the changed fields; an answer of version_conflict whose
 * row leaves our fields alone is followed by another try on top of it, any other is shown for a choice.
 */
export function useDraft<F extends string>(
  row: Versioned,
  fields: readonly F[],
  send: (version: number, changes: Fields) => Promise<unknown>,
): DraftForm<F> {
  const [draft, setDraft] = useState<Draft>(UNTOUCHED);
  const [answered, setAnswered] = useState<Versioned>();
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  // An answer may be here before the stream brings the same row.
  const newest = answered !== undefined && answered.version > row.version ? answered : row;
  const current = pick(newest, fields);
  const clashes = clashesOf(draft, current);

  const save = async (more: Fields = {}): Promise<boolean> => {
    if (isSaving || clashes.length > 0) return false;
    setIsSaving(true);
    setFailure(undefined);
    try {
      let base = newest;
      for (let attempt = 1; ; attempt += 1) {
        const changes = changesOf(draft, pick(base, fields));
        if (Object.keys({ ...changes, ...more }).length === 0) {
          setDraft((now) => saved(now, Object.fromEntries(Object.entries(draft).map(([field, { typed }]) => [field, typed]))));
          return true;
        }
        const answer = await send(base.version, { ...changes, ...more }).catch((error: unknown) => conflictingRow(error));
        if (answer instanceof Conflict) {
          base = answer.theirs;
          setAnswered(base);
          if (clashesOf(draft, pick(base, fields)).length > 0 || attempt === MOST_TRIES) return false;
          continue;
        }
        if (isVersioned(answer)) setAnswered(answer);
        setDraft((now) => saved(now, changes));
        return true;
      }
    } catch (error) {
      setFailure(told(error));
      return false;
    } finally {
      setIsSaving(false);
    }
  };

  return {
    value: (field) => valueOf(draft, current, field),
    type: (field, typed) => setDraft((now) => typeInto(now, current, field, typed)),
    isDirty: Object.keys(changesOf(draft, current)).length > 0,
    clashes,
    keepMine: (field) => setDraft((now) => keepMine(now, current, field)),
    takeTheirs: (field) => setDraft((now) => takeTheirs(now, field)),
    save,
    isSaving,
    failure,
  };
}

class Conflict {
  readonly theirs: Versioned;

  constructor(theirs: Versioned) {
    this.theirs = theirs;
  }
}

/** The row that another one saved meanwhile; throws what is no conflict. */
function conflictingRow(error: unknown): Conflict {
  const theirs = error instanceof ApiProblem && error.code === 'version_conflict' ? error.document['theirs'] : undefined;
  if (isVersioned(theirs)) return new Conflict(theirs);
  throw error;
}

function isVersioned(value: unknown): value is Versioned {
  return isRecord(value) && typeof value['version'] === 'number';
}

function pick(row: Versioned, fields: readonly string[]): Fields {
  return Object.fromEntries(fields.map((field) => [field, asTyped(row[field])]));
}

/** What a field shows of a value. */
function asTyped(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
