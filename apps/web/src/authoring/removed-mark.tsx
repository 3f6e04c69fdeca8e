import type { ReactNode } from 'react';
import { told } from '../data/problem.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { toasts } from '../design/toasts.tsx';
import { TEXT } from './text.ts';

/** Something that goes with the next publication, and can be kept until then. */
export function RemovedMark({
  title,
  onRestore,
}: {
  readonly title: string;
  readonly onRestore: () => Promise<unknown>;
}): ReactNode {
  const restore = (): void => void onRestore().catch((error: unknown) => toasts.say(told(error), 'danger'));
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 py-2 pr-2 pl-4">
      <span className="min-w-0 text-faint line-through">{title}</span>
      <Badge tone="danger">{TEXT.outline.removed}</Badge>
      <Button look="quiet" size="small" className="ml-auto" aria-label={TEXT.outline.restore(title)} onPress={restore}>
        {TEXT.outline.restoreAction}
      </Button>
    </div>
  );
}
