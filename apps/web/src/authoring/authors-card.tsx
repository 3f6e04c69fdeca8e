import { useState, type FormEvent, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { told } from '../data/problem.ts';
import type { CourseAuthor, CoursePerson } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button, IconButton } from '../design/button.tsx';
import { Confirm } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { CrossIcon } from '../design/icons.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { useCourseNames } from './use-course-names.ts';
import { TEXT } from './text.ts';

export function AuthorsCard({ courseId }: { readonly courseId: string }): ReactNode {
  const person = usePerson();
  const nameOf = useCourseNames(courseId);
  const authors = useRows<CourseAuthor>('course_authors', { where: { courseId }, orderBy: 'id' });
  return (
    <Card>
      <SectionTitle>{TEXT.authors.title}</SectionTitle>
      <ul className="mb-5 flex flex-col gap-2">
        {authors.map(({ id, userId, role }) => {
          const name = nameOf(userId) ?? TEXT.authors.unknown;
          return (
            <li key={id} className="flex min-h-9 items-center justify-between gap-2">
              <span className="min-w-0">
                <span className="block truncate text-[0.9375rem] font-medium">
                  {name}
                  {userId === person?.id && <span className="font-normal text-faint"> ({TEXT.authors.you})</span>}
                </span>
                <span className="block text-sm text-soft">{role === 'owner' ? TEXT.authors.owner : TEXT.authors.coAuthor}</span>
              </span>
              {role === 'co-author' && <RemoveAuthor courseId={courseId} userId={userId} name={name} />}
            </li>
          );
        })}
      </ul>
      <AddAuthor courseId={courseId} />
    </Card>
  );
}

function RemoveAuthor({ courseId, userId, name }: Pick<CoursePerson, 'courseId' | 'userId' | 'name'>): ReactNode {
  return (
    <Confirm
      title={TEXT.authors.removeTitle(name)}
      confirm={TEXT.authors.removeAction}
      cancel={TEXT.authors.cancel}
      onConfirm={async () => {
        await writes.removeAuthor(courseId, userId);
      }}
      trigger={
        <IconButton label={TEXT.authors.remove(name)}>
          <CrossIcon />
        </IconButton>
      }
    >
      {TEXT.authors.removeBody}
    </Confirm>
  );
}

function AddAuthor({ courseId }: { readonly courseId: string }): ReactNode {
  const [email, setEmail] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const add = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      await writes.addAuthor(courseId, email.trim());
      setEmail('');
    } catch (error) {
      setFailure(told(error));
    } finally {
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) void add();
  };
  return (
    <form onSubmit={onSubmit} aria-label={TEXT.authors.add} className="flex flex-col gap-3 border-t border-line pt-5">
      <Field
        label={TEXT.authors.add}
        placeholder={TEXT.authors.email}
        type="email"
        value={email}
        onChange={setEmail}
        isRequired
        autoComplete="off"
      />
      {failure !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {failure}
        </p>
      )}
      <Button type="submit" look="secondary" size="small" isPending={pending}>
        {TEXT.authors.addAction}
      </Button>
    </form>
  );
}
