import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/states.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { TEXT } from './text.ts';
import { useChanger } from './use-changer.ts';
import type { AnyForm } from './use-draft.ts';

/** Says that two have changed the same, without taking the keys from whoever types, and holds the dialog. */
export function ConflictNotice({ form }: { readonly form: AnyForm }): ReactNode {
  const { clashes, changedBy, open, dialog } = form.conflict;
  const fields = [...new Set(clashes.map(({ field }) => field))];
  const { isMe, name } = useChanger(form.row, fields[0] === undefined ? undefined : changedBy(fields[0]));
  if (fields.length === 0) return null;
  const labels = fields.map((field) => form.fields[field]?.label ?? field).join('” and “');
  return (
    <>
      <Notice
        tone="warn"
        title={isMe ? TEXT.conflict.own(labels) : TEXT.conflict.notice(labels, name)}
        actions={
          <Button size="small" onPress={open}>
            {TEXT.conflict.compare}
          </Button>
        }
      >
        {TEXT.conflict.safe}
      </Notice>
      {dialog !== undefined && <ConflictDialog form={form} toSave={dialog.toSave} />}
    </>
  );
}
