import type { ReactNode } from 'react';
import { useOutbox, useRow } from '@elira/sync-react';
import type { PublishedCourse, PublishedLesson, PublishedQuiz } from '../data/tables.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { TEXT } from './text.ts';

/** What this person wrote that the server does not have yet, or did not take. Nothing while there is no such thing. */
export function WaitingIndicator(): ReactNode {
  const { unsent, refused } = useOutbox();
  const words = TEXT.waiting;
  if (unsent + refused === 0) return null;
  const parts = (waiting: string, notTaken: string): string[] => [
    ...(unsent > 0 ? [waiting] : []),
    ...(refused > 0 ? [notTaken] : []),
  ];
  const long = parts(words.count(unsent), words.refused(refused));
  const short = parts(words.shortCount(unsent), words.shortRefused(refused));
  return (
    // What is sent at once is gone before it appears.
    <div role="status" data-waiting={unsent} data-refused={refused} className="animate-[appear_200ms_600ms_ease-out_backwards]">
      <Dialog
        title={words.title}
        trigger={
          <Button look="quiet" size="small">
            <span className="hidden sm:inline">{long.join(' · ')}</span>
            <span className="sm:hidden">{short.join(' · ')}</span>
          </Button>
        }
      >
        {(close) => <Waiting close={close} />}
      </Dialog>
    </div>
  );
}

function Waiting({ close }: { readonly close: () => void }): ReactNode {
  const { entries, dismiss } = useOutbox();
  const words = TEXT.waiting;
  return (
    <>
      <ul className="flex max-h-96 flex-col gap-3 overflow-y-auto">
        {entries
          .filter(({ state }) => state !== 'answered')
          .map(({ id, name, args, madeAt, state, problem }) => (
            <li key={id} className="flex items-start justify-between gap-4 rounded-lg bg-sunken p-3">
              <div>
                <p className="font-medium">{words.names[name] ?? words.other}</p>
                <About args={args} />
                <p className="text-sm text-soft">{words.made(madeAt)}</p>
                <p className={state === 'refused' ? 'text-sm text-danger' : 'text-sm text-soft'}>
                  {state === 'refused' ? (problem?.detail ?? problem?.title) : words.waits}
                </p>
              </div>
              {state === 'refused' && (
                <Button look="secondary" size="small" onPress={() => void dismiss(id)}>
                  {words.dismiss}
                </Button>
              )}
            </li>
          ))}
      </ul>
      <Button look="secondary" onPress={close}>
        {words.close}
      </Button>
    </>
  );
}

/** The lesson, quiz or course that a change is about, by its title. */
function About({ args }: { readonly args: unknown }): ReactNode {
  const idOf = (argument: string): string | undefined => {
    const value: unknown = typeof args === 'object' && args !== null ? Reflect.get(args, argument) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const lesson = useRow<PublishedLesson>('published_lessons', idOf('lessonId'));
  const quiz = useRow<PublishedQuiz>('published_quizzes', idOf('quizId'));
  const course = useRow<PublishedCourse>('published_courses', idOf('courseId'));
  const title = (lesson ?? quiz ?? course)?.title;
  return title !== undefined && <p className="text-[0.9375rem]">{title}</p>;
}
