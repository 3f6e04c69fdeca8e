import { useMemo, useState } from 'react';
import type { Resolved } from '@elira/mutations';
import { told } from '../data/problem.ts';
import { writes } from '../data/writes.ts';
import { clashesOf, settled, waysByField, type Clash, type Decision, type Decisions } from './conflict.ts';
import { changesOf, rebase, saved, sending, typeInto, valueOf, type Draft, type Fields } from './draft.ts';
import { groundOf, type DraftField, type DraftForm, type VersionedRow } from './draft-fields.ts';
import { sendDraft } from './send-draft.ts';
import { useUnsaved } from './use-unsaved.ts';
import { whoChanged, type Changers } from './who-changed.ts';

export type FormState<F extends string> = AnyForm & {
  readonly value: (field: F) => string;
  readonly type: (field: F, typed: string) => void;
};

/** A form, whatever its fields are. */
export type AnyForm = {
  readonly row: VersionedRow;
  readonly fields: Readonly<Record<string, DraftField>>;
  readonly isDirty: boolean;
  /** Resolves to whether everything is saved. Never rejects: `failure` says what went wrong, and nothing typed is lost. */
  readonly save: (more?: Fields) => Promise<boolean>;
  /** Gives up what is typed. */
  readonly discard: () => void;
  readonly isSaving: boolean;
  readonly failure: string | undefined;
  readonly conflict: ConflictState;
};

/** What two have changed at once, and the dialog in which one of them decides. */
export type ConflictState = {
  readonly clashes: readonly Clash[];
  /** Who has changed a field, where this page knows. */
  readonly changedBy: (field: string) => string | undefined;
  readonly decisions: Decisions;
  readonly decide: (clash: Clash, decision: Decision) => void;
  /** While it is open, the form stands still on the row that is compared with. `toSave`: a save had met the conflict. */
  readonly dialog: { readonly toSave: boolean } | undefined;
  readonly open: () => void;
  /** What was decided so far is there when it is opened again. */
  readonly cancel: () => void;
  /** Once everything is decided: the form takes it, and is saved where a save had asked. */
  readonly settle: () => void;
};

type Asking = { readonly row: VersionedRow; readonly toSave: boolean; readonly more: Fields };

/**
 * A form over a row of the store. What others save meanwhile comes in where it leaves alone what is typed here. `save` sends the version it
 * is based on and the changed fields with what they were; where two have changed the same, whether this page or the server finds it, a
 * dialog is opened and nothing is sent. `form` is the same object each time.
 */
export function useDraft<F extends string>(row: VersionedRow, form: DraftForm<F>): FormState<F> {
  const { table, fields } = form;
  const { unsaved, change, discard } = useUnsaved(`${table.table}/${row.id}/${Object.keys(fields).join('+')}`);
  const [answered, setAnswered] = useState<VersionedRow>();
  const [asking, setAsking] = useState<Asking>();
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  // An answer may be here before the stream brings the same row.
  const newest = answered !== undefined && answered.version > row.version ? answered : row;
  const current = asking?.row ?? newest;
  const changers = useChangers(newest, fields);
  const ground = useMemo(() => groundOf(form, current), [form, current]);
  const draft = useMemo(() => rebase(unsaved.draft, ground), [unsaved.draft, ground]);
  const clashes = useMemo(() => clashesOf(draft, ground), [draft, ground]);
  if (asking !== undefined && clashes.length === 0) setAsking(undefined);
  const changeDraft = (next: (now: Draft) => Draft): void => change((now) => ({ ...now, draft: next(now.draft) }));

  const save = async (typed: Draft, resolved: Resolved, more: Fields): Promise<boolean> => {
    if (isSaving) return false;
    setIsSaving(true);
    setFailure(undefined);
    try {
      const outcome = await sendDraft(
        { form, row: newest, draft: typed, more, resolved },
        {
          post: (body) => writes.save(table.table, row.id, body),
          leaving: (sent, here) => changeDraft((now) => sending(rebase(now, here), sent)),
          answered: setAnswered,
        },
      );
      if (outcome.kind === 'saved') change((now) => ({ draft: saved(now.draft, outcome.sent), decisions: {}, resolved: {} }));
      else setAsking({ row: outcome.row, toSave: true, more });
      return outcome.kind === 'saved';
    } catch (error) {
      setFailure(told(error));
      return false;
    } finally {
      setIsSaving(false);
    }
  };
  const settle = (): void => {
    const resolved = { ...unsaved.resolved, ...waysByField(clashes, unsaved.decisions) };
    const next = settled(draft, ground, unsaved.decisions);
    change(() => ({ draft: next, decisions: {}, resolved }));
    setAsking(undefined);
    if (asking?.toSave === true) void save(next, resolved, asking.more);
  };

  return {
    row: current,
    fields,
    value: (field) => valueOf(draft, ground, field),
    type: (field, typed) => changeDraft((now) => typeInto(now, ground, field, typed)),
    isDirty: Object.keys(changesOf(draft, ground)).length > 0,
    save: (more = {}) => save(draft, unsaved.resolved, more),
    discard,
    isSaving,
    failure,
    conflict: {
      clashes,
      changedBy: (field) => changers[field] ?? (typeof current['modifiedBy'] === 'string' ? current['modifiedBy'] : undefined),
      decisions: unsaved.decisions,
      decide: ({ key }, decision) => change((now) => ({ ...now, decisions: { ...now.decisions, [key]: decision } })),
      dialog: asking,
      open: () => setAsking({ row: newest, toSave: false, more: {} }),
      cancel: () => setAsking(undefined),
      settle,
    },
  };
}

/** Remembers who changed what while the page was looking. */
function useChangers(row: VersionedRow, fields: Readonly<Record<string, DraftField>>): Changers {
  const [seen, setSeen] = useState<{ readonly row: VersionedRow; readonly changers: Changers }>({ row, changers: {} });
  if (seen.row === row) return seen.changers;
  const changers = whoChanged(seen.changers, seen.row, row, Object.keys(fields));
  setSeen({ row, changers });
  return changers;
}
