import type { ReactNode } from 'react';
import { Badge, type BadgeTone } from '../design/badge.tsx';
import { DiffLines } from './diff-lines.tsx';
import { lineDiff } from './line-diff.ts';
import type { Difference } from './read-versions.ts';
import { TEXT } from './text.ts';

const TONES: Readonly<Record<Difference['change'], BadgeTone>> = { added: 'good', removed: 'danger', changed: 'warn' };
/** Fields that are texts of several lines, and those that say only where something stands. */
const TEXTS = new Set(['description', 'content', 'instructions', 'prompt', 'explanation', 'label', 'title']);
const PLACES = new Set(['position', 'moduleId', 'quizId', 'questionId']);

/** One row of a course: what became of it, field by field. */
export function DifferenceCard({ difference }: { readonly difference: Difference }): ReactNode {
  const { entityType, change, name, fields } = difference;
  const shown = Object.entries(fields).filter(([field]) => change === 'changed' || !PLACES.has(field));
  return (
    <section className="rounded-xl border border-line bg-surface p-4 sm:p-5">
      <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={TONES[change]}>{TEXT.change[change]}</Badge>
        <span className="text-sm text-faint">{TEXT.entity[entityType]}</span>
        <span className="min-w-0 font-semibold break-words">{name}</span>
      </h3>
      <dl className="mt-3 flex flex-col gap-3">
        {shown.map(([field, { from, to }]) => (
          <div key={field}>
            <dt className="mb-1 text-sm font-medium text-soft">{nameOf(field)}</dt>
            <dd>
              {TEXTS.has(field) ? (
                <DiffLines lines={lineDiff(textOf(from), textOf(to))} />
              ) : PLACES.has(field) ? (
                TEXT.value.moved
              ) : (
                <p className="break-words">
                  <del className="text-danger no-underline">
                    <span className="sr-only">{TEXT.before}: </span>
                    {wordOf(from)}
                  </del>
                  {' → '}
                  <ins className="text-accent-strong no-underline">
                    <span className="sr-only">{TEXT.after}: </span>
                    {wordOf(to)}
                  </ins>
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function nameOf(field: string): string {
  const names: Readonly<Record<string, string>> = TEXT.field;
  return names[field] ?? field;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return TEXT.value.none;
  if (typeof value === 'boolean') return value ? TEXT.value.yes : TEXT.value.no;
  const words: Readonly<Record<string, string>> = TEXT.value;
  return typeof value === 'string' ? (words[value] ?? value) : typeof value === 'number' ? String(value) : '';
}
