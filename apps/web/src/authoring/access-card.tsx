import { useState, type FormEvent, type ReactNode } from 'react';
import { COURSES } from '@elira/mutations';
import { told } from '../data/problem.ts';
import type { Course } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { Field } from '../design/field.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { toasts } from '../design/toasts.tsx';
import { ConflictNotice } from '../drafts/conflict-notice.tsx';
import { wordsOf } from '../drafts/draft-fields.ts';
import { TEXT as DRAFTS } from '../drafts/text.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { TEXT } from './text.ts';

const OPTIONS = (['open', 'code', 'authors'] as const).map((value) => ({ value, ...TEXT.access[value] }));
const FORM = { table: COURSES, fields: { access: { label: TEXT.access.title, words: wordsOf(OPTIONS) } } } as const;

/** Who may enrol. The join code is asked for only when somebody wants to see it. */
export function AccessCard({ course }: { readonly course: Course }): ReactNode {
  const [code, setCode] = useState('');
  const form = useDraft(course, FORM);
  const access = form.value('access');
  const newCode = access === 'code' && code.trim() !== '' ? { joinCode: code.trim() } : {};
  const hadCode = course.access === 'code';
  const isDirty = form.isDirty || 'joinCode' in newCode;
  const save = async (): Promise<void> => {
    if (!(await form.save(newCode))) return;
    setCode('');
    toasts.say(DRAFTS.saved);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void save();
  };
  return (
    <Card>
      <SectionTitle>{TEXT.access.title}</SectionTitle>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Choice label={TEXT.access.label} options={OPTIONS} value={access} onChange={(value) => form.type('access', value)} />
        {access === 'code' && (
          <>
            {hadCode && <ShowCode courseId={course.id} />}
            <Field
              label={hadCode ? TEXT.access.codeNew : TEXT.access.code_}
              hint={TEXT.access.codeHint}
              value={code}
              onChange={setCode}
              isRequired={!hadCode}
              minLength={4}
              maxLength={64}
              autoComplete="off"
            />
          </>
        )}
        <ConflictNotice form={form} />
        {form.failure !== undefined && (
          <p role="alert" className="text-danger">
            {form.failure}
          </p>
        )}
        {isDirty && (
          <Button type="submit" isPending={form.isSaving}>
            {TEXT.access.save}
          </Button>
        )}
      </form>
    </Card>
  );
}

function ShowCode({ courseId }: { readonly courseId: string }): ReactNode {
  const [code, setCode] = useState<string>();
  const show = async (): Promise<void> => {
    try {
      setCode((await writes.readJoinCode(courseId)) ?? TEXT.access.none);
    } catch (error) {
      toasts.say(told(error), 'danger');
    }
  };
  if (code !== undefined) {
    return (
      <p className="flex flex-wrap items-center justify-between gap-2 rounded-lg bg-sunken px-3.5 py-2.5">
        <span className="text-sm text-soft">{TEXT.access.code_}</span>
        <code className="font-medium select-all">{code}</code>
      </p>
    );
  }
  return (
    <Button look="secondary" size="small" onPress={() => void show()}>
      {TEXT.access.show}
    </Button>
  );
}
