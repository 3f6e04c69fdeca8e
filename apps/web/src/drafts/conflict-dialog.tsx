import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { WideDialog } from '../design/dialog.tsx';
import { ClashCard } from './clash-card.tsx';
import { TEXT } from './text.ts';
import { useChanger } from './use-changer.ts';
import type { AnyForm } from './use-draft.ts';

export type ConflictDialogProps = { readonly form: AnyForm; /** A save is waiting for it. */ readonly toSave: boolean };

/** Each place that two have changed, with what it was and what each made of it, until its author has decided about all of them. */
export function ConflictDialog({ form, toSave }: ConflictDialogProps): ReactNode {
  const { clashes, decisions, decide, cancel, settle, changedBy } = form.conflict;
  const first = clashes[0];
  const { isMe, name } = useChanger(form.row, first === undefined ? undefined : changedBy(first.field));
  const open = clashes.filter(({ key }) => decisions[key] === undefined).length;
  return (
    <WideDialog
      title={TEXT.conflict.title}
      onClose={cancel}
      footer={
        <>
          <p role="status" className="min-w-0 flex-1 basis-full text-sm text-soft sm:basis-40">
            {open === 0 ? TEXT.conflict.ready : TEXT.conflict.open(open)}
          </p>
          <Button look="secondary" onPress={cancel}>
            {TEXT.conflict.cancel}
          </Button>
          <Button onPress={settle} isDisabled={open > 0}>
            {toSave ? TEXT.conflict.save : TEXT.conflict.use}
          </Button>
        </>
      }
    >
      <p className="max-w-prose text-soft">{isMe ? TEXT.conflict.introOwn : TEXT.conflict.intro(name)}</p>
      {clashes.map((clash, index) => (
        <ClashCard
          key={clash.key}
          form={form}
          clash={clash}
          place={TEXT.conflict.place(index + 1, clashes.length)}
          decision={decisions[clash.key]}
          onDecide={(decision) => decide(clash, decision)}
        />
      ))}
    </WideDialog>
  );
}
