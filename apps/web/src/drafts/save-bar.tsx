import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { ClashNotice } from './clash-notice.tsx';
import { TEXT } from './text.ts';
import type { DraftForm } from './use-draft.ts';

export type SaveBarProps<F extends string> = {
  readonly form: DraftForm<F>;
  /** What each field is called on the screen. */
  readonly labels: Readonly<Record<F, string>>;
  readonly label?: string;
};

/** What stands below a form: others' saves that want a choice, what went wrong, and the way to save. */
export function SaveBar<F extends string>({ form, labels, label = TEXT.save }: SaveBarProps<F>): ReactNode {
  const names: Readonly<Record<string, string>> = labels;
  return (
    <div className="flex flex-col gap-4">
      {form.clashes.map((clash) => (
        <ClashNotice
          key={clash.field}
          clash={clash}
          label={names[clash.field] ?? clash.field}
          onKeepMine={() => form.keepMine(clash.field)}
          onTakeTheirs={() => form.takeTheirs(clash.field)}
        />
      ))}
      {form.failure !== undefined && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-[0.9375rem] text-danger">
          {form.failure}
        </p>
      )}
      <div className="flex items-center gap-4">
        <Button type="submit" isPending={form.isSaving} isDisabled={!form.isDirty || form.clashes.length > 0}>
          {label}
        </Button>
        <span role="status" className="text-sm text-soft">
          {form.isDirty ? TEXT.unsaved : ''}
        </span>
      </div>
    </div>
  );
}
