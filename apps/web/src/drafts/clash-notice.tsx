import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import type { Clash } from './draft.ts';
import { TEXT } from './text.ts';

export type ClashNoticeProps = {
  readonly clash: Clash;
  readonly label: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
};

/** One field that two people have changed: what it was, what each made of it, and the choice. */
export function ClashNotice({ clash, label, onKeepMine, onTakeTheirs }: ClashNoticeProps): ReactNode {
  return (
    <div role="alert" className="rounded-xl border border-warn/40 bg-warn-soft p-4">
      <p className="font-medium">{TEXT.clashTitle(label)}</p>
      <dl className="mt-3 grid gap-3 sm:grid-cols-3">
        <Version name={TEXT.base} text={clash.base} />
        <Version name={TEXT.theirs} text={clash.theirs} />
        <Version name={TEXT.mine} text={clash.typed} />
      </dl>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button size="small" look="secondary" onPress={onTakeTheirs}>
          {TEXT.takeTheirs}
        </Button>
        <Button size="small" look="secondary" onPress={onKeepMine}>
          {TEXT.keepMine}
        </Button>
      </div>
    </div>
  );
}

function Version({ name, text }: { readonly name: string; readonly text: string }): ReactNode {
  return (
    <div className="min-w-0">
      <dt className="text-sm font-medium text-soft">{name}</dt>
      <dd className="mt-1 max-h-40 overflow-auto rounded-lg border border-line bg-surface px-3 py-2 text-sm whitespace-pre-wrap">
        {text === '' ? <span className="text-faint">{TEXT.empty}</span> : text}
      </dd>
    </div>
  );
}
