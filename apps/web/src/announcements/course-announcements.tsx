import { useState, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import type { Announcement } from '../data/tables.ts';
import { Button } from '../design/button.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { newestFirst } from './newest-first.ts';
import { TEXT } from './text.ts';

/** Announcements shown before somebody asks for the others. */
const AT_FIRST = 3;

/** What the authors have told those in a course. Nothing where there is nothing, or for who is not in it. */
export function CourseAnnouncements({ courseId }: { readonly courseId: string }): ReactNode {
  const announcements = useRows<Announcement>('announcements', { where: { courseId }, orderBy: newestFirst });
  const [showsAll, setShowsAll] = useState(false);
  if (announcements.length === 0) return null;
  const shown = showsAll ? announcements : announcements.slice(0, AT_FIRST);
  return (
    <section aria-label={TEXT.title}>
      <SectionTitle>{TEXT.title}</SectionTitle>
      <ul className="flex flex-col gap-3">
        {shown.map(({ id, title, body, createdAt }) => (
          <li key={id}>
            <Card className="!p-5">
              <p className="text-sm text-soft">
                <time dateTime={createdAt}>{new Date(createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' })}</time>
              </p>
              <h3 className="mt-0.5 text-lg font-semibold">{title}</h3>
              {body !== '' && (
                <div className="mt-2 text-[0.9375rem]">
                  <Markdown text={body} topHeading={4} />
                </div>
              )}
            </Card>
          </li>
        ))}
      </ul>
      {shown.length < announcements.length && (
        <Button look="secondary" size="small" className="mt-3" onPress={() => setShowsAll(true)}>
          {TEXT.more(announcements.length - shown.length)}
        </Button>
      )}
    </section>
  );
}
