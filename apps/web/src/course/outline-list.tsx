import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Outline } from '../data/tables.ts';
import { Badge } from '../design/badge.tsx';
import { classes } from '../design/classes.ts';
import { CheckIcon } from '../design/icons.tsx';
import { TEXT } from './text.ts';

export type OutlineListProps = {
  readonly courseId: string;
  readonly outline: Outline | null | undefined;
  /** Whether lessons can be opened. */
  readonly isOpen: boolean;
  readonly isDone: (lessonId: string) => boolean;
  /** The lesson or quiz that is being read. */
  readonly current?: string;
};

const ROW = 'flex min-h-11 items-center gap-3 rounded-lg px-3 py-2 text-[0.9375rem]';
const LINK = classes(
  ROW,
  'no-underline transition-colors hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium',
);

/** The parts of a course in their order. */
export function OutlineList({ courseId, outline, isOpen, isDone, current }: OutlineListProps): ReactNode {
  if (outline === null || outline === undefined || outline.length === 0)
    return <p className="text-soft">{TEXT.emptyOutline}</p>;
  return (
    <ol className="flex flex-col gap-6">
      {outline.map((module, index) => (
        <li key={module.id}>
          <h3 className="mb-1.5 flex items-baseline gap-2.5 px-3 font-semibold">
            <span className="text-sm font-medium tabular-nums text-faint">{index + 1}</span>
            {module.title}
          </h3>
          {module.lessons.length + module.quizzes.length === 0 && (
            <p className={classes(ROW, 'text-faint')}>{TEXT.emptyModule}</p>
          )}
          <ol>
            {module.lessons.map(({ id, title }) => (
              <li key={id}>
                {isOpen ? (
                  <Link
                    to="/courses/$courseId/lessons/$lessonId"
                    params={{ courseId, lessonId: id }}
                    className={LINK}
                    aria-current={current === id ? 'page' : undefined}
                  >
                    <Mark done={isDone(id)} />
                    <span className="min-w-0">{title}</span>
                  </Link>
                ) : (
                  <span className={classes(ROW, 'text-soft')}>
                    <Mark done={false} />
                    <span className="min-w-0">{title}</span>
                  </span>
                )}
              </li>
            ))}
            {module.quizzes.map(({ id, title }) => (
              <li key={id}>
                {isOpen ? (
                  <Link
                    to="/courses/$courseId/quizzes/$quizId"
                    params={{ courseId, quizId: id }}
                    className={LINK}
                    aria-current={current === id ? 'page' : undefined}
                  >
                    <Mark done={false} />
                    <span className="min-w-0">{title}</span>
                    <Badge>{TEXT.quiz}</Badge>
                  </Link>
                ) : (
                  <span className={classes(ROW, 'text-soft')}>
                    <Mark done={false} />
                    <span className="min-w-0">{title}</span>
                    <Badge>{TEXT.quiz}</Badge>
                  </span>
                )}
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function Mark({ done }: { readonly done: boolean }): ReactNode {
  return (
    <span
      className={classes(
        'grid size-5 shrink-0 place-items-center rounded-full border',
        done ? 'border-accent bg-accent text-on-accent [&_svg]:size-3.5' : 'border-line-strong/70',
      )}
    >
      {done && (
        <>
          <CheckIcon />
          <span className="sr-only">{TEXT.done}: </span>
        </>
      )}
    </span>
  );
}
