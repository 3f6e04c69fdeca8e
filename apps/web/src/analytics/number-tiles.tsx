import type { ReactNode } from 'react';
import type { CourseNumbers } from './course-numbers.ts';
import { TEXT } from './text.ts';

/** The numbers of all courses together. */
export function NumberTiles({ numbers }: { readonly numbers: CourseNumbers }): ReactNode {
  const tiles: readonly (readonly [label: string, value: string, hint?: string])[] = [
    [TEXT.learners, String(numbers.learners)],
    [TEXT.active, String(numbers.active), TEXT.activeHint],
    [TEXT.completionRate, TEXT.percent(numbers.completionRate)],
    [TEXT.averageProgress, TEXT.percent(numbers.averageProgress)],
    [TEXT.averageScore, TEXT.percent(numbers.averageScore)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      {tiles.map(([label, value, hint]) => (
        <div key={label} className="flex flex-col rounded-2xl border border-line bg-surface px-5 py-4">
          <dt className="text-sm font-medium text-soft">
            {label}
            {hint !== undefined && <span className="block text-xs font-normal text-faint">{hint}</span>}
          </dt>
          <dd className="mt-auto pt-1 text-3xl font-bold tracking-[-0.02em] tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
