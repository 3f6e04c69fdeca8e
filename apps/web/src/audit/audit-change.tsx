import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRow } from '@elira/sync-react';
import type { Row } from '@elira/protocol';
import type { Course } from '../data/tables.ts';
import type { AuditEntry } from './audit-entry.ts';
import { AuditField } from './audit-field.tsx';
import { TEXT } from './text.ts';
import type { NameOf } from './use-names.ts';

export type AuditChangeProps = {
  /** The fields of one thing that one person changed at once; at least one. */
  readonly entries: readonly AuditEntry[];
  readonly nameOf: NameOf;
  /** Whether the page is of many courses, so that each has to be named. */
  readonly namesCourse: boolean;
};

/** Who did what to which thing, and the fields of it with what they were and what they are. */
export function AuditChange({ entries, nameOf, namesCourse }: AuditChangeProps): ReactNode {
  const [first] = entries;
  const course = useRow<Course>('courses', first?.courseId ?? undefined);
  const thing = useThing(first, nameOf);
  if (first === undefined) return null;
  const { changedBy, changedByName, changedAt, entityType, courseId } = first;
  const who = changedBy === null ? TEXT.directly : (nameOf(changedBy) ?? changedByName ?? TEXT.somebody);
  const fields = entries.filter(({ fieldName }) => fieldName !== '*');
  const time = new Date(changedAt);
  return (
    <article className="rounded-xl border border-line bg-surface px-4 py-3 sm:px-5 sm:py-4">
      <h3 className="text-[0.9375rem] leading-relaxed break-words">
        <span className="font-semibold">{who}</span> <span className="text-soft">{didWhat(entries)}</span>{' '}
        <span className="font-semibold">{thing}</span>
        {namesCourse && course !== undefined && courseId !== null && entityType !== 'course' && (
          <span className="text-soft">
            {' '}
            {TEXT.in}{' '}
            <Link to="/author/courses/$courseId" params={{ courseId }} className="text-ink hover:text-accent">
              {course.title}
            </Link>
          </span>
        )}
      </h3>
      <time dateTime={changedAt} className="text-sm text-faint tabular-nums" title={time.toLocaleString()}>
        {time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}
      </time>
      {fields.length > 0 && (
        <dl className="mt-2 flex flex-col gap-2">
          {fields.map((entry) => (
            <AuditField key={entry.id} entry={entry} nameOf={nameOf} />
          ))}
        </dl>
      )}
    </article>
  );
}

/** Pure. */
function didWhat(entries: readonly AuditEntry[]): string {
  const { did } = TEXT;
  const entityType = entries[0]?.entityType ?? '';
  const thing = TEXT.things[entityType] ?? entityType;
  const whole = entries.find(({ fieldName }) => fieldName === '*');
  if (whole === undefined) return `${did.changed} ${thing}`;
  if (whole.entityId === '*') return `${did.emptied} ${(TEXT.kinds[entityType] ?? entityType).toLocaleLowerCase()}`;
  if (whole.newValue === null) return `${did.removed} ${thing}`;
  if (entityType === 'enrollment') return did.enrolled;
  return `${entityType === 'grade' ? did.gave : did.added} ${thing}`;
}

/** Where the rows of each kind are, and which column names them. */
const NAMED: Readonly<Record<string, readonly [table: string, column: string]>> = {
  course: ['courses', 'title'],
  module: ['modules', 'title'],
  lesson: ['lessons', 'title'],
  quiz: ['quizzes', 'title'],
  question: ['questions', 'prompt'],
  option: ['options', 'label'],
  announcement: ['announcements', 'title'],
};
const PEOPLE: ReadonlySet<string> = new Set(['user', 'author', 'enrollment']);
/** Characters of a name, where it is a whole question. */
const NAME_LENGTH = 80;

/** What a changed thing is called: now, or when it was made or deleted. */
function useThing(entry: AuditEntry | undefined, nameOf: NameOf): string {
  const [table = 'courses', column = ''] = NAMED[entry?.entityType ?? ''] ?? [];
  const row = useRow<Row>(table, column === '' ? undefined : entry?.entityId);
  if (entry === undefined) return '';
  const { entityType, entityId, entityName, fieldName, oldValue, newValue } = entry;
  if (PEOPLE.has(entityType)) return nameOf(entityId) ?? entityName ?? TEXT.somebody;
  const name = row?.[column];
  const told = fieldName === '*' && column !== '' ? (newValue ?? oldValue) : undefined;
  const found = typeof name === 'string' && name !== '' ? name : told;
  if (typeof found === 'string') return `“${found.length > NAME_LENGTH ? `${found.slice(0, NAME_LENGTH)}…` : found}”`;
  return entityId === '*' || column === '' ? '' : TEXT.gone;
}
