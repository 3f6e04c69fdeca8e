import { placeRows } from './place-rows.ts';
import { ROW_KINDS, valueHash, type RowKind, type Value, type WantedRow } from './wanted-rows.ts';

/** A row of the course as it is now. */
export type PresentRow = {
  readonly kind: RowKind;
  readonly id: string;
  readonly fields: Readonly<Record<string, Value>>;
  /** Empty for the course. */
  readonly position: string;
  readonly isDeleted: boolean;
};

/** What the last import wrote. */
export type RememberedRow = {
  readonly kind: RowKind;
  readonly id: string;
  readonly path: string;
  readonly place: number;
  /** Hashes by field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly isRemoved: boolean;
};

export type WrittenRow = {
  readonly kind: RowKind;
  readonly id: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly position: string;
};

export type Reconciled = {
  readonly made: readonly WrittenRow[];
  readonly changed: readonly WrittenRow[];
  readonly removed: readonly { readonly kind: RowKind; readonly id: string }[];
  readonly same: number;
  /** To be remembered for next time. */
  readonly remembered: readonly RememberedRow[];
  /** What was changed here and in the folder, and stays as it is here. */
  readonly clashes: readonly { readonly path: string; readonly reason: string }[];
};

/**
 * What an import has to write.
 *
 * In: the rows that the folder wants, those there are, and what the last import wrote. Out: rows to make, change and mark as deleted. The
 * promise: a field is written only where the folder changed it, and where the authors changed it too, theirs stays unless `overwrite`.
 * Rows that no import made are not touched. Pure.
 */
export function reconcile(
  wanted: readonly WantedRow[],
  present: readonly PresentRow[],
  remembered: readonly RememberedRow[],
  overwrite: boolean,
): Reconciled {
  const rows = new Map(present.map((row) => [row.id, row]));
  const before = new Map(remembered.map((row) => [row.id, row]));
  const decided = wanted.map((want) => decide(want, rows.get(want.id), before.get(want.id), overwrite));
  const positions = placedAmongAll(decided, present, before);
  const isNew = ({ want }: Decided): boolean => !rows.has(want.id);
  const written = decided.map((one) => ({
    isNew: isNew(one),
    isChanged: one.isChanged || positions.has(one.want.id),
    row: {
      kind: one.want.kind,
      id: one.want.id,
      fields: one.fields,
      position: positions.get(one.want.id) ?? rows.get(one.want.id)?.position ?? '',
    },
  }));
  const ids = new Set(wanted.map(({ id }) => id));
  const gone = remembered.filter(({ id }) => !ids.has(id));
  return {
    made: written.filter((one) => one.isNew).map(({ row }) => row),
    changed: written.filter((one) => !one.isNew && one.isChanged).map(({ row }) => row),
    removed: gone.filter(({ id }) => rows.get(id)?.isDeleted === false).map(({ kind, id }) => ({ kind, id })),
    same: written.filter((one) => !one.isNew && !one.isChanged).length,
    remembered: [...decided.map(({ memory }) => memory), ...gone.map((row) => ({ ...row, isRemoved: true }))],
    clashes: decided.flatMap(({ want, clash }) => (clash === undefined ? [] : [{ path: want.path, reason: clash }])),
  };
}

type Decided = {
  readonly want: WantedRow;
  readonly fields: Readonly<Record<string, Value>>;
  readonly isChanged: boolean;
  readonly memory: RememberedRow;
  readonly clash: string | undefined;
};

function decide(want: WantedRow, row: PresentRow | undefined, before: RememberedRow | undefined, overwrite: boolean): Decided {
  const { kind, id, path, place } = want;
  const hashes = Object.fromEntries(Object.entries(want.fields).map(([name, value]) => [name, valueHash(value)]));
  const memory = { kind, id, path, place, fields: hashes, isRemoved: false };
  if (row === undefined) return { want, fields: want.fields, isChanged: true, memory, clash: undefined };
  if (row.isDeleted && before?.isRemoved !== true && !overwrite) {
    const clash = 'was deleted in Elira, and stays so; --overwrite brings it back';
    return {
      want,
      fields: row.fields,
      isChanged: false,
      memory: before === undefined ? memory : { ...before, path, place },
      clash,
    };
  }
  const fields: Record<string, Value> = { ...row.fields };
  const kept: string[] = [];
  let isChanged = row.isDeleted;
  for (const [name, value] of Object.entries(want.fields)) {
    const now = row.fields[name];
    if (now === value) continue;
    const base = before?.fields[name];
    if (base === hashes[name] && !overwrite) continue;
    if (!overwrite && (now === undefined || base !== valueHash(now))) {
      kept.push(name);
      if (base !== undefined) hashes[name] = base;
      continue;
    }
    fields[name] = value;
    isChanged = true;
  }
  const clash =
    kept.length === 0
      ? undefined
      : `its ${kept.join(' and ')} was changed in Elira as well, and stays so; --overwrite takes the folder's`;
  return { want, fields, isChanged, memory, clash };
}

/** New positions by id, of rows that need one. */
function placedAmongAll(
  decided: readonly Decided[],
  present: readonly PresentRow[],
  before: ReadonlyMap<string, RememberedRow>,
): ReadonlyMap<string, string> {
  const positions = new Map<string, string>();
  for (const kind of ROW_KINDS.filter((one) => one !== 'course')) {
    const groups = new Map<Value, { siblings: Decided[]; present: Map<string, string> }>();
    const groupOf = (parent: Value): { siblings: Decided[]; present: Map<string, string> } => {
      const group = groups.get(parent) ?? { siblings: [], present: new Map<string, string>() };
      groups.set(parent, group);
      return group;
    };
    for (const row of present) if (row.kind === kind) groupOf(parentOf(row)).present.set(row.id, row.position);
    for (const one of decided) if (one.want.kind === kind) groupOf(parentOf({ kind, fields: one.fields })).siblings.push(one);
    for (const { siblings, present: there } of groups.values()) {
      const listed = siblings.map(({ want }) => ({ id: want.id, before: before.get(want.id)?.place }));
      for (const [id, position] of placeRows(listed, there)) positions.set(id, position);
    }
  }
  return positions;
}

function parentOf({ kind, fields }: Pick<PresentRow, 'kind' | 'fields'>): Value {
  switch (kind) {
    case 'course':
    case 'module':
      return '';
    case 'lesson':
    case 'quiz':
      return fields['moduleId'] ?? '';
    case 'question':
      return fields['quizId'] ?? '';
    case 'option':
      return fields['questionId'] ?? '';
  }
}
