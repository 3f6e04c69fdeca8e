import type { ReactNode } from 'react';
import { useSyncClient } from '@elira/sync-react';
import { DiffLines } from '../versions/diff-lines.tsx';
import { lineDiff } from '../versions/line-diff.ts';
import type { AuditEntry } from './audit-entry.ts';
import { TEXT } from './text.ts';
import type { NameOf } from './use-names.ts';

/** Texts that are compared by lines as soon as they are longer than a line. */
const LINE_LENGTH = 80;
/** Lines of a difference that are shown without asking. */
const FEW_LINES = 12;
/** Fields that only say where something stands. */
const PLACES = new Set(['position', 'question_id']);

/** One field: what it was and what it is. */
export function AuditField({ entry, nameOf }: { readonly entry: AuditEntry; readonly nameOf: NameOf }): ReactNode {
  const { fieldName, textOffset, cut } = entry;
  return (
    <div>
      <dt className="text-sm font-medium text-soft">
        {TEXT.fields[fieldName] ?? fieldName}
        {textOffset !== null && <span className="font-normal text-faint"> · {TEXT.fromCharacter(textOffset)}</span>}
      </dt>
      <dd className="mt-0.5 text-[0.9375rem]">
        <Value entry={entry} nameOf={nameOf} />
        {cut && <p className="mt-1 text-sm text-faint">{TEXT.cut}</p>}
      </dd>
    </div>
  );
}

function Value({ entry, nameOf }: { readonly entry: AuditEntry; readonly nameOf: NameOf }): ReactNode {
  const client = useSyncClient();
  const { fieldName, oldValue, newValue, textOffset } = entry;
  if (PLACES.has(fieldName)) return TEXT.moved;
  if (fieldName === 'completed') return recorded(newValue);
  if (fieldName === 'publications') return TEXT.published(newValue ?? '0');
  if (textOffset !== null || [oldValue, newValue].some(isLong)) return <LongText from={oldValue ?? ''} to={newValue ?? ''} />;
  const titleOf = (table: string, id: string): string | undefined => {
    const title = client.table(table).get(id)?.['title'];
    return typeof title === 'string' ? title : undefined;
  };
  const word = (value: string | null): string => {
    if (value === null || value === '') return TEXT.nothing;
    if (fieldName === 'user_id') return nameOf(value) ?? value;
    if (fieldName === 'module_id') return titleOf('modules', value) ?? TEXT.gone;
    if (fieldName === 'quiz_id') return titleOf('quizzes', value) ?? TEXT.gone;
    if (fieldName === 'percent') return `${value} %`;
    if (fieldName === 'deleted_at' || fieldName === 'ban_expires') return new Date(value).toLocaleString();
    return TEXTS.has(fieldName) ? value : (TEXT.words[value] ?? value);
  };
  if (fieldName === 'deleted_at') return newValue === null ? TEXT.words['false'] : TEXT.words['true'];
  return (
    <p className="break-words">
      {oldValue !== null && (
        <>
          <del className="text-danger no-underline">
            <span className="sr-only">{TEXT.from}: </span>
            {word(oldValue)}
          </del>
          {' → '}
        </>
      )}
      <ins className="text-accent-strong no-underline">
        <span className="sr-only">{TEXT.to}: </span>
        {word(newValue)}
      </ins>
    </p>
  );
}

/** Fields whose values are what somebody wrote, never a word of ours. */
const TEXTS = new Set([
  'title',
  'description',
  'content',
  'instructions',
  'prompt',
  'explanation',
  'label',
  'body',
  'reason',
  'points',
  'max_points',
]);

function LongText({ from, to }: { readonly from: string; readonly to: string }): ReactNode {
  const lines = lineDiff(from, to);
  if (lines.length <= FEW_LINES) return <DiffLines lines={lines} />;
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-lg py-1 font-medium text-soft hover:text-ink">{TEXT.long}</summary>
      <DiffLines lines={lines} />
    </details>
  );
}

function isLong(value: string | null): boolean {
  return value !== null && (value.includes('\n') || value.length > LINE_LENGTH);
}

/** Pure. What staff recorded for a learner: `{lessonIds, reason}`, as text. */
function recorded(value: string | null): string {
  try {
    const { lessonIds, reason } = JSON.parse(value ?? '') as { lessonIds: unknown; reason: unknown };
    const count = Array.isArray(lessonIds) ? lessonIds.length : 0;
    return TEXT.lessons(count) + (typeof reason === 'string' && reason !== '' ? TEXT.because(reason) : '');
  } catch {
    return value ?? '';
  }
}
