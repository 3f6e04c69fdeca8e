import { lazy, Suspense, useDeferredValue, useState, type FormEvent, type ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { LESSONS } from '@elira/mutations';
import { useRow, useSyncStatus } from '@elira/sync-react';
import type { Course, Lesson } from '../data/tables.ts';
import { buttonClasses } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { classes } from '../design/classes.ts';
import { Field } from '../design/field.tsx';
import { EmptyState, LoadingText, Notice, Skeleton } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { LeaveGuard } from '../drafts/leave-guard.tsx';
import { wordsOf } from '../drafts/draft-fields.ts';
import { SaveBar } from '../drafts/save-bar.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { TEXT } from './text.ts';
import { useLastRow } from './use-last-row.ts';

const MarkdownEditor = lazy(async () => ({ default: (await import('./markdown-editor.tsx')).MarkdownEditor }));

const STATUSES = (['ready', 'draft'] as const).map((value) => ({ value, ...TEXT.lesson[value] }));
const FORM = {
  table: LESSONS,
  fields: {
    title: { label: TEXT.lesson.title },
    content: { label: TEXT.lesson.content },
    status: { label: TEXT.lesson.status, words: wordsOf(STATUSES) },
  },
} as const;

export function LessonEditorPage(): ReactNode {
  const { courseId, lessonId } = useParams({ from: '/author/courses/$courseId/lessons/$lessonId' });
  // The key: another lesson begins with a form of its own. Nothing else may take the form away, whatever happens to the row.
  return <LessonEditor key={lessonId} courseId={courseId} lessonId={lessonId} />;
}

function LessonEditor({ courseId, lessonId }: { readonly courseId: string; readonly lessonId: string }): ReactNode {
  const { hasRows } = useSyncStatus();
  const row = useRow<Lesson>('lessons', lessonId);
  const lesson = useLastRow(row);
  const course = useRow<Course>('courses', courseId);
  if (lesson === undefined && !hasRows) {
    return (
      <Page>
        <LoadingText />
      </Page>
    );
  }
  if (lesson === undefined) {
    return (
      <Page>
        <EmptyState
          isWholePage
          title={TEXT.lesson.missing.title}
          actions={
            <Link to="/author/courses/$courseId" params={{ courseId }} className={buttonClasses()}>
              {TEXT.lesson.missing.action}
            </Link>
          }
        >
          {TEXT.lesson.missing.body}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page className="max-w-7xl">
      <title>{`${lesson.title} · Elira`}</title>
      <p className="mb-4 text-sm font-medium text-soft">
        <Link to="/author/courses/$courseId" params={{ courseId }} className="no-underline hover:text-accent">
          ← {course?.title ?? TEXT.back}
        </Link>
      </p>
      <div className="mb-6 flex flex-col gap-3 empty:hidden">
        {row === undefined && hasRows && <Notice tone="danger">{TEXT.withdrawn}</Notice>}
        {lesson.deletedAt !== null && <Notice tone="warn">{TEXT.lesson.removed}</Notice>}
      </div>
      <LessonForm lesson={lesson} />
    </Page>
  );
}

function LessonForm({ lesson }: { readonly lesson: Lesson }): ReactNode {
  const form = useDraft(lesson, FORM);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-6">
      <h1 className="sr-only">{lesson.title}</h1>
      <Field
        label={FORM.fields.title.label}
        value={form.value('title')}
        onChange={(text) => form.type('title', text)}
        isRequired
        maxLength={255}
        className="max-w-3xl"
      />
      <WritingAndPreview
        text={form.value('content')}
        onChange={(text) => form.type('content', text)}
        onSave={() => void form.save()}
      />
      <div className="max-w-3xl">
        <Choice
          label={FORM.fields.status.label}
          options={STATUSES}
          value={form.value('status')}
          onChange={(value) => form.type('status', value)}
        />
      </div>
      <div className="sticky bottom-0 -mx-4 border-t border-line bg-paper/95 px-4 py-4 backdrop-blur-md sm:-mx-8 sm:px-8">
        <SaveBar form={form} />
      </div>
      <LeaveGuard isDirty={form.isDirty} onLeave={form.discard} />
    </form>
  );
}

type WritingProps = { readonly text: string; readonly onChange: (text: string) => void; readonly onSave: () => void };

/** Side by side where there is room, one at a time where there is not. */
function WritingAndPreview({ text, onChange, onSave }: WritingProps): ReactNode {
  const [shown, setShown] = useState<'write' | 'preview'>('write');
  const previewed = useDeferredValue(text);
  return (
    <div>
      <div className="mb-3 flex gap-1 lg:hidden">
        {(['write', 'preview'] as const).map((side) => (
          <button
            key={side}
            type="button"
            aria-pressed={shown === side}
            onClick={() => setShown(side)}
            className="min-h-10 rounded-lg px-4 text-[0.9375rem] font-medium text-soft aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
          >
            {TEXT.lesson[side]}
          </button>
        ))}
      </div>
      <div className="grid gap-6 lg:grid-cols-2">
        <div className={classes('min-w-0', shown === 'preview' && 'hidden lg:block')}>
          <p className="mb-1.5 text-sm font-medium text-soft">{FORM.fields.content.label}</p>
          <Suspense fallback={<Skeleton className="h-96 rounded-lg" />}>
            <MarkdownEditor label={FORM.fields.content.label} text={text} onChange={onChange} onSave={onSave} />
          </Suspense>
          <p className="mt-1.5 text-sm text-faint">{TEXT.lesson.shortcut}</p>
        </div>
        <div className={classes('min-w-0', shown === 'write' && 'hidden lg:block')}>
          <p className="mb-1.5 text-sm font-medium text-soft">{TEXT.lesson.preview}</p>
          <section
            aria-label={TEXT.lesson.previewLabel}
            className="min-h-96 rounded-lg border border-line bg-surface p-5 sm:p-7"
          >
            {previewed.trim() === '' ? <p className="text-faint">{TEXT.lesson.previewEmpty}</p> : <Markdown text={previewed} />}
          </section>
        </div>
      </div>
    </div>
  );
}
