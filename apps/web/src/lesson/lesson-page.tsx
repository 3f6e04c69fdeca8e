import { useState, type ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { useRow } from '@elira/sync-react';
import { told } from '../data/problem.ts';
import type { PublishedLesson } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button } from '../design/button.tsx';
import { CheckIcon } from '../design/icons.tsx';
import { toasts } from '../design/toasts.tsx';
import { Markdown } from '../markdown/markdown.tsx';
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

function DoneButton({ lessonId, done }: { readonly lessonId: string; readonly done: boolean }): ReactNode {
  const [pending, setPending] = useState(false);
  const turn = async (): Promise<void> => {
    setPending(true);
    try {
      await writes.setCompleted(lessonId, !done);
    } catch (error) {
      toasts.say(told(error), 'danger');
    } finally {
      setPending(false);
    }
  };
  return (
    <Button
      look={done ? 'secondary' : 'primary'}
      isPending={pending}
      onPress={() => void turn()}
      aria-label={done ? TEXT.undo : TEXT.done}
    >
      {done && (
        <span className="text-accent">
          <CheckIcon />
        </span>
      )}
      {done ? TEXT.isDone : TEXT.done}
    </Button>
  );
}
