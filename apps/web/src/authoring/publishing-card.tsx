import { useState, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { TEXT as AUDIT } from '../audit/text.ts';
import { told } from '../data/problem.ts';
import type { Course } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button, buttonClasses } from '../design/button.tsx';
import { Checkbox } from '../design/checkbox.tsx';
import { Confirm } from '../design/dialog.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { toasts } from '../design/toasts.tsx';
import { statusOf } from './course-status.tsx';
import { TEXT } from './text.ts';

/** The one switch between what authors write and what learners see. */
export function PublishingCard({ course }: { readonly course: Course }): ReactNode {
  const [pending, setPending] = useState(false);
  const [notify, setNotify] = useState(false);
  const status = statusOf(course);
  const publish = async (): Promise<void> => {
    setPending(true);
    try {
      await writes.publish(course.id, notify);
      setNotify(false);
      toasts.say(TEXT.publishing.done);
    } catch (error) {
      toasts.say(told(error), 'danger');
    } finally {
      setPending(false);
    }
  };
  const unpublish = async (): Promise<void> => {
    await writes.unpublish(course.id);
    toasts.say(TEXT.publishing.undone);
  };
  const discard = async (): Promise<void> => {
    await writes.discardDraft(course.id);
    toasts.say(TEXT.publishing.discarded);
  };
  return (
    <Card>
      <SectionTitle>{TEXT.publishing.title}</SectionTitle>
      <p className="mb-5 text-[0.9375rem] text-soft">{TEXT.publishing[status]}</p>
      <div className="flex flex-col gap-3">
        {status === 'changed' && (
          <Checkbox isSelected={notify} onChange={setNotify}>
            {TEXT.publishing.notify}
          </Checkbox>
        )}
        {status !== 'published' && (
          <Button isPending={pending} onPress={() => void publish()}>
            {status === 'draft' ? TEXT.publishing.publish : TEXT.publishing.publishChanges}
          </Button>
        )}
        {status === 'changed' && (
          <Confirm
            title={TEXT.publishing.discardTitle}
            confirm={TEXT.publishing.discard}
            cancel={TEXT.publishing.discardKeep}
            onConfirm={discard}
            trigger={<Button look="secondary">{TEXT.publishing.discard}</Button>}
          >
            {TEXT.publishing.discardBody}
          </Confirm>
        )}
        {course.isPublished && (
          <Confirm
            title={TEXT.publishing.unpublishTitle}
            confirm={TEXT.publishing.unpublish}
            cancel={TEXT.publishing.keep}
            onConfirm={unpublish}
            trigger={<Button look="secondary">{TEXT.publishing.unpublish}</Button>}
          >
            {TEXT.publishing.unpublishBody}
          </Confirm>
        )}
        <Link
          to="/author/courses/$courseId/versions"
          params={{ courseId: course.id }}
          className={buttonClasses('quiet', 'small')}
        >
          {TEXT.publishing.versions}
        </Link>
        <Link to="/author/courses/$courseId/audit" params={{ courseId: course.id }} className={buttonClasses('quiet', 'small')}>
          {AUDIT.courseTitle}
        </Link>
      </div>
    </Card>
  );
}
