import type { Resolved, Save } from '@elira/mutations';
import { ApiProblem } from '../data/problem.ts';
import { isRecord } from '../data/request.ts';
import { clashesOf } from './conflict.ts';
import { changesOf, rebase, type Draft, type Fields, type Ground } from './draft.ts';
import { groundOf, saveOf, type DraftForm, type VersionedRow } from './draft-fields.ts';
import { TEXT } from './text.ts';

export type Sending = {
  readonly form: DraftForm<string>;
  /** The newest row that is known, */
  readonly row: VersionedRow;
  /** and what is typed over it. */
  readonly draft: Draft;
  /** What is no field of the row. */
  readonly more: Fields;
  readonly resolved: Resolved;
};

export type SendingSteps = {
  readonly post: (save: Save) => Promise<unknown>;
  /** Just before something is sent: the draft as it is then. */
  readonly leaving: (sent: Draft, ground: Ground) => void;
  /** The row as the server has it, which the stream may not have brought yet. */
  readonly answered: (row: VersionedRow) => void;
};

/** `sent`: what is saved now. */
export type Sent = { readonly kind: 'saved'; readonly sent: Draft } | { readonly kind: 'clash'; readonly row: VersionedRow };

/** Saves in turn that meet others' before giving up. */
const MOST_TRIES = 5;

/**
 * Sends what is typed; where the server knows of another save, again on top of that, as long as it leaves alone what is typed here. What two
 * have changed is not sent. Throws `ApiProblem`.
 */
export async function sendDraft({ form, row, draft, more, resolved }: Sending, steps: SendingSteps): Promise<Sent> {
  let at = row;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const ground = groundOf(form, at);
    const sent = rebase(draft, ground);
    if (clashesOf(sent, ground).length > 0) return { kind: 'clash', row: at };
    const changes = changesOf(sent, ground);
    if (Object.keys({ ...changes, ...more }).length === 0) return { kind: 'saved', sent };
    steps.leaving(sent, ground);
    const answer = await steps.post(saveOf(form, at, changes, { more, resolved })).catch(conflictingRow);
    if (!(answer instanceof Conflict)) {
      if (isVersioned(answer)) steps.answered(answer);
      return { kind: 'saved', sent };
    }
    at = answer.theirs;
    steps.answered(at);
  }
  throw new ApiProblem(409, 'version_conflict', TEXT.busy);
}

class Conflict {
  readonly theirs: VersionedRow;

  constructor(theirs: VersionedRow) {
    this.theirs = theirs;
  }
}

/** The row that another one saved meanwhile; throws what is no conflict. */
function conflictingRow(error: unknown): Conflict {
  const theirs = error instanceof ApiProblem && error.code === 'version_conflict' ? error.document['theirs'] : undefined;
  if (isVersioned(theirs)) return new Conflict(theirs);
  throw error;
}

function isVersioned(value: unknown): value is VersionedRow {
  return isRecord(value) && typeof value['version'] === 'number' && typeof value['id'] === 'string';
}
