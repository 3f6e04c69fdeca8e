import { mergeParts, mergeText, type MergePart } from '@elira/mutations';

/**
 * What somebody has typed over a row that others may change underneath.
 *
 * In: the row as it is now, and what is typed. Out: what to show and what to save. The promise: an untouched field follows the row, a
 * touched field keeps what was typed until it is saved or given up by choice, and in a long text what others write into other paragraphs
 * comes in beside it. What both have changed is told by conflict.ts. Pure.
 */
export type Fields = Readonly<Record<string, string>>;

/** Long text is merged by paragraphs, a line is changed as a whole, and of a few values one is chosen. */
export type FieldKind = 'prose' | 'line' | 'choice';

export type Edit = {
  /** What stood in the field when it was first touched, with what others have changed elsewhere in it since. */
  readonly base: string;
  readonly typed: string;
  /** What was sent last. It may have been taken though nobody answered. */
  readonly sent?: string;
};

export type Draft = Readonly<Record<string, Edit>>;

/** What a draft lies over. */
export type Ground = { readonly row: Fields; readonly kindOf: (field: string) => FieldKind };

export const UNTOUCHED: Draft = {};

/** The draft as it stands on the row as it is now. It is the same again when it is laid on the same row again. */
export function rebase(draft: Draft, { row, kindOf }: Ground): Draft {
  const edits = Object.entries(draft).map(
    ([field, edit]) => [field, rebaseEdit(edit, row[field] ?? '', kindOf(field))] as const,
  );
  return Object.fromEntries(edits.flatMap(([field, edit]) => (edit === undefined ? [] : [[field, edit]])));
}

/** Undefined for one that says what the row says. */
function rebaseEdit(edit: Edit, theirs: string, kind: FieldKind): Edit | undefined {
  const { typed } = edit;
  const base = baseOf(edit, theirs, kind);
  if (typed === theirs) return undefined;
  if (kind !== 'prose' || base === theirs) return { ...edit, base };
  const parts = mergeParts(base, theirs, typed);
  const shown = textOf(parts, (part) => (part.kind === 'clash' ? part.yours : part.text));
  const nearer = textOf(parts, (part) => (part.kind === 'clash' ? part.base : part.theirs));
  return shown === theirs ? undefined : { ...edit, base: nearer, typed: shown };
}

/** Where the row has in it what was sent, that is what was typed over. Space around it is not kept by all fields. */
function baseOf({ base, sent }: Edit, theirs: string, kind: FieldKind): string {
  if (sent === undefined) return base;
  if (theirs === sent || theirs === sent.trim()) return theirs;
  return kind === 'prose' && mergeText(base, theirs, sent) === theirs ? sent : base;
}

function textOf(parts: readonly MergePart[], of: (part: MergePart) => string): string {
  return parts.map(of).join('');
}

/** `typed` is what became of what the draft shows on this row. */
export function typeInto(draft: Draft, ground: Ground, field: string, typed: string): Draft {
  const now = rebase(draft, ground);
  const row = ground.row[field] ?? '';
  return typed === row ? without(now, [field]) : { ...now, [field]: { base: row, ...now[field], typed } };
}

/** What a field of a draft shows that stands on this row, as the two below. */
export function valueOf(draft: Draft, { row }: Ground, field: string): string {
  return draft[field]?.typed ?? row[field] ?? '';
}

/** What there is to save: touched fields that differ from the row. */
export function changesOf(draft: Draft, { row }: Ground): Fields {
  const changed = Object.entries(draft).filter(([field, { typed }]) => typed !== row[field]);
  return Object.fromEntries(changed.map(([field, { typed }]) => [field, typed]));
}

/** Before a save: what of it is on its way. */
export function sending(draft: Draft, sent: Draft): Draft {
  const edits = Object.entries(draft).map(([field, edit]) => {
    const typed = sent[field]?.typed;
    return [field, typed === undefined ? edit : { ...edit, sent: typed }] as const;
  });
  return Object.fromEntries(edits);
}

/** After a save: what was sent is no edit any more, unless more was typed meanwhile, which is then based on what was sent. */
export function saved(draft: Draft, sent: Draft): Draft {
  const left = Object.entries(draft).flatMap(([field, edit]): [string, Edit][] => {
    const was = sent[field];
    if (was === undefined) return [[field, edit]];
    return edit.typed === was.typed ? [] : [[field, edit.base === was.base ? { ...edit, base: was.typed } : edit]];
  });
  return Object.fromEntries(left);
}

function without(draft: Draft, fields: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([field]) => !fields.includes(field)));
}
