import type { FormEvent, ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { QUIZZES } from '@elira/mutations';
import { useRow, useSyncStatus } from '@elira/sync-react';
import type { Course, Quiz } from '../../data/tables.ts';
import { buttonClasses } from '../../design/button.tsx';
import { Choice } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { EmptyState, LoadingText, Notice } from '../../design/states.tsx';
import { Card, Page } from '../../design/surface.tsx';
import { wordsOf } from '../../drafts/draft-fields.ts';
import { LeaveGuard } from '../../drafts/leave-guard.tsx';
import { SaveBar } from '../../drafts/save-bar.tsx';
import { useDraft } from '../../drafts/use-draft.ts';
import { useLastRow } from '../use-last-row.ts';
import { QuestionList } from './question-list.tsx';
import { RegradeCard } from './regrade-card.tsx';
import { TEXT } from './text.ts';

const STATUSES = (['ready', 'draft'] as const).map((value) => ({ value, ...TEXT[value] }));
const FORM = {
  table: QUIZZES,
  fields: {
    title: { label: TEXT.title },
    instructions: { label: TEXT.instructions },
    status: { label: TEXT.status, words: wordsOf(STATUSES) },
  },
} as const;

export function QuizEditorPage(): ReactNode {
  const { courseId, quizId } = useParams({ from: '/author/courses/$courseId/quizzes/$quizId' });
  // The key: another quiz begins with forms of its own.
  return <QuizEditor key={quizId} courseId={courseId} quizId={quizId} />;
}

function QuizEditor({ courseId, quizId }: { readonly courseId: string; readonly quizId: string }): ReactNode {
  const { hasRows } = useSyncStatus();
  const row = useRow<Quiz>('quizzes', quizId);
  const quiz = useLastRow(row);
  const course = useRow<Course>('courses', courseId);
  if (quiz === undefined) {
    return (
      <Page>
        {hasRows ? (
          <EmptyState
            isWholePage
            title={TEXT.missing.title}
            actions={
              <Link to="/author/courses/$courseId" params={{ courseId }} className={buttonClasses()}>
                {TEXT.missing.action}
              </Link>
            }
          >
            {TEXT.missing.body}
          </EmptyState>
        ) : (
          <LoadingText />
        )}
      </Page>
    );
  }
  return (
    <Page className="max-w-4xl">
      <title>{`${quiz.title} · Elira`}</title>
      <p className="mb-4 text-sm font-medium text-soft">
        <Link to="/author/courses/$courseId" params={{ courseId }} className="no-underline hover:text-accent">
          ← {course?.title ?? TEXT.back}
        </Link>
      </p>
      <div className="mb-6 flex flex-col gap-3 empty:hidden">
        {row === undefined && hasRows && <Notice tone="danger">{TEXT.withdrawn}</Notice>}
        {quiz.deletedAt !== null && <Notice tone="warn">{TEXT.removed}</Notice>}
      </div>
      <div className="flex flex-col gap-8">
        <QuizForm quiz={quiz} />
        <QuestionList quizId={quizId} />
        {course?.isPublished === true && <RegradeCard quizId={quizId} isDraft={course.isDraft} />}
      </div>
    </Page>
  );
}

function QuizForm({ quiz }: { readonly quiz: Quiz }): ReactNode {
  const form = useDraft(quiz, FORM);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Card>
      <h1 className="sr-only">{quiz.title}</h1>
      <form onSubmit={onSubmit} className="flex flex-col gap-5">
        <Field
          label={FORM.fields.title.label}
          value={form.value('title')}
          onChange={(text) => form.type('title', text)}
          isRequired
          maxLength={255}
        />
        <Field
          label={FORM.fields.instructions.label}
          value={form.value('instructions')}
          onChange={(text) => form.type('instructions', text)}
          lines={4}
          maxLength={50_000}
        />
        <Choice
          label={FORM.fields.status.label}
          options={STATUSES}
          value={form.value('status')}
          onChange={(value) => form.type('status', value)}
        />
        <SaveBar form={form} />
      </form>
      <LeaveGuard isDirty={form.isDirty} onLeave={form.discard} />
    </Card>
  );
}
