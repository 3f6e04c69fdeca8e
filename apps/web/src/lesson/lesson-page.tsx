import type { ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { useRow, useSyncClient } from '@elira/sync-react';
import type { PublishedLesson } from '../data/tables.ts';
import { Button } from '../design/button.tsx';
import { CheckIcon } from '../design/icons.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { TEXT as OFFLINE } from '../offline/text.ts';
import { useWaits } from '../offline/use-waits.ts';
import { ReadingFrame } from './reading-frame.tsx';
import { TEXT } from './text.ts';

export function LessonPage(): ReactNode {
  const { courseId, lessonId } = useParams({ from: '/courses/$courseId/lessons/$lessonId' });
  const lesson = useRow<PublishedLesson>('published_lessons', lessonId);
  return (
    <ReadingFrame courseId={courseId} id={lessonId} title={lesson?.title}>
      {({ isDone }) => (
        <>
          {lesson === undefined || (lesson.content ?? '').trim() === '' ? (
            <p className="text-soft">{TEXT.empty}</p>
          ) : (
            <Markdown text={lesson.content ?? ''} />
          )}
          <div className="mt-10">
            <DoneButton key={lessonId} lessonId={lessonId} done={isDone(lessonId)} />
          </div>
        </>
      )}
    </ReadingFrame>
  );
}

/** Shows at once, and waits to be sent where there is no network. */
function DoneButton({ lessonId, done }: { readonly lessonId: string; readonly done: boolean }): ReactNode {
  const client = useSyncClient();
  const waits = useWaits('lesson.complete', 'lessonId', lessonId);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button
        look={done ? 'secondary' : 'primary'}
        onPress={() => void client.mutate('lesson.complete', { lessonId, completed: !done })}
        aria-label={done ? TEXT.undo : TEXT.done}
      >
        {done && (
          <span className="text-accent">
            <CheckIcon />
          </span>
        )}
        {done ? TEXT.isDone : TEXT.done}
      </Button>
      <span role="status" className="text-sm text-soft">
        {waits && OFFLINE.waits}
      </span>
    </div>
  );
}
