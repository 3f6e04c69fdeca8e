import type { ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { useRow, useRows } from '@elira/sync-react';
import type { PublishedOption, PublishedQuestion, PublishedQuiz } from '../data/tables.ts';
import { classes } from '../design/classes.ts';
import { Notice } from '../design/states.tsx';
import { Card } from '../design/surface.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { ReadingFrame } from './reading-frame.tsx';
import { TEXT } from './text.ts';

export function QuizPage(): ReactNode {
  const { courseId, quizId } = useParams({ from: '/courses/$courseId/quizzes/$quizId' });
  const quiz = useRow<PublishedQuiz>('published_quizzes', quizId);
  const questions = useRows<PublishedQuestion>('published_questions', { where: { quizId }, orderBy: 'position' });
  return (
    <ReadingFrame courseId={courseId} id={quizId} title={quiz?.title}>
      {() => (
        <div className="flex max-w-2xl flex-col gap-6">
          {(quiz?.instructions ?? '').trim() !== '' && <Markdown text={quiz?.instructions ?? ''} />}
          <Notice>{questions.length === 0 ? TEXT.noQuestions : TEXT.quizSoon}</Notice>
          <ol className="flex flex-col gap-6">
            {questions.map((question, index) => (
              <li key={question.id}>
                <QuestionCard question={question} number={index + 1} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </ReadingFrame>
  );
}

function QuestionCard({ question, number }: { readonly question: PublishedQuestion; readonly number: number }): ReactNode {
  const options = useRows<PublishedOption>('published_options', { where: { questionId: question.id }, orderBy: 'position' });
  const isSingle = question.kind === 'single';
  return (
    <Card>
      <p className="mb-3 flex flex-wrap justify-between gap-2 text-sm text-faint">
        <span className="font-medium">{TEXT.question(number)}</span>
        <span>
          {isSingle ? TEXT.single : TEXT.multiple} · {TEXT.points(question.points)}
        </span>
      </p>
      <Markdown text={question.prompt} topHeading={3} />
      <ul className="mt-4 flex flex-col gap-2">
        {options.map(({ id, label }) => (
          <li key={id} className="flex items-center gap-3 rounded-lg border border-line px-4 py-3">
            <span
              aria-hidden="true"
              className={classes('size-4 shrink-0 border border-line-strong', isSingle ? 'rounded-full' : 'rounded-sm')}
            />
            {label}
          </li>
        ))}
      </ul>
    </Card>
  );
}
