import type { FormEvent, ReactNode } from 'react';
import { COURSES } from '@elira/mutations';
import type { Course } from '../data/tables.ts';
import { Field } from '../design/field.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { LeaveGuard } from '../drafts/leave-guard.tsx';
import { SaveBar } from '../drafts/save-bar.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { TEXT } from './text.ts';

const FORM = {
  table: COURSES,
  fields: { title: { label: TEXT.details.titleLabel }, description: { label: TEXT.details.description } },
} as const;

export function DetailsCard({ course }: { readonly course: Course }): ReactNode {
  const form = useDraft(course, FORM);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Card>
      <SectionTitle>{TEXT.details.title}</SectionTitle>
      <form onSubmit={onSubmit} className="flex flex-col gap-5">
        <Field
          label={FORM.fields.title.label}
          value={form.value('title')}
          onChange={(text) => form.type('title', text)}
          isRequired
          maxLength={255}
        />
        <Field
          label={FORM.fields.description.label}
          value={form.value('description')}
          onChange={(text) => form.type('description', text)}
          lines={5}
        />
        <SaveBar form={form} label={TEXT.details.save} />
      </form>
      <LeaveGuard isDirty={form.isDirty} onLeave={form.discard} />
    </Card>
  );
}
