/**
 * What somebody has typed over a row that others may change underneath.
 *
 * In: the row as it is now, and what is typed. Out: what to show, what to save, and what two people have changed at once. The promise:
 * an untouched field follows the row, a touched field keeps what was typed until it is saved or given up by choice. Pure.
 */
export type Fields = Readonly<Record<string, string>>;

export type Edit = {
  /** What stood in the field when it was first touched. */
  readonly base: string;
  readonly typed: string;
};

export type Draft = Readonly<Record<string, Edit>>;

export type Clash = Edit & { readonly field: string; /** What somebody else has saved meanwhile. */ readonly theirs: string };

export const UNTOUCHED: Draft = {};

export function typeInto(draft: Draft, row: Fields, field: string, typed: string): Draft {
  const now = row[field] ?? '';
  const base = draft[field]?.base ?? now;
  return typed === now && base === now ? without(draft, [field]) : { ...draft, [field]: { base, typed } };
}

export function valueOf(draft: Draft, row: Fields, field: string): string {
  return draft[field]?.typed ?? row[field] ?? '';
}

/** What there is to save: touched fields that differ from the row. */
export function changesOf(draft: Draft, row: Fields): Fields {
  const changed = Object.entries(draft).filter(([field, { typed }]) => typed !== row[field]);
  return Object.fromEntries(changed.map(([field, { typed }]) => [field, typed]));
}

/** Fields that were changed here and elsewhere, to different texts. */
export function clashesOf(draft: Draft, row: Fields): readonly Clash[] {
  return Object.entries(draft)
    .map(([field, edit]): Clash => ({ field, ...edit, theirs: row[field] ?? '' }))
    .filter(({ base, typed, theirs }) => theirs !== base && theirs !== typed);
}

/** The choice for what was typed here: it is now based on what the other one saved. */
export function keepMine(draft: Draft, row: Fields, field: string): Draft {
  const edit = draft[field];
  return edit === undefined ? draft : { ...draft, [field]: { base: row[field] ?? '', typed: edit.typed } };
}

export function takeTheirs(draft: Draft, field: string): Draft {
  return without(draft, [field]);
}

/** After a save: what was sent is no edit any more, unless more was typed meanwhile, which is then based on what was sent. */
export function saved(draft: Draft, sent: Fields): Draft {
  const left = Object.entries(draft).filter(([field, { typed }]) => typed !== sent[field]);
  return Object.fromEntries(left.map(([field, { base, typed }]) => [field, { base: sent[field] ?? base, typed }]));
}

function without(draft: Draft, fields: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([field]) => !fields.includes(field)));
}
