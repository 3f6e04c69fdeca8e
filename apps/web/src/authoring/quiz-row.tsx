import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Quiz } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Badge } from '../design/badge.tsx';
import { IconButton } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { TrashIcon } from '../design/icons.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { RemovedMark } from './removed-mark.tsx';
import { TEXT } from './text.ts';

export type QuizRowProps = {
  readonly quiz: Quiz;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
};

/** A quiz in the outline: a way to its questions. */
export function QuizRow({ quiz, onUp, onDown }: QuizRowProps): ReactNode {
  const { id, courseId, title, status, version, deletedAt } = quiz;
  if (deletedAt !== null) return <RemovedMark title={title} onRestore={() => writes.restoreQuiz(id, version)} />;
  return (
    <div className="flex min-h-12 items-center gap-1 py-1 pr-2 pl-4">
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/author/courses/$courseId/quizzes/$quizId"
          params={{ courseId, quizId: id }}
          className="min-w-0 rounded-sm py-1 underline decoration-line-strong/60 underline-offset-4 hover:text-accent hover:decoration-accent"
        >
          {title}
        </Link>
        <Badge>{TEXT.outline.quiz}</Badge>
        {status === 'draft' && <Badge tone="warn">{TEXT.outline.draft}</Badge>}
      </span>
      <MoveButtons id={id} title={title} onUp={onUp} onDown={onDown} />
      <Confirm
        title={TEXT.outline.removeQuizTitle(title)}
        confirm={TEXT.outline.removeAction}
        cancel={TEXT.outline.keep}
        onConfirm={async () => {
          await writes.deleteQuiz(id);
        }}
        trigger={
          <IconButton label={TEXT.outline.remove(title)}>
            <TrashIcon />
          </IconButton>
        }
      >
        {TEXT.outline.removeQuizBody}
      </Confirm>
    </div>
  );
}
