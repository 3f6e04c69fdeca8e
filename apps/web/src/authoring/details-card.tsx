import type { FormEvent, ReactNode } from 'react';
import type { Course } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Field } from '../design/field.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { LeaveGuard } from '../drafts/leave-guard.tsx';
import { SaveBar } from '../drafts/save-bar.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { TEXT } from './text.ts';

const LABELS = { title: TEXT.details.titleLabel, description: TEXT.details.description } as const;

export function DetailsCard({ course }: { readonly course: Course }): ReactNode {
  const form = useDraft(course, ['title', 'description'], (version, changes) =>
    writes.saveCourse(course.id, { version, ...changes }),
  );
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Card>
      <SectionTitle>{TEXT.details.title}</SectionTitle>
      <form onSubmit={onSubmit} className="flex flex-col gap-5">
        <Field
          label={LABELS.title}
          value={form.value('title')}
          onChange={(text) => form.type('title', text)}
          isRequired
          maxLength={255}
        />
        <Field
          label={LABELS.description}
          value={form.value('description')}
          onChange={(text) => form.type('description', text)}
          lines={5}
        />
        <SaveBar form={form} labels={LABELS} label={TEXT.details.save} />
      </form>
      <LeaveGuard isDirty={form.isDirty} />
    </Card>
  );
}
