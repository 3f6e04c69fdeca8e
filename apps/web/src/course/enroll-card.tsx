import { useState, type FormEvent, type ReactNode } from 'react';
import { Link, useLocation } from '@tanstack/react-router';
import { useSyncClient } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import type { Enrollment, PublishedCourse } from '../data/tables.ts';
import { toProblem } from '../data/request.ts';
import { Button, buttonClasses } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { Progress } from '../design/progress.tsx';
import { Card } from '../design/surface.tsx';
import { toasts } from '../design/toasts.tsx';
import { TEXT as OFFLINE } from '../offline/text.ts';
import { useWaits } from '../offline/use-waits.ts';
import { lessonCount, nextLesson } from './outline.ts';
import { TEXT } from './text.ts';

export type EnrollCardProps = {
  readonly course: PublishedCourse;
  readonly enrollment: Enrollment | undefined;
  readonly isDone: (lessonId: string) => boolean;
};

/** What somebody can do with a course: sign in, enrol, go on, leave. */
export function EnrollCard({ course, enrollment, isDone }: EnrollCardProps): ReactNode {
  const person = usePerson();
  const { pathname } = useLocation();
  return (
    <Card className="shadow-card lg:sticky lg:top-24">
      <p className="mb-4 text-sm font-medium text-soft">{TEXT.lessons(lessonCount(course.outline))}</p>
      {person === undefined ? (
        <Link to="/sign-in" search={{ back: pathname }} className={`${buttonClasses()} w-full`}>
          {TEXT.signInToEnroll}
        </Link>
      ) : enrollment === undefined ? (
        <EnrollForm course={course} />
      ) : (
        <Enrolled course={course} enrollment={enrollment} isDone={isDone} />
      )}
    </Card>
  );
}

function EnrollForm({ course }: { readonly course: PublishedCourse }): ReactNode {
  const needsCode = course.access === 'code';
  const [code, setCode] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const client = useSyncClient();
  // Without a code it shows as joined at once.
  const waits = useWaits('enrollment.join', 'courseId', course.id);
  const enroll = async (): Promise<void> => {
    setPending(needsCode);
    setFailure(undefined);
    const args = { courseId: course.id, ...(needsCode ? { joinCode: code.trim() } : {}) };
    const { id, settled } = client.mutate('enrollment.join', args);
    const answer = await settled;
    setPending(false);
    if (answer.status !== 'refused') return;
    client.outbox.dismiss(id);
    const words = toProblem(answer.problem.status, answer.problem).message;
    // Without a code the course showed as joined, and this form was gone meanwhile.
    if (needsCode) setFailure(words);
    else toasts.say(words, 'danger');
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending && !waits) void enroll();
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      {needsCode && (
        <Field label={TEXT.joinCode} hint={TEXT.joinCodeHint} value={code} onChange={setCode} isRequired autoComplete="off" />
      )}
      {failure !== undefined && (
        <p role="alert" className="text-[0.9375rem] text-danger">
          {failure}
        </p>
      )}
      <Button type="submit" isPending={pending || waits} className="w-full">
        {TEXT.enroll}
      </Button>
      <p role="status" className="text-sm text-soft">
        {waits ? OFFLINE.waits : TEXT.enrollToRead}
      </p>
    </form>
  );
}

function Enrolled({ course, enrollment, isDone }: EnrollCardProps & { readonly enrollment: Enrollment }): ReactNode {
  const next = nextLesson(course.outline, isDone);
  const client = useSyncClient();
  // Shows at once, and waits to be sent where there is no network.
  const leave = (): void => {
    const { id, settled } = client.mutate('enrollment.leave', { courseId: course.id });
    toasts.say(TEXT.left);
    void settled.then((answer) => {
      if (answer.status !== 'refused') return;
      client.outbox.dismiss(id);
      toasts.say(toProblem(answer.problem.status, answer.problem).message, 'danger');
    });
  };
  return (
    <div className="flex flex-col gap-5">
      <div>
        <p className="mb-2 text-[0.9375rem]">{TEXT.yourProgress}</p>
        <Progress percent={enrollment.progress} label={TEXT.progressIn(course.title)} />
      </div>
      {next !== undefined && (
        <Link
          to="/courses/$courseId/lessons/$lessonId"
          params={{ courseId: course.id, lessonId: next.id }}
          className={`${buttonClasses()} w-full`}
        >
          {enrollment.progress === 0 ? TEXT.start : enrollment.progress === 100 ? TEXT.again : TEXT.goOn}
        </Link>
      )}
      <Confirm
        title={TEXT.leaveTitle}
        confirm={TEXT.leaveConfirm}
        cancel={TEXT.cancel}
        onConfirm={async () => leave()}
        trigger={
          <Button look="quiet" size="small">
            {TEXT.leave}
          </Button>
        }
      >
        {TEXT.leaveBody}
      </Confirm>
    </div>
  );
}
