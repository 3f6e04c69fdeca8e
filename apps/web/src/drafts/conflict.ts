import { mergeParts, type ClashPart, type MergePart, type Resolved, type Way } from '@elira/mutations';
import { rebase, type Draft, type FieldKind, type Ground } from './draft.ts';

/**
 * What two have changed at once, and what becomes of it.
 *
 * In: a draft on the row as it is now, and what its author decides of each clash. Out: the draft that holds what was decided. The
 * promise: nothing is decided for its author, and until everything is, both texts are there. Pure.
 */
export type Clash = {
  /** The same while its base is the same: what was decided of it stays with it. */
  readonly key: string;
  readonly field: string;
  readonly kind: FieldKind;
  readonly base: string;
  readonly theirs: string;
  readonly yours: string;
};

/** `text`: what its author wrote instead, under 'own'. */
export type Decision = { readonly way: Way; readonly text?: string };

/** By the key of the clash. */
export type Decisions = Readonly<Record<string, Decision>>;

export function clashesOf(draft: Draft, ground: Ground): readonly Clash[] {
  // As the form shows them.
  return Object.keys(ground.row).flatMap((field) => {
    const kind = ground.kindOf(field);
    return partsOf(draft, ground, field)
      .filter(isClash)
      .map(({ base, theirs, yours }, index, clashes): Clash => {
        const before = clashes.slice(0, index).filter((one) => one.base === base).length;
        return { key: `${field} ${before} ${base}`, field, kind, base: bare(base), theirs: bare(theirs), yours: bare(yours) };
      });
  });
}

/** The ways that there are: both together only where there are two texts. */
export function waysOf({ kind, theirs, yours }: Clash): readonly Way[] {
  if (kind === 'choice') return ['mine', 'theirs'];
  return kind === 'prose' && theirs !== '' && yours !== '' ? ['mine', 'theirs', 'both', 'own'] : ['mine', 'theirs', 'own'];
}

/** What a clash becomes by a decision. */
export function outcomeOf({ theirs, yours }: Clash, { way, text }: Decision): string {
  switch (way) {
    case 'mine':
      return yours;
    case 'theirs':
      return theirs;
    case 'both':
      return `${theirs}\n\n${yours}`;
    case 'own':
      return text ?? yours;
  }
}

/** The draft in which every clash is decided: it now stands on what the other one saved. A clash without a decision stays as it is. */
export function settled(draft: Draft, ground: Ground, decisions: Decisions): Draft {
  const clashes = clashesOf(draft, ground);
  const open = new Set(clashes.filter(({ key }) => decisions[key] === undefined).map(({ field }) => field));
  const fields = [...new Set(clashes.map(({ field }) => field))].filter((field) => !open.has(field));
  const edits = fields.map((field) => {
    const own = clashes.filter((clash) => clash.field === field);
    const texts = own.map((clash) => ({
      text: outcomeOf(clash, decisions[clash.key] ?? MINE),
      way: decisions[clash.key]?.way ?? 'mine',
    }));
    return [field, { base: ground.row[field] ?? '', typed: pieced(partsOf(draft, ground, field), texts) }] as const;
  });
  return rebase({ ...draft, ...Object.fromEntries(edits) }, ground);
}

const MINE: Decision = { way: 'mine' };

/** By field, how its clashes were decided, for those who read later what happened. */
export function waysByField(clashes: readonly Clash[], decisions: Decisions): Resolved {
  const ways: Record<string, Way[]> = {};
  for (const { key, field } of clashes) ways[field] = [...(ways[field] ?? []), decisions[key]?.way ?? 'mine'];
  return ways;
}

function partsOf(draft: Draft, { row, kindOf }: Ground, field: string): readonly MergePart[] {
  const edit = draft[field];
  const theirs = row[field] ?? '';
  if (edit === undefined || edit.base === theirs || edit.typed === theirs) return [];
  if (kindOf(field) === 'prose') return mergeParts(edit.base, theirs, edit.typed);
  return [{ kind: 'clash', base: edit.base, theirs, yours: edit.typed }];
}

function isClash(part: MergePart): part is ClashPart {
  return part.kind === 'clash';
}

/** Without the line ends that only part it from what follows. */
function bare(text: string): string {
  return text.replace(/^\n+|\n+$/g, '');
}

/** The text with an outcome in the place of each clash. */
function pieced(parts: readonly MergePart[], outcomes: readonly { readonly text: string; readonly way: Way }[]): string {
  const left = [...outcomes];
  const pieces = parts.map((part) => {
    if (part.kind === 'agreed') return part.text;
    const outcome = left.shift();
    return outcome === undefined ? part.yours : ended(part, outcome.text, outcome.way);
  });
  return pieces.join('');
}

/** With the line ends of the text that it stands for. */
function ended({ yours, theirs }: ClashPart, text: string, way: Way): string {
  const model = way === 'theirs' || yours === '' ? theirs : yours;
  return text === '' ? '' : `${/^\n*/.exec(model)?.[0] ?? ''}${bare(text)}${/\n*$/.exec(model)?.[0] ?? ''}`;
}
