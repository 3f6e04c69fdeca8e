import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { makeUuidV7 } from '@elira/protocol';
import { useSyncClient } from '@elira/sync-react';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/states.tsx';
import { SectionTitle } from '../design/surface.tsx';
import { LeaveGuard } from '../drafts/leave-guard.tsx';
import { ReadingFrame } from '../lesson/reading-frame.tsx';
import { useWaits } from '../offline/use-waits.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { AttemptCard, type AttemptCardProps } from './attempt-card.tsx';
import { QuizForm } from './quiz-form.tsx';
import { ResultNotice } from './result-notice.tsx';
import type { SubmittedQuestion } from './shown-quiz.ts';
import { TEXT } from './text.ts';
import { useQuiz, type QuizView } from './use-quiz.ts';

export function QuizPage(): ReactNode {
  const { courseId, quizId } = useParams({ from: '/courses/$courseId/quizzes/$quizId' });
  const view = useQuiz(quizId);
  return (
    <ReadingFrame courseId={courseId} id={quizId} title={view.quiz?.title}>
      {() => <Taking key={quizId} quizId={quizId} view={view} />}
    </ReadingFrame>
  );
}

function Taking({ quizId, view }: { readonly quizId: string; readonly view: QuizView }): ReactNode {
  const { quiz, now, attempts, result } = view;
  const client = useSyncClient();
  // Which form it is: each begins anew. Once one has been begun, nothing that arrives takes it away.
  const [round, setRound] = useState(0);
  const [isBegun, setIsBegun] = useState(false);
  const submit = (questions: readonly SubmittedQuestion[]): void => {
    client.mutate('quiz.submit', { id: makeUuidV7(), quizId, questions });
    setRound(round + 1);
    setIsBegun(false);
    window.scrollTo({ top: 0 });
  };
  const isTaking = isBegun || attempts.length === 0;
  return (
    <div className="flex max-w-2xl flex-col gap-6">
      <Refused quizId={quizId} />
      {result !== undefined && <ResultNotice result={result} />}
      {(quiz?.instructions ?? '').trim() !== '' && <Markdown text={quiz?.instructions ?? ''} />}
      {now.length === 0 && <Notice>{TEXT.noQuestions}</Notice>}
      {now.length > 0 &&
        (isTaking ? (
          <QuizForm
            key={round}
            now={now}
            onBegin={() => setIsBegun(true)}
            onSubmit={submit}
            guard={(isDirty) => <LeaveGuard isDirty={isDirty} />}
          />
        ) : (
          <div>
            <Button look="secondary" onPress={() => setIsBegun(true)}>
              {TEXT.again}
            </Button>
          </div>
        ))}
      {attempts.length > 0 && (
        <section>
          <SectionTitle>{TEXT.yours}</SectionTitle>
          <ol className="flex flex-col gap-4">
            {attempts.map((judged, index) => (
              <li key={judged.attempt.id}>
                <Attempt judged={judged} now={now} isOpen={index === 0 && !isTaking} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function Attempt(props: Omit<AttemptCardProps, 'waits'>): ReactNode {
  return <AttemptCard {...props} waits={useWaits('quiz.submit', 'id', props.judged.attempt.id)} />;
}

/** Attempts that the server will not have: kept, with the reason, until they are put away. */
function Refused({ quizId }: { readonly quizId: string }): ReactNode {
  const { outbox } = useSyncClient();
  const entries = useSyncExternalStore(outbox.subscribe, outbox.list);
  const refused = entries.filter(
    ({ name, args, state }) =>
      state === 'refused' && name === 'quiz.submit' && (args as { readonly quizId?: unknown }).quizId === quizId,
  );
  return refused.map(({ id, problem }) => (
    <Notice
      key={id}
      tone="danger"
      title={TEXT.refused.title}
      actions={
        <Button look="secondary" size="small" onPress={() => void outbox.dismiss(id)}>
          {TEXT.dismiss}
        </Button>
      }
    >
      {problem?.detail ?? problem?.title}
    </Notice>
  ));
}
