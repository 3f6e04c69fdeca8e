import type { ReactNode } from 'react';
import { Card } from '../design/surface.tsx';
import type { QuizResult } from './quiz-result.ts';
import { TEXT } from './text.ts';

/** What counts, and where it comes from. */
export function ResultNotice({ result: { percent, from } }: { readonly result: QuizResult }): ReactNode {
  return (
    <Card className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <p role="status" className="flex items-baseline gap-3">
        <span className="text-sm font-medium text-soft">{TEXT.result.title}</span>
        <span className="text-3xl font-bold tracking-[-0.02em]">{TEXT.result.percent(percent)}</span>
      </p>
      <div className="text-[0.9375rem] text-soft">
        <p>{from.kind === 'staff' ? TEXT.result.staff : TEXT.result.best(from.count)}</p>
        {from.kind === 'staff' && from.grade.reason !== null && <p>{TEXT.attempt.reason(from.grade.reason)}</p>}
      </div>
    </Card>
  );
}
