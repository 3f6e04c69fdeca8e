import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Lesson } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Badge } from '../design/badge.tsx';
import { IconButton } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { TrashIcon } from '../design/icons.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { RemovedMark } from './removed-mark.tsx';
import { TEXT } from './text.ts';

export type LessonRowProps = {
  readonly lesson: Lesson;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
};

export function LessonRow({ lesson, onUp, onDown }: LessonRowProps): ReactNode {
  const { id, courseId, title, status, version, deletedAt } = lesson;
  if (deletedAt !== null) return <RemovedMark title={title} onRestore={() => writes.restoreLesson(id, version)} />;
  return (
    <div className="flex min-h-12 items-center gap-1 py-1 pr-2 pl-4">
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/author/courses/$courseId/lessons/$lessonId"
          params={{ courseId, lessonId: id }}
          className="min-w-0 rounded-sm py-1 underline decoration-line-strong/60 underline-offset-4 hover:text-accent hover:decoration-accent"
        >
          {title}
        </Link>
        {status === 'draft' && <Badge tone="warn">{TEXT.outline.draft}</Badge>}
      </span>
      <MoveButtons id={id} title={title} onUp={onUp} onDown={onDown} />
      <Confirm
        title={TEXT.outline.removeLessonTitle(title)}
        confirm={TEXT.outline.removeAction}
        cancel={TEXT.outline.keep}
        onConfirm={async () => {
          await writes.deleteLesson(id);
        }}
        trigger={
          <IconButton label={TEXT.outline.remove(title)}>
            <TrashIcon />
          </IconButton>
        }
      >
        {TEXT.outline.removeLessonBody}
      </Confirm>
    </div>
  );
}
