import { useMemo, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import { byTitle } from '../data/order.ts';
import type { Course, CourseAuthor, User } from '../data/tables.ts';
import { Button } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { Select, type SelectOption } from '../design/select.tsx';
import type { AuditFilters } from './audit-filters.ts';
import { TEXT } from './text.ts';
import type { NameOf } from './use-names.ts';

export type AuditFilterFormProps = {
  readonly filters: AuditFilters;
  readonly onChange: (filters: AuditFilters) => void;
  readonly nameOf: NameOf;
  /** The one course whose history this is; otherwise it can be chosen. */
  readonly courseId?: string;
};

/** What to show of the audit. Each choice counts at once. */
export function AuditFilterForm({ filters, onChange, nameOf, courseId }: AuditFilterFormProps): ReactNode {
  const change = (name: keyof AuditFilters) => (value: string) => {
    const { [name]: _, ...others } = filters;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  const people = usePeople(filters, nameOf, courseId);
  const choose = (name: 'who' | 'kind' | 'field', label: string, any: string, options: readonly SelectOption[]): ReactNode => (
    <Select
      label={label}
      value={filters[name] ?? ''}
      options={[{ value: '', label: any }, ...options]}
      onChange={change(name)}
    />
  );
  return (
    <search aria-label={TEXT.filters.label} className="mb-8">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
        {courseId === undefined && <CourseChoice value={filters.course ?? ''} onChange={change('course')} />}
        {choose('who', TEXT.filters.who, TEXT.filters.anybody, people)}
        {choose('kind', TEXT.filters.kind, TEXT.filters.anything, optionsOf(TEXT.kinds))}
        {choose('field', TEXT.filters.field, TEXT.filters.anyField, optionsOf(TEXT.fields))}
        <Field label={TEXT.filters.from} type="date" value={filters.from ?? ''} onChange={change('from')} />
        <Field label={TEXT.filters.to} type="date" value={filters.to ?? ''} onChange={change('to')} />
      </div>
      {Object.keys(filters).length > 0 && (
        <Button look="quiet" size="small" className="mt-3" onPress={() => onChange({})}>
          {TEXT.filters.clear}
        </Button>
      )}
    </search>
  );
}

function CourseChoice({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }): ReactNode {
  const courses = useRows<Course>('courses', { orderBy: byTitle });
  const options = [
    { value: '', label: TEXT.filters.anyCourse },
    ...courses.map(({ id, title }) => ({ value: id, label: title })),
  ];
  return <Select label={TEXT.filters.course} value={value} options={options} onChange={onChange} />;
}

/** Who may have changed something: authors, and of the people an administrator knows those who are more than learners. */
function usePeople(filters: AuditFilters, nameOf: NameOf, courseId: string | undefined): readonly SelectOption[] {
  const authors = useRows<CourseAuthor>('course_authors', courseId === undefined ? {} : { where: { courseId } });
  const users = useRows<User>('users');
  return useMemo(() => {
    const staff = users.filter(({ role }) => role === 'admin' || (courseId === undefined && role === 'instructor'));
    const ids = new Set([...authors.map(({ userId }) => userId), ...staff.map(({ id }) => id)]);
    if (filters.who !== undefined) ids.add(filters.who);
    return [...ids]
      .map((id) => ({ value: id, label: nameOf(id) ?? TEXT.somebody }))
      .sort((a, b) => a.label.localeCompare(b.label));
  }, [authors, users, nameOf, courseId, filters.who]);
}

function optionsOf(words: Readonly<Record<string, string>>): readonly SelectOption[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
