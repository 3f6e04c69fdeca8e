import { useState, type FormEvent, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import { told } from '../data/problem.ts';
import type { Announcement } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button, IconButton } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { TrashIcon } from '../design/icons.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { toasts } from '../design/toasts.tsx';
import { newestFirst } from './newest-first.ts';
import { TEXT } from './text.ts';

/** Characters of a text, as the database holds it. */
const MOST_CHARACTERS = 20_000;

/** What is told, and a form to tell more: to a course by its authors, to all (null) by administrators. */
export function AnnouncementsCard({ courseId }: { readonly courseId: string | null }): ReactNode {
  const announcements = useRows<Announcement>('announcements', { where: { courseId }, orderBy: newestFirst });
  return (
    <Card>
      <SectionTitle>{courseId === null ? TEXT.toAll : TEXT.title}</SectionTitle>
      {announcements.length === 0 ? (
        <p className="mb-5 text-[0.9375rem] text-soft">{TEXT.none}</p>
      ) : (
        <ul className="mb-5 flex flex-col divide-y divide-line">
          {announcements.map((announcement) => (
            <li key={announcement.id} className="flex min-h-12 items-center justify-between gap-3 py-1.5">
              <span className="min-w-0">
                <span className="block truncate text-[0.9375rem] font-medium">{announcement.title}</span>
                <time dateTime={announcement.createdAt} className="block text-sm text-soft">
                  {new Date(announcement.createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' })}
                </time>
              </span>
              <Remove announcement={announcement} />
            </li>
          ))}
        </ul>
      )}
      <MakeForm courseId={courseId} />
    </Card>
  );
}

function Remove({ announcement: { id, title } }: { readonly announcement: Announcement }): ReactNode {
  return (
    <Confirm
      title={TEXT.removeTitle}
      confirm={TEXT.removeAction}
      cancel={TEXT.keep}
      onConfirm={async () => {
        await writes.deleteAnnouncement(id);
      }}
      trigger={
        <IconButton label={TEXT.remove(title)}>
          <TrashIcon />
        </IconButton>
      }
    >
      {TEXT.removeBody}
    </Confirm>
  );
}

/** What was typed stays until it has been sent. */
function MakeForm({ courseId }: { readonly courseId: string | null }): ReactNode {
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const send = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      await writes.announce(courseId, title.trim(), body);
      setTitle('');
      setBody('');
      toasts.say(TEXT.sent);
    } catch (error) {
      setFailure(told(error));
    } finally {
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending && title.trim() !== '') void send();
  };
  return (
    <form onSubmit={onSubmit} aria-label={TEXT.make} className="flex flex-col gap-3 border-t border-line pt-5">
      <Field
        label={TEXT.titleLabel}
        hint={courseId === null ? TEXT.hintToAll : TEXT.hint}
        value={title}
        onChange={setTitle}
        isRequired
        maxLength={255}
        autoComplete="off"
      />
      <Field label={TEXT.body} hint={TEXT.bodyHint} lines={4} value={body} onChange={setBody} maxLength={MOST_CHARACTERS} />
      {failure !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {failure}
        </p>
      )}
      <Button type="submit" look="secondary" isPending={pending} className="self-start">
        {TEXT.send}
      </Button>
    </form>
  );
}
