import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { TEXT } from './text.ts';
import type { AnyForm } from './use-draft.ts';

export type SaveBarProps = { readonly form: AnyForm; readonly label?: string };

/** What stands below a form: what two have changed at once, what went wrong, and the way to save. */
export function SaveBar({ form, label = TEXT.save }: SaveBarProps): ReactNode {
  return (
    <div className="flex flex-col gap-4">
      <ConflictNotice form={form} />
      {form.failure !== undefined && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-[0.9375rem] text-danger">
          {form.failure}
        </p>
      )}
      <div className="flex items-center gap-4">
        <Button type="submit" isPending={form.isSaving} isDisabled={!form.isDirty}>
          {label}
        </Button>
        <span role="status" className="text-sm text-soft">
          {form.isDirty ? TEXT.unsaved : ''}
        </span>
      </div>
    </div>
  );
}
